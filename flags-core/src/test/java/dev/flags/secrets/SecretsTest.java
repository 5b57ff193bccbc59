package dev.flags.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:hunter2@host:6379",
                "redis://user:hunter2@host",
                "rediss://user:hun@hunter2@host/0",
                "redis://user:hun/hunter2@host/0",
                "redis://:hun?/hunter2@host/0",
                "redis-sentinel://user:hunter2@a:1,b:2/name",
                "jdbc:postgresql://host/db?user=u&password=hunter2",
                "jdbc:mysql://user:hunter2@host/db",
                "jdbc:mariadb://host/db?PASSWORD=hunter2&x=y",
                "jdbc:postgresql://host/db?sslpassword=hunter2",
                "jdbc:sqlite:flags.db?password=hunter2",
                "jdbc:oracle:thin:u/hunter2@host"
            })
    void aPasswordInAUrlIsFoundAndMasked(String url) {
        assertThat(Secrets.isIn(url)).isTrue();
        assertThat(Secrets.mask("cannot reach " + url + "; sorry"))
                .doesNotContain("hunter2")
                .contains("host".substring(0, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:sqlite:/srv/a@b/flags.db",
                "redis://host:6379/0",
                "redis://user@host:6379",
                "jdbc:postgresql://host:5432/db?user=u&ssl=true",
                "jdbc:postgresql://host:5432/db?user=u@host",
                "jdbc:postgresql://a:5432,b:5432/db?user=u@host",
                "jdbc:postgresql://[::1]:5432/db?user=u@host",
                "redis://host:6379 for ada@example.com",
                "file:flags.yaml",
                "mail ada@example.com about a=b"
            })
    void whatHoldsNoPasswordStays(String text) {
        assertThat(Secrets.mask(text)).isEqualTo(text);
    }
}
