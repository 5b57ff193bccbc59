package dev.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flags.FlagsStatus.State;
import dev.flags.model.Condition;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.Segment;
import dev.flags.model.Split;
import dev.flags.model.Target;
import dev.flags.source.FlagOverride;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import dev.flags.source.MemorySource;
import dev.flags.source.SourceListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FlagsTest {
    private static final Appendable NOTHING = new StringBuilder();

    private final MemorySource memory = new MemorySource("memory");
    private final List<Flags> built = new ArrayList<>();

    private Flags flags(FlagSource... sources) {
        Flags flags = Flags.builder()
                .layers(List.of(sources))
                .startup(StartupPolicy.dontWait())
                .build();
        built.add(flags);
        return flags;
    }

    @AfterEach
    void close() {
        built.forEach(Flags::close);
    }

    private static FlagDefinition on(String key) {
        return FlagDefinition.builder(key).percentage(Percentage.FULL).build();
    }

    private static FlagDefinition valued(String key, Object value, Object off) {
        return FlagDefinition.builder(key)
                .variants(Map.of("served", value, "off", off))
                .percentage(Percentage.FULL)
                .split(new Split(List.of(new Split.Part("served", 1))))
                .build();
    }

    /** A source that a test speaks for. */
    private static final class Spoken implements FlagSource {
        private final String name;
        volatile @Nullable SourceListener listener;
        volatile boolean closed;

        Spoken(String name) {
            this.name = name;
        }

        SourceListener say() {
            return java.util.Objects.requireNonNull(listener);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Subscription follow(FollowOptions options, SourceListener told) {
            listener = told;
            return () -> listener = null;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static LayerContent content(FlagDefinition... definitions) {
        Map<String, LayerFlag> flags = new java.util.LinkedHashMap<>();
        for (FlagDefinition definition : definitions) {
            flags.put(definition.key(), LayerFlag.defined(definition, 7));
        }
        return new LayerContent(7, flags, Map.of(), false, Set.of(), List.of());
    }

    @Nested
    class Deciding {
        @Test
        void nothingAtAllThrows() {
            memory.set(
                    FlagDefinition.builder("half").percentage(Percentage.of(50)).build());
            memory.set(on("on"));
            Flags flags = flags(memory);
            String noKey = null;
            EvaluationContext nobody = null;
            assertThat(flags.isEnabled(noKey, nobody)).isFalse();
            assertThat(flags.isEnabled(noKey, nobody, true)).isTrue();
            assertThat(flags.decide(noKey, nobody).reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
            assertThat(flags.explain(noKey, nobody).decision().reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
            assertThat(flags.stringValue(noKey, nobody, "d")).isEqualTo("d");
            assertThat(flags.isEnabled("half", (String) null)).isFalse();
            assertThat(flags.decide("half", nobody).reason()).isEqualTo(Reason.NO_TARGETING_KEY);
            assertThat(flags.isEnabled("on", nobody)).isTrue();
            assertThat(flags.pin().isEnabled(noKey, nobody)).isFalse();
            assertThat(flags.<String>forUsers(user -> user).isEnabled("half", null))
                    .isFalse();
        }

        @Test
        void aContextThatThrowsCountsAsOneWithoutValues() {
            memory.set(
                    FlagDefinition.builder("half").percentage(Percentage.of(50)).build());
            memory.set(on("on"));
            Flags flags = flags(memory);
            EvaluationContext broken = new EvaluationContext() {
                @Override
                public String targetingKey() {
                    throw new IllegalStateException("no session");
                }

                @Override
                public Object attribute(String name) {
                    throw new StackOverflowError();
                }
            };
            assertThat(flags.decide("half", broken).reason()).isEqualTo(Reason.NO_TARGETING_KEY);
            assertThat(flags.isEnabled("on", broken)).isTrue();
            UserFlags<Object> users = flags.forUsers(
                    user -> {
                        throw new IllegalStateException("detached entity");
                    },
                    (user, name) -> {
                        throw new IllegalStateException("detached entity");
                    });
            assertThat(users.decide("half", new Object()).reason()).isEqualTo(Reason.NO_TARGETING_KEY);
        }

        @Test
        void anApplicationsOwnUserClassIsReadInPlace() {
            record User(String id, Map<String, Object> attributes) {
                Object attribute(String name) {
                    return attributes.get(name);
                }
            }
            memory.set(FlagDefinition.builder("account")
                    .bucketBy("account")
                    .percentage(Percentage.of(50))
                    .build());
            memory.set(FlagDefinition.builder("named")
                    .targets(List.of(new Target("on", Set.of("ann"))))
                    .build());
            Flags flags = flags(memory);
            UserFlags<User> users = flags.forUsers(User::id, User::attribute);
            assertThat(users.isEnabled("named", new User("ann", Map.of()))).isTrue();
            assertThat(users.isEnabled("named", new User("bob", Map.of()))).isFalse();
            User ann = new User("ann", Map.of("account", "a-17"));
            EvaluationContext same = EvaluationContext.builder("ann")
                    .attribute("account", "a-17")
                    .build();
            assertThat(users.decide("account", ann)).isEqualTo(flags.decide("account", same));
            assertThat(users.decide("account", ann).reason()).isEqualTo(Reason.PERCENTAGE);
        }

        @Test
        void unknownFlagsAreTheCallersDefaultAndAreCounted() {
            Flags flags = flags(memory);
            assertThat(flags.isEnabled("nope", "ann", true)).isTrue();
            assertThat(flags.isEnabled("nope", "ann")).isFalse();
            assertThat(flags.decisionCounts()).containsExactly(new DecisionCount("nope", "(default)", 2));
        }

        @Test
        void servedVariantsAreCountedAndExplanationsAreNot() {
            memory.set(on("a"));
            Flags flags = flags(memory);
            flags.isEnabled("a", "ann");
            flags.pin().isEnabled("a", "ann");
            flags.decide("a", EvaluationContext.of("ann"));
            flags.explain("a", EvaluationContext.of("ann"));
            flags.all(EvaluationContext.of("ann"));
            memory.set(FlagDefinition.builder("a").build());
            flags.isEnabled("a", "ann");
            assertThat(flags.decisionCounts())
                    .containsExactlyInAnyOrder(new DecisionCount("a", "on", 3), new DecisionCount("a", "off", 1));
        }

        @Test
        void allFlagsComeFromOneSnapshotByKey() {
            memory.set(on("b"));
            memory.set(FlagDefinition.builder("a").build());
            Map<String, Decision> all = flags(memory).all(EvaluationContext.of("ann"));
            assertThat(all.keySet()).containsExactly("a", "b");
            assertThat(all.get("b").enabled()).isTrue();
            assertThat(all.get("a").enabled()).isFalse();
        }

        @Test
        void aPinKeepsAnsweringFromItsSnapshot() {
            memory.set(on("a"));
            Flags flags = flags(memory);
            FlagDecisions pin = flags.pin();
            UserFlags<String> pinnedUsers = pin.forUsers(user -> user);
            memory.kill("a", "INC-1");
            assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.KILLED);
            assertThat(pin.isEnabled("a", "ann")).isTrue();
            assertThat(pinnedUsers.isEnabled("a", "ann")).isTrue();
        }
    }

    @Nested
    class Values {
        record Limits(int uploads, List<String> regions) {}

        @Test
        void areServedAsTheirTypeAndAnythingElseIsTheDefault() {
            memory.set(valued("text", "blue", "red"));
            memory.set(valued("whole", 42L, 0L));
            memory.set(valued("fraction", new BigDecimal("1.5"), new BigDecimal("0.5")));
            Flags flags = flags(memory);
            assertThat(flags.stringValue("text", null, "d")).isEqualTo("blue");
            assertThat(flags.longValue("whole", null, -1)).isEqualTo(42);
            assertThat(flags.doubleValue("whole", null, -1)).isEqualTo(42.0);
            assertThat(flags.doubleValue("fraction", null, -1)).isEqualTo(1.5);
            assertThat(flags.longValue("fraction", null, -1)).isEqualTo(-1);
            assertThat(flags.longValue("text", null, -1)).isEqualTo(-1);
            assertThat(flags.stringValue("whole", null, "d")).isEqualTo("d");
            assertThat(flags.isEnabled("text", "ann")).isFalse();
            assertThat(flags.isEnabled("text", "ann", true)).isTrue();
            assertThat(flags.stringValue("nope", null, "d")).isEqualTo("d");
        }

        @Test
        void ofJsonAreBoundOnceAndSharedByAllCallers() {
            memory.set(valued("limits", Map.of("uploads", 5L, "regions", List.of("eu")), Map.of("uploads", 0L)));
            Flags flags = flags(memory);
            Limits fallback = new Limits(0, List.of());
            Limits bound = flags.value("limits", EvaluationContext.of("ann"), Limits.class, fallback);
            assertThat(bound).isEqualTo(new Limits(5, List.of("eu")));
            memory.set(on("another"));
            assertThat(flags.value("limits", EvaluationContext.of("bob"), Limits.class, fallback))
                    .isSameAs(bound);
            assertThat(flags.value("limits", null, Object.class, "").toString()).contains("uploads=5");
        }

        @Test
        void thatDoNotFitTheClassAreTheDefault() {
            memory.set(valued("limits", Map.of("uploads", "many"), Map.of("uploads", 0L)));
            Flags flags = flags(memory);
            Limits fallback = new Limits(1, List.of());
            assertThat(flags.value("limits", null, Limits.class, fallback)).isSameAs(fallback);
            assertThat(flags.value("limits", null, Appendable.class, NOTHING)).isSameAs(NOTHING);
            assertThat(flags.decisionCounts()).containsExactly(new DecisionCount("limits", "(default)", 2));
        }

        @Test
        void ofAnotherTypeThanAskedForAreATypeMismatchWithoutAValue() {
            memory.set(valued("text", "true", "false"));
            memory.set(valued("count", 5L, 0L));
            Flags flags = flags(memory);
            Decision asBoolean = flags.decide("text", EvaluationContext.of("ann"), Boolean.class);
            assertThat(asBoolean.reason()).isEqualTo(Reason.TYPE_MISMATCH);
            assertThat(asBoolean.value()).isNull();
            assertThat(asBoolean.variant()).isNull();
            assertThat(flags.decide("count", EvaluationContext.of("ann"), String.class)
                            .reason())
                    .isEqualTo(Reason.TYPE_MISMATCH);
            assertThat(flags.decide("text", EvaluationContext.of("ann"), String.class)
                            .value())
                    .isEqualTo("true");
            assertThat(flags.decide("count", EvaluationContext.of("ann"), Long.class)
                            .value())
                    .isEqualTo(5L);
            assertThat(flags.decide("count", EvaluationContext.of("ann"), Double.class)
                            .value())
                    .isEqualTo(5.0);
            assertThat(flags.decide("nope", null, Long.class).reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
        }

        @Test
        void thatAreATypeMismatchAreCountedAsTheDefaultThatTheCallerGets() {
            memory.set(valued("text", "true", "false"));
            Flags flags = flags(memory);
            EvaluationContext ann = EvaluationContext.of("ann");
            Decision unused = flags.decide("text", ann, Boolean.class);
            unused = flags.decide("text", ann, String.class);
            unused = flags.decide("nope", ann, String.class);
            assertThat(flags.decisionCounts())
                    .containsExactly(
                            new DecisionCount("nope", "(default)", 1),
                            new DecisionCount("text", "(default)", 1),
                            new DecisionCount("text", "served", 1));
        }

        @Test
        void ofAKilledFlagWithoutDefinitionAreFalseForBooleanCallersAndTheDefaultForOthers() {
            memory.kill("gone", "INC-1");
            Flags flags = flags(memory);
            assertThat(flags.isEnabled("gone", "ann", true)).isFalse();
            assertThat(flags.stringValue("gone", null, "d")).isEqualTo("d");
            assertThat(flags.value("gone", null, Boolean.class, true)).isTrue();
        }
    }

    @Nested
    class Fixed {
        @Test
        void flagsServeWhatTheyWereGiven() {
            try (Flags flags = Flags.fixed(Map.of(
                    "on", true, "off", false, "text", "blue", "n", 7, "d", 0.5, "json", Map.of("a", List.of(1))))) {
                assertThat(flags.isEnabled("on", "ann")).isTrue();
                assertThat(flags.isEnabled("on")).isTrue();
                assertThat(flags.isEnabled("off", "ann", true)).isFalse();
                assertThat(flags.stringValue("text", null, "d")).isEqualTo("blue");
                assertThat(flags.longValue("n", null, 0)).isEqualTo(7);
                assertThat(flags.doubleValue("d", null, 0)).isEqualTo(0.5);
                assertThat(flags.value("json", null, Object.class, "")).isEqualTo(Map.of("a", List.of(1L)));
                assertThat(flags.status().state()).isEqualTo(State.READY);
            }
        }

        @Test
        void flagsOfOddKeysOrValuesAreRefused() {
            assertThatThrownBy(() -> Flags.fixed(Map.of("a b", true))).isInstanceOf(FlagsException.class);
            assertThatThrownBy(() -> Flags.fixed(Map.of("a", new Object())))
                    .isInstanceOf(FlagsException.class)
                    .hasMessageContaining("'a'")
                    .hasMessageContaining("java.lang.Object");
            assertThatThrownBy(() -> Flags.fixed(Map.of("a", Double.NaN))).isInstanceOf(FlagsException.class);
        }
    }

    @Nested
    class Status {
        private final Spoken store = new Spoken("store");

        @Test
        void isNotReadyUntilALayerHasLoadedAndDecisionsSaySo() {
            Flags flags = flags(store);
            assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.NOT_READY);
            assertThat(flags.isEnabled("a", "ann", true)).isTrue();
            assertThat(flags.all(null)).isEmpty();
            assertThat(flags.status().state()).isEqualTo(State.NOT_READY);
            store.say().loaded(content(on("a")), State.READY, Instant.EPOCH);
            assertThat(flags.isEnabled("a", "ann")).isTrue();
            assertThat(flags.status().state()).isEqualTo(State.READY);
            assertThat(flags.status().layers().get(0).revision()).isEqualTo(7);
            assertThat(flags.status().layers().get(0).lastContact()).contains(Instant.EPOCH);
        }

        @Test
        void isTheWorstOfTheLayersAndLayersBelowServeMeanwhile() {
            memory.set(on("a"));
            Flags flags = flags(store, memory);
            store.say().state(State.STALE, List.of(new Problem("store", "refused")));
            assertThat(flags.isEnabled("a", "ann")).isTrue();
            // nothing was ever loaded from it, so it is not merely stale
            assertThat(flags.status().state()).isEqualTo(State.NOT_READY);
            assertThat(flags.status().problems()).containsExactly(new Problem("store", "refused"));
            for (State state : List.of(State.WIPED, State.REWOUND, State.STALE, State.READY)) {
                store.say().loaded(content(on("b")), state, Instant.EPOCH);
                assertThat(flags.status().state()).isEqualTo(state);
            }
            store.say().state(State.STALE, List.of());
            assertThat(flags.status().state()).isEqualTo(State.STALE);
            assertThat(flags.isEnabled("b", "ann")).isTrue();
        }

        @Test
        void aSavedSnapshotIsNoContactAndDoesNotMakeReady() throws InterruptedException {
            Flags flags = flags(store);
            store.say().loaded(content(on("a")), State.STALE, Instant.EPOCH);
            assertThat(flags.status().layers().get(0).lastContact()).isEmpty();
            assertThat(flags.awaitReady(Duration.ofMillis(1))).isFalse();
            store.say().loaded(content(on("a")), State.READY, Instant.EPOCH);
            assertThat(flags.awaitReady(Duration.ZERO)).isTrue();
        }

        @Test
        void awaitReadyWakesWhenTheLastLayerHasLoaded() throws Exception {
            Flags flags = flags(store, memory);
            AtomicReference<@Nullable Boolean> ready = new AtomicReference<>();
            Thread waiting = new Thread(() -> {
                try {
                    ready.set(flags.awaitReady(Duration.ofSeconds(Long.MAX_VALUE)));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            waiting.start();
            await().atMost(Duration.ofMinutes(2)).until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            store.say().loaded(content(), State.READY, Instant.EPOCH);
            waiting.join(120_000);
            assertThat(ready.get()).isTrue();
        }

        @Test
        void problemsBetweenLayersAreToldWithTheLayerThatHasTheFlag() {
            memory.set(FlagDefinition.builder("a")
                    .prerequisites(
                            List.of(new dev.flags.model.Prerequisite("nobody-defines-me", java.util.Optional.empty())))
                    .build());
            Flags flags = flags(store, memory);
            store.say().loaded(content(on("b")), State.READY, Instant.EPOCH);
            tellsWithTheSecondLayerThatNobodyDefinesIt(flags);
        }

        @Test
        void problemsBetweenSegmentsAreToldWithTheLayerThatHasTheSegment() {
            memory.set(new Segment(
                    "beta",
                    "",
                    Set.of(),
                    Set.of(),
                    List.of(List.of(new Condition.InSegment("nobody-defines-me", false, Map.of()))),
                    Map.of()));
            Flags flags = flags(store, memory);
            // a flag of the segment's name is something else
            store.say().loaded(content(on("beta")), State.READY, Instant.EPOCH);
            tellsWithTheSecondLayerThatNobodyDefinesIt(flags);
        }

        private static void tellsWithTheSecondLayerThatNobodyDefinesIt(Flags flags) {
            List<FlagsStatus.Layer> layers = flags.status().layers();
            assertThat(layers.get(0).problems()).isEmpty();
            assertThat(layers.get(1).problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.toString()).contains("nobody-defines-me"));
        }

        @Test
        void whatCouldNotBeCompiledIsCompiledWithTheNextChange() {
            AtomicBoolean broken = new AtomicBoolean();
            Flags flags = flags(store);
            store.say().loaded(content(FlagDefinition.builder("a").build(), odd(broken)), State.READY, Instant.EPOCH);

            broken.set(true);
            store.say().loaded(changed(Set.of("a", "odd"), on("a"), odd(broken)), State.READY, Instant.EPOCH);
            assertThat(flags.isEnabled("a", "ann")).isFalse();
            assertThat(flags.status().problems()).hasSize(1);

            broken.set(false);
            store.say().loaded(changed(Set.of("b"), on("a"), odd(broken), on("b")), State.READY, Instant.EPOCH);
            assertThat(flags.isEnabled("b", "ann")).isTrue();
            assertThat(flags.isEnabled("a", "ann")).isTrue();
            assertThat(flags.status().problems()).isEmpty();
        }

        private static LayerContent changed(Set<String> keys, FlagDefinition... definitions) {
            LayerContent content = content(definitions);
            return new LayerContent(
                    content.revision(), content.flags(), content.segments(), false, keys, content.problems());
        }

        /** A flag that differs each time it is made, and cannot be compared while something is broken. */
        private static FlagDefinition odd(AtomicBoolean broken) {
            Object field = new Object() {
                @Override
                public boolean equals(@Nullable Object other) {
                    if (broken.get()) {
                        throw new IllegalStateException("a defect");
                    }
                    return this == other;
                }

                @Override
                public int hashCode() {
                    return 0;
                }
            };
            return FlagDefinition.builder("odd").extra(Map.of("field", field)).build();
        }

        @Test
        void twoLayersOfOneNameAreToldApart() {
            Flags flags = flags(new Spoken("flags.json"), new Spoken("flags.json"));
            assertThat(flags.status().layers())
                    .extracting(FlagsStatus.Layer::name)
                    .containsExactly("flags.json", "flags.json#2");
        }
    }

    @Nested
    class Starting {
        private final Spoken silent = new Spoken("silent");

        @Test
        void failingFastNamesTheLayerAndItsProblemAndEndsEverything() {
            Spoken refused = new Spoken("store");
            assertThatThrownBy(() -> Flags.builder()
                            .layer(memory)
                            .layer(refused)
                            .startup(StartupPolicy.failFast(Duration.ofMillis(1)))
                            .build())
                    .isInstanceOf(FlagsException.class)
                    .hasMessageContaining("store");
            assertThat(refused.closed).isTrue();
            assertThat(refused.listener).isNull();
        }

        @Test
        void byDefaultItCarriesOn() {
            memory.set(on("a"));
            Flags flags = Flags.builder()
                    .layer(silent)
                    .layer(memory)
                    .startup(StartupPolicy.waitUpTo(Duration.ofMillis(1)))
                    .build();
            built.add(flags);
            assertThat(flags.isEnabled("a", "ann")).isTrue();
        }

        @Test
        void withoutLayersNothingIsKnownAndNothingIsWaitedFor() throws InterruptedException {
            Flags flags = flags();
            assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
            assertThat(flags.awaitReady(Duration.ZERO)).isTrue();
        }

        @Test
        void nonsenseIsRefused() {
            assertThatThrownBy(() -> Flags.builder().pollInterval(Duration.ZERO))
                    .isInstanceOf(FlagsException.class);
            assertThatThrownBy(() -> StartupPolicy.waitUpTo(Duration.ofMillis(-1)))
                    .isInstanceOf(FlagsException.class);
        }
    }

    @Nested
    class Changes {
        @Test
        void areToldOnABackgroundThreadAndAListenerThatThrowsHurtsNobody() {
            Flags flags = flags(memory);
            List<FlagsChanged> told = new CopyOnWriteArrayList<>();
            List<Thread> threads = new CopyOnWriteArrayList<>();
            flags.onChange(change -> {
                throw new IllegalStateException("listener's own fault");
            });
            flags.onChange(change -> {
                told.add(change);
                threads.add(Thread.currentThread());
            });
            memory.set(on("a"));
            memory.set(on("b"));
            await().atMost(Duration.ofMinutes(2)).until(() -> told.size() == 2);
            assertThat(told).extracting(FlagsChanged::keys).containsExactly(Set.of("a"), Set.of("b"));
            assertThat(threads).allSatisfy(thread -> {
                assertThat(thread.isDaemon()).isTrue();
                assertThat(thread.getName()).startsWith("flags-");
            });
        }

        @Test
        void areNotToldWhenNothingDiffersNorAfterTheSubscriptionEnded() {
            memory.set(on("a"));
            Flags flags = flags(memory);
            List<FlagsChanged> ended = new CopyOnWriteArrayList<>();
            List<FlagsChanged> told = new CopyOnWriteArrayList<>();
            flags.onChange(ended::add).close();
            flags.onChange(told::add);
            memory.set(on("a"));
            memory.set(on("b"));
            await().atMost(Duration.ofMinutes(2)).until(() -> !told.isEmpty());
            assertThat(told).extracting(FlagsChanged::keys).containsExactly(Set.of("b"));
            assertThat(ended).isEmpty();
        }

        @Test
        void ofAnOverrideOrARemovalShowAtOnce() {
            memory.set(FlagDefinition.builder("a").build());
            MemorySource above = new MemorySource("above");
            Flags flags = flags(above, memory);
            above.override("a", new FlagOverride.AtPercentage(Percentage.FULL));
            assertThat(flags.isEnabled("a", "ann")).isTrue();
            assertThat(flags.decide("a", EvaluationContext.of("ann")).layer()).isEqualTo("above");
            above.override("a", null);
            assertThat(flags.isEnabled("a", "ann")).isFalse();
            memory.remove("a");
            assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
            memory.kill("a", "INC-1").remove("a");
            assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.KILLED);
            memory.unkill("a");
            assertThat(flags.decide("a", null).reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
        }
    }

    @Nested
    class Closing {
        @Test
        void endsThreadsAndDecisionsGoOn() throws InterruptedException {
            memory.set(on("a"));
            Flags flags = flags(memory);
            List<Thread> threads = new CopyOnWriteArrayList<>();
            flags.onChange(change -> threads.add(Thread.currentThread()));
            memory.set(on("b"));
            await().atMost(Duration.ofMinutes(2)).until(() -> !threads.isEmpty());
            flags.close();
            flags.close();
            assertThat(threads.get(0).isAlive()).isFalse();
            assertThat(flags.isEnabled("a", "ann")).isTrue();
            memory.kill("a", "too late");
            assertThat(flags.isEnabled("a", "ann")).isTrue();
            assertThat(flags.isEnabled("unknown", "ann")).isFalse();
            assertThat(flags.status().state()).isEqualTo(State.CLOSED);
            assertThat(flags.awaitReady(Duration.ZERO)).isTrue();
        }

        @Test
        void closesItsSourcesButNotSharedOnes() {
            Spoken owned = new Spoken("owned");
            Spoken shared = new Spoken("shared");
            Flags.builder()
                    .layer(owned)
                    .sharedLayer(shared)
                    .startup(StartupPolicy.dontWait())
                    .build()
                    .close();
            assertThat(owned.closed).isTrue();
            assertThat(shared.closed).isFalse();
            assertThat(shared.listener).isNull();
        }

        @Test
        void fromWithinAListenerDoesNotWaitForItself() {
            Flags flags = flags(memory);
            AtomicReference<@Nullable State> after = new AtomicReference<>();
            flags.onChange(change -> {
                flags.close();
                after.set(flags.status().state());
            });
            memory.set(on("a"));
            await().atMost(Duration.ofMinutes(2)).until(() -> after.get() == State.CLOSED);
        }
    }

    @Nested
    class Log {
        @Test
        void hasOneLineForEachUnknownFlagAndEachCallWithoutTargetingKeyAndNoForgedOnes() {
            PrintStream before = System.err;
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            try {
                memory.set(FlagDefinition.builder("half")
                        .percentage(Percentage.of(50))
                        .build());
                memory.set(FlagDefinition.builder("zero").build());
                memory.set(valued("text", "secret-value", "other-secret"));
                Flags flags = flags(memory);
                for (int i = 0; i < 3; i++) {
                    flags.isEnabled("half");
                    flags.isEnabled("zero");
                    flags.isEnabled("unknown-one", "ann");
                    flags.isEnabled("forged\nWARN all is well", "ann");
                    flags.isEnabled("text", "ann");
                    flags.value("text", null, Appendable.class, NOTHING);
                }
                flags.isEnabled("the-last-one", "ann");
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> log.toString(StandardCharsets.UTF_8).contains("the-last-one"));
                String text = log.toString(StandardCharsets.UTF_8);
                assertThat(text).containsOnlyOnce("'half'").containsOnlyOnce("'unknown-one'");
                assertThat(text).contains("isEnabled(key, userId)").doesNotContain("'zero'");
                assertThat(text).contains("forged?WARN").doesNotContain("forged\n");
                assertThat(text).contains("another type").doesNotContain("secret");
                assertThat(text.lines().filter(line -> line.contains("java.lang.Appendable")))
                        .hasSize(1);
            } finally {
                System.setErr(before);
            }
        }
    }
}
