package dev.flags.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Valid records of all shapes, by chance. Not combined of jqwik's own arbitraries: nested this deep they take minutes to
 * compare themselves with each other.
 */
final class AnyFlag {
    private static final List<String> TRICKY = List.of(
            "",
            "on",
            "off",
            "yes",
            "null",
            "~",
            "true",
            "1",
            "1e3",
            "0x1F",
            "2026-12-31",
            "- a",
            "a: b",
            "# c",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            " a ",
            "a\nb",
            "a\r\n",
            "\t",
            "\u0000",
            "\u0085",
            "\u2028",
            "\uFEFF",
            "'",
            "\"",
            "\\",
            "<<",
            "%",
            "@",
            "`",
            "---",
            "...",
            ".inf",
            "[",
            "{",
            ",",
            "?",
            ": ",
            "😀");
    private static final List<String> NAMES = List.of("on", "off", "yes", "no", "null", "1", "a", "b.c", "d_e", "f-g");

    private final Random random;

    AnyFlag(Random random) {
        this.random = random;
    }

    FlagDefinition definition() {
        Map<String, Object> variants = variants();
        List<String> names = List.copyOf(variants.keySet());
        String off = one(names);
        boolean splits = random.nextBoolean()
                || FlagDefinition.treatmentOf(JsonValues.freeze(variants), off).isEmpty();
        String key = "key" + random.nextInt(1000);
        return FlagDefinition.builder(key)
                .type(one(List.of(FlagType.values())))
                .description(text())
                .owner(text())
                .tags(texts("t"))
                .expires(random.nextBoolean() ? null : LocalDate.ofEpochDay(random.nextInt(40_000)))
                .enabled(random.nextBoolean())
                .archived(random.nextBoolean())
                .variants(variants)
                .offVariant(off)
                .salt(random.nextBoolean() ? null : "s" + text())
                .bucketBy(random.nextBoolean() ? null : "/b/" + text())
                .prerequisites(random.nextBoolean() ? List.of() : List.of(prerequisite()))
                .targets(random.nextBoolean() ? List.of() : List.of(new Target(one(names), texts("u"), extra())))
                .rules(rules(names))
                .percentage(percentage())
                .split(splits ? split(names) : null)
                .extra(extra())
                .build();
    }

    Segment segment() {
        List<List<Condition>> rules = listOf(3, () -> atLeastOne(this::attribute));
        Optional<SegmentVersion> members = random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new SegmentVersion(
                        one(NAMES),
                        random.nextInt(10_000_000),
                        random.nextBoolean() ? Optional.empty() : Optional.of(instant()),
                        random.nextBoolean() ? Optional.empty() : Optional.of(one(NAMES)),
                        extra()));
        return new Segment(one(NAMES), text(), texts("k"), texts("x"), rules, members, extra());
    }

    KillLatch kill() {
        return new KillLatch(instant(), text(), text(), random.nextBoolean(), extra());
    }

    RolloutRun rollout() {
        List<RolloutRun.Stage> stages = atLeastOne(
                () -> new RolloutRun.Stage(percentage(), Duration.ofMillis(random.nextInt(1_000_000)), extra()));
        return new RolloutRun(
                text() + "r",
                one(List.of(RolloutRun.State.values())),
                random.nextInt(stages.size()),
                stages,
                instant(),
                text(),
                percentage(),
                random.nextBoolean(),
                extra());
    }

    /** Any text that is text: no half surrogate pairs. */
    String text() {
        if (random.nextBoolean()) {
            return one(TRICKY);
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            int c = random.nextInt(random.nextBoolean() ? 0x100 : 0x110000);
            text.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 'x' : c);
        }
        return text.toString();
    }

    private Map<String, Object> variants() {
        Supplier<Object> value =
                one(List.<Supplier<Object>>of(random::nextBoolean, this::text, this::number, this::json));
        Map<String, Object> variants = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            variants.put(one(NAMES), value.get());
        }
        return variants;
    }

    private Object number() {
        return one(List.<Object>of(
                random.nextLong(),
                random.nextInt(),
                random.nextGaussian(),
                random.nextLong() * 1e-3,
                random.nextFloat(),
                new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(40) - 20),
                new BigInteger(200, random),
                new BigDecimal("1E+300"),
                new BigDecimal("1.0"),
                Long.MIN_VALUE,
                0.0));
    }

    private Object json() {
        if (random.nextBoolean()) {
            return listOf(3, this::leaf);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            map.put(text(), random.nextBoolean() ? leaf() : Arrays.asList(leaf(), null));
        }
        return map;
    }

    private Object leaf() {
        return one(List.<Supplier<Object>>of(random::nextBoolean, this::text, this::number, () -> null))
                .get();
    }

    private Map<String, Object> extra() {
        Map<String, Object> extra = new LinkedHashMap<>();
        for (int i = random.nextInt(4) - 1; i > 0; i--) {
            // never the name of a field that is known
            extra.put("x-" + text(), random.nextBoolean() ? json() : leaf());
        }
        return extra;
    }

    private Prerequisite prerequisite() {
        return new Prerequisite(one(NAMES), random.nextBoolean() ? Optional.empty() : Optional.of(one(NAMES)), extra());
    }

    private List<Rule> rules(List<String> variants) {
        List<Rule> rules = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Rule.Serve serve =
                    random.nextBoolean() ? Rule.Serve.variant(one(variants)) : Rule.Serve.split(split(variants));
            rules.add(new Rule("rule-" + i, text(), atLeastOne(this::condition), serve, extra()));
        }
        return rules;
    }

    private Condition condition() {
        return switch (random.nextInt(3)) {
            case 0 -> new Condition.InSegment(one(NAMES), random.nextBoolean(), extra());
            case 1 -> new Condition.Share(percentage(), random.nextBoolean(), extra());
            default -> attribute();
        };
    }

    private Condition attribute() {
        String operator = one(List.of("in", "exists", "semver>=", "of another day"));
        List<Object> values = operator.equals("exists")
                ? List.of()
                : atLeastOne(() -> one(List.<Supplier<Object>>of(random::nextBoolean, this::text, this::number))
                        .get());
        return new Condition.Attribute(
                "a" + text(), operator, values, random.nextBoolean(), random.nextBoolean(), extra());
    }

    private Split split(List<String> variants) {
        return new Split(atLeastOne(() -> new Split.Part(one(variants), 1 + random.nextInt(1_000_000), extra())));
    }

    private Percentage percentage() {
        return new Percentage(random.nextInt(Percentage.BUCKETS + 1));
    }

    private Instant instant() {
        return Instant.ofEpochMilli(random.nextInt(Integer.MAX_VALUE) * 1000L + random.nextInt(1000));
    }

    private Set<String> texts(String prefix) {
        return new LinkedHashSet<>(listOf(3, () -> prefix + text()));
    }

    private <T> List<T> atLeastOne(Supplier<? extends T> element) {
        List<T> list = new ArrayList<>(listOf(2, element));
        list.add(element.get());
        return list;
    }

    private <T> List<T> listOf(int most, Supplier<? extends T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
