package dev.flags.secrets;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds and masks passwords in URLs, wherever one could be printed. Safe for use by multiple threads. */
public final class Secrets {
    /** What stands where a password was. */
    public static final String MASK = "****";

    /**
     * {@code //user:password@}; the password goes up to the last @, because people do not encode it, nor a slash in it. What begins like a
     * port is one.
     */
    private static final Pattern USER_INFO = Pattern.compile("(?<=//)([^/\\s:@?\\[]*):(?!\\d{1,5}(?:[/?,]|$))(\\S*)@");

    /** Oracle style and mistyped URLs: {@code jdbc:thing:user/password@host}. */
    private static final Pattern SLASHED = Pattern.compile("(jdbc:[a-z:]+:[^/\\s:@?]+)/([^/\\s@?]+)@");

    private static final Pattern PARAMETER =
            Pattern.compile("(?i)([?&;(](?:[a-z]*password|passwd|pass|pwd|secret|token)=)([^&;)\\s]+)");

    private Secrets() {}

    /** Whether a URL holds a password. */
    public static boolean isIn(String url) {
        return !mask(url).equals(url);
    }

    /** The text with every password in a URL replaced. */
    public static String mask(String text) {
        if (text.indexOf('@') < 0 && text.indexOf('=') < 0) {
            return text;
        }
        String masked = USER_INFO
                .matcher(text)
                .replaceAll(m -> m.group(2).isEmpty() ? quoted(m) : userOf(m) + ":" + MASK + "@");
        masked = SLASHED.matcher(masked).replaceAll("$1/" + Matcher.quoteReplacement(MASK) + "@");
        return PARAMETER.matcher(masked).replaceAll("$1" + Matcher.quoteReplacement(MASK));
    }

    private static String quoted(MatchResult match) {
        return Matcher.quoteReplacement(match.group());
    }

    private static String userOf(MatchResult match) {
        return Matcher.quoteReplacement(match.group(1));
    }
}
