package dev.flags.reliability;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger that keeps what {@code dev.flags} says, from INFO up. Safe for use by multiple threads. */
final class CapturedLog extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;
    private static final List<String> LINES = new CopyOnWriteArrayList<>();

    CapturedLog(String loggerName) {
        this.name = loggerName;
    }

    /** {@return the lines that speak of an environment, oldest first} */
    static List<String> of(String environment) {
        return LINES.stream()
                .filter(line -> line.contains("[" + environment + "]"))
                .toList();
    }

    /** {@return all lines that were an ERROR} */
    static List<String> errors() {
        return LINES.stream().filter(line -> line.startsWith("ERROR ")).toList();
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return name.startsWith("dev.flags");
    }

    @Override
    public boolean isWarnEnabled() {
        return name.startsWith("dev.flags");
    }

    @Override
    public boolean isErrorEnabled() {
        return name.startsWith("dev.flags");
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        String text = MessageFormatter.basicArrayFormat(pattern, arguments);
        LINES.add(level + " " + text + (thrown == null ? "" : " " + thrown));
    }
}
