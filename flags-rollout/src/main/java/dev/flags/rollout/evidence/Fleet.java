package dev.flags.rollout.evidence;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which instance has reported which window at which percentage: the record of the rows that were used, and of who lives. It remembers
 * {@value WindowBits#KEPT} windows, more than the 15 minutes for which a row can come late. Not thread-safe; confine it to one thread.
 */
final class Fleet {
    /** Instances and percentages together; rows of more are not used. */
    static final int MOST = 5_000;

    private static final long NEVER = Long.MIN_VALUE;

    private final Map<String, Instance> instances = new TreeMap<>();
    private int entries;

    private static final class Instance {
        final Map<Percentage, WindowBits> used = new TreeMap<>();
        long lost;
        long diverted = NEVER;

        boolean hasReported(long window) {
            for (WindowBits bits : used.values()) {
                if (bits.has(window)) {
                    return true;
                }
            }
            return false;
        }

        long oldest() {
            return used.values().stream().mapToLong(WindowBits::oldest).min().orElse(NEVER);
        }

        long newest() {
            return used.values().stream().mapToLong(WindowBits::newest).max().orElse(NEVER);
        }
    }

    boolean isUsed(OutcomeRow row, long window) {
        Instance instance = instances.get(row.instance());
        WindowBits bits = instance == null ? null : instance.used.get(row.percentage());
        return bits != null && bits.has(window);
    }

    /** Whether there is room to remember that the row was used. */
    boolean takes(OutcomeRow row) {
        Instance instance = instances.get(row.instance());
        return entries < MOST || (instance != null && instance.used.containsKey(row.percentage()));
    }

    /**
     * Remembers that a row was used.
     *
     * @param plausible whether what it says can be
     * @return how many rows its process has given up since it last told
     */
    long use(OutcomeRow row, long window, boolean plausible) {
        Instance instance = instances.computeIfAbsent(row.instance(), name -> new Instance());
        instance.used
                .computeIfAbsent(row.percentage(), percentage -> {
                    entries++;
                    return new WindowBits();
                })
                .add(window);
        if (!plausible) {
            return 0;
        }
        if (row.treatment().diverted() > 0) {
            instance.diverted = Math.max(instance.diverted, window);
        }
        long more = Math.max(0, row.lost() - instance.lost);
        instance.lost += more;
        return more;
    }

    /** Forgets windows before this one. */
    void forget(long before) {
        instances.values().removeIf(instance -> {
            instance.used.values().removeIf(bits -> bits.newest() < before && --entries >= 0);
            return instance.used.isEmpty();
        });
    }

    /** Whether all that reported a window are among these, or were there only before it. */
    boolean haveAllGoneOn(long reported, Map<String, Long> newest, long window) {
        for (Map.Entry<String, Instance> instance : instances.entrySet()) {
            if (instance.getValue().hasReported(reported)
                    && newest.getOrDefault(instance.getKey(), NEVER) < window
                    && instance.getValue().newest() < window) {
                return false;
            }
        }
        return true;
    }

    /** How many reported each window, from the first to the last. */
    int[] reporting(long first, long last) {
        int[] counts = new int[(int) (last - first + 1)];
        for (Instance instance : instances.values()) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] += instance.hasReported(first + i) ? 1 : 0;
            }
        }
        return counts;
    }

    /** How many reported each window and both of its neighbours: those that neither began nor ended in it. */
    int[] living(long first, long last) {
        int[] counts = new int[(int) (last - first + 1)];
        for (Instance instance : instances.values()) {
            boolean before = instance.hasReported(first - 1);
            boolean now = instance.hasReported(first);
            for (int i = 0; i < counts.length; i++) {
                boolean after = instance.hasReported(first + i + 1);
                counts[i] += before && now && after ? 1 : 0;
                before = now;
                now = after;
            }
        }
        return counts;
    }

    /**
     * From when on new instances have come in the place of those that have gone since a window; empty when that is not so.
     *
     * <p>It is so when enough of those that report now are newer than <em>all</em> that have gone, and no new one has gone: what ends
     * processes ends the new ones as well. As late a window as can be, so that as much as can be counts as what there was before.
     *
     * @param then a window in which all were there
     * @param now the newest window; who reports it or the one before is there
     * @param share how many new ones there must be for those that have gone
     */
    OptionalLong replacedFrom(long then, long now, double share) {
        List<Long> there = new ArrayList<>();
        long gone = 0;
        long youngest = NEVER;
        for (Instance instance : instances.values()) {
            if (instance.newest() >= now - 1) {
                there.add(instance.oldest());
            } else {
                gone += instance.hasReported(then) ? 1 : 0;
                youngest = Math.max(youngest, instance.oldest());
            }
        }
        int wanted = (int) Math.ceil(share * gone);
        if (wanted == 0 || wanted > there.size()) {
            return OptionalLong.empty();
        }
        there.sort(Comparator.reverseOrder());
        long from = there.get(wanted - 1);
        return youngest < from ? OptionalLong.of(from) : OptionalLong.empty();
    }

    /** How many reported at least one of these windows. */
    int reportingAny(long first, long last) {
        int count = 0;
        for (Instance instance : instances.values()) {
            for (long window = last; window >= first; window--) {
                if (instance.hasReported(window)) {
                    count++;
                    break;
                }
            }
        }
        return count;
    }

    /** How many of those diverted calls in one of these windows. */
    int diverting(long first, long last) {
        int count = 0;
        for (Instance instance : instances.values()) {
            count += instance.diverted >= first && instance.diverted <= last ? 1 : 0;
        }
        return count;
    }

    Map<String, Object> tree(long last) {
        Map<String, Object> tree = new LinkedHashMap<>();
        instances.forEach((name, instance) -> {
            Map<String, Object> each = new LinkedHashMap<>();
            instance.used.forEach((percentage, bits) -> each.put("" + percentage.buckets(), bits.text(last)));
            if (instance.lost > 0) {
                each.put("lost", instance.lost);
            }
            if (last - instance.diverted < WindowBits.KEPT && instance.diverted != NEVER) {
                each.put("diverted", last - instance.diverted);
            }
            tree.put(name, each);
        });
        return tree;
    }

    static Fleet read(Tree tree, long last) {
        Fleet fleet = new Fleet();
        for (String name : tree.names()) {
            Tree from = tree.tree(name);
            Instance instance = new Instance();
            Map<String, Long> fields = new HashMap<>();
            for (String field : from.names()) {
                if (field.equals("lost") || field.equals("diverted")) {
                    fields.put(field, from.count(field, Long.MAX_VALUE));
                } else {
                    instance.used.put(
                            new Percentage(Integer.parseInt(field)), WindowBits.parse(from.text(field), last));
                    fleet.entries++;
                }
            }
            instance.lost = fields.getOrDefault("lost", 0L);
            instance.diverted = fields.containsKey("diverted") ? last - fields.get("diverted") : NEVER;
            fleet.instances.put(name, instance);
        }
        return fleet;
    }
}
