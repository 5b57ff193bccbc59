package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # url                                            | location                                    | user    | password
            redis://cache                                    | redis://cache:6379/0                        | -       | -
            redis://cache/                                   | redis://cache:6379/0                        | -       | -
            redis://cache:7000/3                             | redis://cache:7000/3                        | -       | -
            rediss://cache                                   | rediss://cache:6379/0                       | -       | -
            redis://app@cache                                | redis://cache:6379/0                        | app     | -
            redis://app:pw@cache                             | redis://cache:6379/0                        | app     | pw
            redis://:pw@cache                                | redis://cache:6379/0                        | -       | pw
            redis://app:p%40s%2Fs%3A%25+%3F@cache            | redis://cache:6379/0                        | app     | p@s/s:%+?
            redis://app:p@ss:word@cache                      | redis://cache:6379/0                        | app     | p@ss:word
            redis://%C3%A4@cache                             | redis://cache:6379/0                        | ä       | -
            redis://[::1]                                    | redis://[::1]:6379/0                        | -       | -
            rediss://app:pw@[fe80::1]:7001/1                 | rediss://[fe80::1]:7001/1                   | app     | pw
            redis-sentinel://a,b:1,c/mymaster                | redis-sentinel://a:26379,b:1,c:26379/mymaster/0 | -   | -
            redis-sentinel://app:pw@a,[::1]:2/my%20master/4  | redis-sentinel://a:26379,[::1]:2/my master/4 | app    | pw
            rediss-sentinel://a/m                            | rediss-sentinel://a:26379/m/0               | -       | -
            redis-sentinel://a,a:26379/m                     | redis-sentinel://a:26379/m/0                | -       | -
            redis-cluster://app:pw@a:7000,b                  | redis-cluster://a:7000,b:6379               | app     | pw
            redis-cluster://a/                               | redis-cluster://a:6379                      | -       | -
            rediss-cluster://a                               | rediss-cluster://a:6379                     | -       | -
            """)
    void readsWhereToConnectAndWhomToLogInAs(String url, String location, String user, String password) {
        RedisUrl read = RedisUrl.parse(url);

        assertThat(read.location()).isEqualTo(location);
        assertThat(read.toString()).isEqualTo(location);
        assertThat(read.user().orElse(null)).isEqualTo(user);
        assertThat(read.password().orElse(null)).isEqualTo(password);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            localhost:6379                                   | has to begin with redis://
            http://localhost                                 | the scheme 'http' is not one of
            REDIS://localhost                                | the scheme 'REDIS' is not one of
            redis://                                         | a host is missing
            redis://:6379                                    | a host is missing
            redis://app:pw@                                  | a host is missing
            redis://a,b                                      | it names several hosts
            redis://a:0                                      | is not a number from 1 to 65535
            redis://a:65536                                  | is not a number from 1 to 65535
            redis://a:port                                   | is not a number from 1 to 65535
            redis://a:-1                                     | is not a number from 1 to 65535
            redis://a:                                       | is not a number from 1 to 65535
            redis://a/x                                      | has to be a number
            redis://a/-1                                     | has to be a number
            redis://a/1/2                                    | has to be a number
            redis://::1                                      | more than one ':'
            redis://[::1                                     | in brackets
            redis://[::1]6379                                | in brackets
            redis://a?timeout=5                              | takes no options
            redis://a#b                                      | takes no options
            redis://app:@a                                   | no password before the '@'
            redis://app:100%@a                               | '%' itself as %25
            redis-sentinel://a,b                             | does not name the master
            redis-sentinel://a,b/                            | does not name the master
            redis-sentinel://a,,b/m                          | a host is missing
            redis-sentinel://a/m/x                           | has to be a number
            redis-cluster://a,b/1                            | one database only
            """)
    void saysWhatIsWrongWithAnAddressAndWhatToWrite(String url, String problem) {
        assertThatThrownBy(() -> RedisUrl.parse(url))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining(problem);
    }

    /** Each has "sec" and "ret" somewhere in a password, with a mistake around it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://app:sec/ret@a",
                "redis://app:sec?ret@a",
                "redis://app:sec#ret@a",
                "redis://app:sec ret@a",
                "redis://app:sec%ret@a",
                "redis://app:secret@a:port",
                "redis://app:secret@a/x",
                "redis://app:secret@a,b",
                "redis://app:secret@[::1",
                "redis://app:secret",
                "redis://app:sec@ret:x@a:b:c",
                "redis://a/0?password=secret",
                "redis-sentinel://app:secret@a",
                "redis-sentinel://app:secret@a/%zz",
                "redis-cluster://app:secret@a/1"
            })
    void anAddressWithAMistakeNeverShowsItsPassword(String url) {
        assertThatThrownBy(() -> RedisUrl.parse(url))
                .isInstanceOf(FlagsException.class)
                .satisfies(e -> {
                    for (Throwable t = e; t != null; t = t.getCause()) {
                        assertThat(t.toString()).doesNotContain("sec").doesNotContain("ret");
                    }
                });
    }
}
