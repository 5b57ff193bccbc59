package dev.flags.rollout;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Guard.Arm;
import dev.flags.rollout.Guard.Bad;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Valid guards, rules and plans by chance. */
final class AnyPlan {
    private static final String[] WORDS = {
        "orders", "p95-3s", "a.b", "for", "error-rate", "availability", "X_1", "control"
    };

    private final Random random;

    AnyPlan(Random random) {
        this.random = random;
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    /** 0 to 1, with up to so many decimals of a percent. */
    private double share() {
        return BigDecimal.valueOf(1 + random.nextInt(999_999), 6).doubleValue();
    }

    private double alpha() {
        return random.nextBoolean()
                ? 0.01
                : BigDecimal.valueOf(1 + random.nextInt(500_000), 6).doubleValue();
    }

    private Duration duration() {
        return switch (random.nextInt(3)) {
            case 0 -> Duration.ofSeconds(10 + random.nextInt(20));
            case 1 -> Duration.ofMillis(10_000 + random.nextInt(20_000));
            default -> Duration.ofSeconds(10).plusNanos(random.nextInt(1_000_000_000));
        };
    }

    private String name() {
        return one(WORDS) + (random.nextBoolean() ? "" : random.nextInt(100));
    }

    private Bad bad() {
        return random.nextBoolean()
                ? new Bad.Failed()
                : new Bad.SlowerThan(duration().minusSeconds(9));
    }

    Guard guard() {
        Action action = one(Action.values());
        Severity severity = random.nextBoolean() ? Severity.of(action) : one(Severity.values());
        Guard guard = guard(action, severity);
        return random.nextBoolean() ? guard.named(GuardText.nameOf(guard)) : guard;
    }

    private Guard guard(Action action, Severity severity) {
        int minimum = random.nextBoolean() ? 100 : 1 + random.nextInt(1_000_000);
        return switch (random.nextInt(7)) {
            case 0 -> new Guard.Rate(name(), bad(), one(Arm.values()), share(), duration(), minimum, severity, action);
            case 1 -> new Guard.CriticalCodes(name(), codes(), severity, action);
            case 2 ->
                new Guard.Compared(
                        name(),
                        random.nextBoolean(),
                        alpha(),
                        random.nextBoolean() ? 1 : 1 + random.nextInt(28_000) / 1000.0,
                        severity,
                        action);
            case 3 -> new Guard.SampleRatio(name(), alpha(), severity, action);
            case 4 -> new Guard.Survivors(name(), share(), duration(), severity, action);
            case 5 -> new Guard.Breakers(name(), share(), severity, action);
            default ->
                new Guard.Measured(
                        name(),
                        name(),
                        random.nextBoolean(),
                        random.nextBoolean() ? random.nextInt(10) : random.nextGaussian() * 1e9,
                        random.nextBoolean() ? Duration.ZERO : duration(),
                        severity,
                        action);
        };
    }

    private Set<String> codes() {
        Set<String> codes = new LinkedHashSet<>();
        IntStream.rangeClosed(0, random.nextInt(3))
                .forEach(i -> codes.add(one(new String[] {
                    "DATABASE_CONNECTION_LOST", "ORA-00600", "com.example.Gone$Inner", "urn:x/y", "for", "severity", "1"
                })));
        return codes;
    }

    AdvanceRule rule() {
        AdvanceRule rule =
                new AdvanceRule(name(), bad(), share(), random.nextBoolean() ? 100 : 1 + random.nextInt(999));
        return random.nextBoolean() ? rule.named(GuardText.nameOf(rule)) : rule;
    }

    RolloutPlan plan() {
        RolloutPlanBuilder builder = new RolloutPlanBuilder();
        List<Stage> stages = new ArrayList<>();
        int percentage = 0;
        while (percentage < Percentage.BUCKETS && stages.size() < 5) {
            percentage = Math.min(Percentage.BUCKETS, percentage + 1 + random.nextInt(60_000));
            boolean approval = random.nextInt(4) == 0;
            stages.add(StageText.stage(
                    new Percentage(percentage),
                    approval && random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(30 + random.nextInt(100_000)),
                    approval));
        }
        builder.stages(stages);
        if (random.nextBoolean()) {
            builder.withoutDefaultGuards();
        }
        List<Guard> guards = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            Guard guard = guard();
            if (guards.stream().noneMatch(other -> other.name().equals(guard.name()))) {
                guards.add(guard);
                builder.guard(guard);
            }
        }
        if (random.nextBoolean()) {
            builder.advance(rule());
        }
        precondition(builder);
        if (random.nextBoolean()) {
            builder.hook(one(HookUse.Event.values()), name());
            builder.gate(random.nextBoolean() ? HookUse.Event.START : HookUse.Event.BEFORE_RAISE, "gate");
        }
        if (random.nextBoolean()) {
            builder.stepBack(List.of(Percentage.of(50), Percentage.parse("0.001"), Percentage.ZERO), duration());
        }
        if (random.nextBoolean() && stages.get(stages.size() - 1).percentage().isFull() && last(stages) < 99_000) {
            builder.holdBack(Percentage.parse("0.5"));
        }
        if (random.nextBoolean()) {
            builder.soak(random.nextBoolean() ? Duration.ZERO : duration().plusSeconds(30));
            builder.missing(
                    Duration.ofMinutes(1 + random.nextInt(9)), random.nextBoolean() ? Action.HOLD : Action.ROLL_BACK);
        }
        return builder.build();
    }

    private static int last(List<Stage> stages) {
        return stages.size() < 2
                ? 0
                : stages.get(stages.size() - 2).percentage().buckets();
    }

    private void precondition(RolloutPlanBuilder builder) {
        switch (random.nextInt(7)) {
            case 0 -> builder.requireFunction("orders.create_project_atomic");
            case 1 -> builder.require(new Precondition.DatabaseObject(Precondition.Kind.TABLE, "Odd \"name\"", "main"));
            case 2 -> builder.requireColumn("t.c");
            case 3 -> builder.requireFlyway("42.10").requireLiquibase("a b");
            case 4 -> builder.requireQuery("q").requireHealthy("e");
            case 5 -> builder.requireFlag("other", random.nextBoolean());
            default -> {
                // none
            }
        }
    }
}
