package dev.flags.junit;

import dev.flags.Decision;
import dev.flags.DecisionCount;
import dev.flags.EvaluationContext;
import dev.flags.Explanation;
import dev.flags.FlagDecisions;
import dev.flags.Flags;
import dev.flags.FlagsChanged;
import dev.flags.FlagsStatus;
import dev.flags.MembershipCounts;
import dev.flags.StartupPolicy;
import dev.flags.Subscription;
import dev.flags.UserFlags;
import dev.flags.evaluation.AttributeReader;
import dev.flags.evaluation.DecisionCounters;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagDefinitionBuilder;
import dev.flags.model.FlagFile;
import dev.flags.model.Percentage;
import dev.flags.model.Split;
import dev.flags.outcomes.Choice;
import dev.flags.outcomes.Choosing;
import dev.flags.outcomes.Outcomes;
import dev.flags.source.MemorySource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link Flags} that a test can change: the real evaluator over flags in memory, so that rules, percentages and prerequisites can
 * be tested too. A change shows in the very next decision, on every thread. {@link FlagsExtension} makes one for each test;
 * {@link #create} serves without JUnit's extensions.
 *
 * <p>Safe for use by multiple threads.
 */
public final class TestFlags implements Flags {
    private final MemorySource source = new MemorySource("test");
    private final Map<String, FlagDefinition> definitions = new ConcurrentHashMap<>();
    private final Flags flags =
            Flags.builder().layer(source).startup(StartupPolicy.dontWait()).build();

    private TestFlags() {}

    /** No flag is defined. */
    public static TestFlags create() {
        return new TestFlags();
    }

    /** Everybody gets the treatment, whatever targets and rules the flag had. */
    public TestFlags enable(String key) {
        return define(
                forEverybody(key).enabled(true).percentage(Percentage.FULL).build());
    }

    /** Everybody gets the off variant. */
    public TestFlags disable(String key) {
        return define(forEverybody(key).enabled(false).build());
    }

    /**
     * Everybody gets this variant. For a flag that is not defined yet, the variant's value is its name; {@code on} and {@code off}
     * are true and false.
     *
     * @throws dev.flags.model.InvalidFlagException when the flag is defined and has no such variant
     */
    public TestFlags variant(String key, String variant) {
        FlagDefinition known = definitions.get(key);
        if (known == null && (variant.equals("on") || variant.equals("off"))) {
            return variant.equals("on") ? enable(key) : disable(key);
        }
        if (known == null) {
            Map<String, Object> variants = new LinkedHashMap<>();
            variants.put(variant, variant);
            variants.put("off", "off");
            known = FlagDefinition.builder(key).variants(variants).build();
        }
        boolean off = known.offVariant().equals(variant);
        Split everybody = new Split(List.of(new Split.Part(variant, 1)));
        return define(withoutExceptions(known)
                .enabled(!off)
                .percentage(Percentage.FULL)
                .split(off ? null : everybody)
                .build());
    }

    /** The flag is enabled at this percentage; targets, rules and salt stay. */
    public TestFlags percentage(String key, Percentage percentage) {
        FlagDefinition known = definitions.get(key);
        FlagDefinitionBuilder builder = known == null ? FlagDefinition.builder(key) : known.toBuilder();
        return define(builder.enabled(true).percentage(percentage).build());
    }

    /** Latches the flag's kill switch until {@link #unkill}. */
    public TestFlags kill(String key) {
        source.kill(key, "test");
        return this;
    }

    /** Lifts the kill switch. */
    public TestFlags unkill(String key) {
        source.unkill(key);
        return this;
    }

    /** Defines a flag, or replaces its definition. */
    public TestFlags define(FlagDefinition definition) {
        definitions.put(definition.key(), definition);
        source.set(definition);
        return this;
    }

    /** Defines all flags, segments and kills of a file. */
    public TestFlags load(FlagFile file) {
        file.segments().forEach(source::set);
        file.flags().forEach(this::define);
        file.kills().forEach((key, latch) -> source.kill(key, latch.reason()));
        return this;
    }

    /** Makes the flag unknown. */
    public TestFlags remove(String key) {
        definitions.remove(key);
        source.remove(key);
        return this;
    }

    /** The keys that were asked for while nothing defined them. */
    public Set<String> unknownKeys() {
        return flags.decisionCounts().stream()
                .filter(count -> count.variant().equals(DecisionCounters.DEFAULT))
                .map(DecisionCount::key)
                .filter(key -> !definitions.containsKey(key))
                .collect(Collectors.toSet());
    }

    private FlagDefinitionBuilder forEverybody(String key) {
        FlagDefinition known = definitions.get(key);
        return known == null ? FlagDefinition.builder(key) : withoutExceptions(known);
    }

    private static FlagDefinitionBuilder withoutExceptions(FlagDefinition definition) {
        return definition.toBuilder()
                .prerequisites(List.of())
                .targets(List.of())
                .rules(List.of());
    }

    @Override
    public boolean isEnabled(String key, @Nullable String userId, boolean defaultValue) {
        return flags.isEnabled(key, userId, defaultValue);
    }

    @Override
    public boolean isEnabled(String key, @Nullable EvaluationContext context, boolean defaultValue) {
        return flags.isEnabled(key, context, defaultValue);
    }

    @Override
    public String stringValue(String key, @Nullable EvaluationContext context, String defaultValue) {
        return flags.stringValue(key, context, defaultValue);
    }

    @Override
    public long longValue(String key, @Nullable EvaluationContext context, long defaultValue) {
        return flags.longValue(key, context, defaultValue);
    }

    @Override
    public double doubleValue(String key, @Nullable EvaluationContext context, double defaultValue) {
        return flags.doubleValue(key, context, defaultValue);
    }

    @Override
    public <T> T value(String key, @Nullable EvaluationContext context, Class<T> type, T defaultValue) {
        return flags.value(key, context, type, defaultValue);
    }

    @Override
    public Decision decide(String key, @Nullable EvaluationContext context) {
        return flags.decide(key, context);
    }

    @Override
    public Decision decide(String key, @Nullable EvaluationContext context, Class<?> type) {
        return flags.decide(key, context, type);
    }

    @Override
    public Choosing choose(String key, @Nullable String userId) {
        return flags.choose(key, userId);
    }

    @Override
    public Choosing choose(String key, @Nullable EvaluationContext context) {
        return flags.choose(key, context);
    }

    @Override
    public Choosing choose(Choice choice, @Nullable String userId) {
        return flags.choose(choice, userId);
    }

    @Override
    public Choosing choose(Choice choice, @Nullable EvaluationContext context) {
        return flags.choose(choice, context);
    }

    @Override
    public Explanation explain(String key, @Nullable EvaluationContext context) {
        return flags.explain(key, context);
    }

    @Override
    public Map<String, Decision> all(@Nullable EvaluationContext context) {
        return flags.all(context);
    }

    @Override
    public boolean prepare(@Nullable String userId, Duration atMost) {
        return flags.prepare(userId, atMost);
    }

    @Override
    public boolean prepare(@Nullable EvaluationContext context, Duration atMost) {
        return flags.prepare(context, atMost);
    }

    @Override
    public <U> UserFlags<U> forUsers(
            Function<? super U, @Nullable String> targetingKey, AttributeReader<? super U> attributes) {
        return flags.forUsers(targetingKey, attributes);
    }

    @Override
    public FlagDecisions pin() {
        return flags.pin();
    }

    @Override
    public Subscription onChange(Consumer<FlagsChanged> listener) {
        return flags.onChange(listener);
    }

    @Override
    public FlagsStatus status() {
        return flags.status();
    }

    @Override
    public List<DecisionCount> decisionCounts() {
        return flags.decisionCounts();
    }

    @Override
    public Outcomes outcomes() {
        return flags.outcomes();
    }

    @Override
    public MembershipCounts membershipCounts() {
        return flags.membershipCounts();
    }

    @Override
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return flags.awaitReady(timeout);
    }

    @Override
    public void close() {
        flags.close();
    }
}
