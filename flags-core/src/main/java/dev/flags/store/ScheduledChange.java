package dev.flags.store;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A change of a flag's percentage that is to be made at a time, by whoever controls the environment's rollouts. Immutable.
 *
 * @param id identifies it within the environment
 * @param flag the flag's key
 * @param percentage what it is to be
 * @param from what the percentage was when this was scheduled, or what an earlier scheduled change has lowered it to since. A raise from
 *     below it is not made: somebody has lowered it in the meantime
 * @param at when, by the store's clock
 * @param by who scheduled it
 * @param reason why; the audit entry has the whole of a long one
 * @param createdAt when it was scheduled, by the store's clock
 * @param extra fields this version does not know, kept as they are
 */
public record ScheduledChange(
        String id,
        String flag,
        Percentage percentage,
        Percentage from,
        Instant at,
        String by,
        String reason,
        Instant createdAt,
        Map<String, Object> extra) {
    /** By time. */
    static final Comparator<ScheduledChange> ORDER =
            Comparator.comparing(ScheduledChange::at).thenComparing(ScheduledChange::id);

    /** Settings are read with every head, so a reason must not make them long. */
    private static final int MOST_REASON = 300;

    public ScheduledChange {
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
        if (reason.length() > MOST_REASON) {
            int end = Character.isHighSurrogate(reason.charAt(MOST_REASON - 2)) ? MOST_REASON - 2 : MOST_REASON - 1;
            reason = reason.substring(0, end) + "…";
        }
    }

    /** The same, to be made from another percentage. */
    public ScheduledChange from(Percentage other) {
        return new ScheduledChange(id, flag, percentage, other, at, by, reason, createdAt, extra);
    }

    /** Whether its time has come. */
    public boolean isDue(Instant now) {
        return !at.isAfter(now);
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", id);
        tree.put("flag", flag);
        tree.put("percentage", percentage.toBigDecimal());
        tree.put("from", from.toBigDecimal());
        tree.put("at", at.toString());
        tree.put("by", by);
        tree.put("reason", reason);
        tree.put("createdAt", createdAt.toString());
        extra.forEach(tree::putIfAbsent);
        return tree;
    }

    static List<ScheduledChange> parseAll(String path, Object tree) {
        if (tree instanceof List<?> listed) {
            return listed.stream().map(each -> parse(path, each)).toList();
        }
        throw new InvalidFlagException(path, "must be a list");
    }

    private static ScheduledChange parse(String path, Object tree) {
        if (!(tree instanceof Map<?, ?> found)) {
            throw new InvalidFlagException(path, "must be a list of objects");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        found.forEach((name, value) -> fields.put(String.valueOf(name), value));
        return new ScheduledChange(
                text(path, fields, "id"),
                text(path, fields, "flag"),
                percentage(path, fields, "percentage"),
                percentage(path, fields, "from"),
                time(path, fields, "at"),
                text(path, fields, "by"),
                text(path, fields, "reason"),
                time(path, fields, "createdAt"),
                fields);
    }

    private static String text(String path, Map<String, Object> fields, String name) {
        if (fields.remove(name) instanceof String text) {
            return text;
        }
        throw new InvalidFlagException(path + "/" + name, "must be a text");
    }

    private static Instant time(String path, Map<String, Object> fields, String name) {
        String text = text(path, fields, name);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidFlagException(path + "/" + name, "must be a time in UTC, was '" + text + "'");
        }
    }

    private static Percentage percentage(String path, Map<String, Object> fields, String name) {
        if (fields.remove(name) instanceof Number number) {
            return Percentage.of(new BigDecimal(number.toString()));
        }
        throw new InvalidFlagException(path + "/" + name, "must be a number");
    }
}
