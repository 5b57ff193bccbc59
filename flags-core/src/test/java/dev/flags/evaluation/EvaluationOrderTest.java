package dev.flags.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.Decision;
import dev.flags.EvaluationContext;
import dev.flags.Reason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Kill, enabled, prerequisites, targets, rules, percentage and split: the first that decides ends it. */
class EvaluationOrderTest {
    // user-1 has bucket 35,069 and user-42 bucket 17,087 of this flag
    private static final String EVERYTHING = "{'key':'atomic-projects','prerequisites':[{'flag':'base'}],"
            + "'targets':[{'variant':'on','keys':['user-1','ann']}],"
            + "'rules':[{'id':'germans','conditions':[{'attribute':'country','operator':'in','values':['DE']}],"
            + "'variant':'on'}],'percentage':50}";
    private static final String BASE = "{'key':'base','percentage':100}";

    private static Decision decide(Given layer, EvaluationContext context) {
        return Given.decide(Given.snapshot(layer), "atomic-projects", context);
    }

    private static EvaluationContext german(String key) {
        return EvaluationContext.builder(key).attribute("country", "DE").build();
    }

    @Test
    void aKillComesBeforeAll() {
        Given layer = Given.layer("store").flag(EVERYTHING, 7).flag(BASE).kill("atomic-projects");
        assertThat(decide(layer, german("ann")))
                .isEqualTo(new Decision(
                        "atomic-projects", "off", false, Reason.KILLED, null, OptionalInt.empty(), "store", 7));
    }

    @Test
    void disabledComesBeforePrerequisitesTargetsAndRules() {
        Given layer = Given.layer("store").flag(EVERYTHING.replace("'percentage'", "'enabled':false,'percentage'"));
        assertThat(decide(layer, german("ann")).reason()).isEqualTo(Reason.DISABLED);
        assertThat(decide(layer, german("ann")).variant()).isEqualTo("off");
    }

    @Test
    void prerequisitesComeBeforeTargets() {
        Given layer = Given.layer("store").flag(EVERYTHING).flag("{'key':'base'}");
        assertThat(decide(layer, german("ann")).reason()).isEqualTo(Reason.PREREQUISITE_FAILED);
        assertThat(decide(layer, german("ann")).enabled()).isFalse();
    }

    @Test
    void targetsComeBeforeRules() {
        Given layer = Given.layer("store").flag(EVERYTHING, 3).flag(BASE);
        assertThat(decide(layer, german("ann")))
                .isEqualTo(new Decision(
                        "atomic-projects", "on", true, Reason.TARGET, null, OptionalInt.empty(), "store", 3));
    }

    @Test
    void rulesComeBeforeThePercentageAndTheFirstThatMatchesDecides() {
        String second = EVERYTHING
                .replace("'percentage'", "'percentage'")
                .replace(
                        "'variant':'on'}],'percentage'",
                        "'variant':'on'},{'id':'all','conditions':[{'attribute':'country','operator':'exists'}],'variant':'off'}],'percentage'");
        Given layer = Given.layer("store").flag(second).flag(BASE);
        assertThat(decide(layer, german("user-42")).ruleId()).isEqualTo("germans");
        assertThat(decide(layer, Given.user("country", "FR")).reason()).isEqualTo(Reason.TARGET);
        Decision french = decide(
                layer,
                EvaluationContext.builder("user-42").attribute("country", "FR").build());
        assertThat(french.ruleId()).isEqualTo("all");
        assertThat(french.enabled()).isFalse();
    }

    @Test
    void thePercentageDecidesTheRestAndSaysTheBucket() {
        Given layer = Given.layer("store").flag("{'key':'atomic-projects','percentage':17.087}");
        assertThat(decide(layer, EvaluationContext.of("user-42")))
                .isEqualTo(new Decision(
                        "atomic-projects", "off", false, Reason.PERCENTAGE, null, OptionalInt.of(17_087), "store", 0));
        Given above = Given.layer("store").flag("{'key':'atomic-projects','percentage':17.088}");
        assertThat(decide(above, EvaluationContext.of("user-42")))
                .isEqualTo(new Decision(
                        "atomic-projects", "on", true, Reason.PERCENTAGE, null, OptionalInt.of(17_087), "store", 0));
    }

    @Test
    void noBucketIsNeededAtNoneAndAtAll() {
        Decision none = decide(Given.layer("s").flag("{'key':'atomic-projects'}"), EvaluationContext.of("u"));
        assertThat(none)
                .isEqualTo(new Decision(
                        "atomic-projects", "off", false, Reason.DEFAULT, null, OptionalInt.empty(), "s", 0));
        Given full = Given.layer("s").flag("{'key':'atomic-projects','percentage':100}");
        assertThat(decide(full, EvaluationContext.of("u")).reason()).isEqualTo(Reason.DEFAULT);
        assertThat(decide(full, EvaluationContext.anonymous()).enabled()).isTrue();
        assertThat(decide(full, EvaluationContext.anonymous()).reason()).isEqualTo(Reason.DEFAULT);
    }

    @Test
    void withoutATargetingKeyAPercentageServesControl() {
        for (String percentage : new String[] {"0", "0.001", "50", "99.999"}) {
            Given layer = Given.layer("s").flag("{'key':'atomic-projects','percentage':" + percentage + "}");
            for (EvaluationContext nobody :
                    new EvaluationContext[] {EvaluationContext.anonymous(), EvaluationContext.of("")}) {
                Decision decision = decide(layer, nobody);
                assertThat(decision.reason()).isEqualTo(Reason.NO_TARGETING_KEY);
                assertThat(decision.variant()).isEqualTo("off");
                assertThat(decision.bucket()).isEmpty();
            }
        }
    }

    @Test
    void aFlagThatIsNotBooleanServesItsVariantsValue() {
        Snapshot snapshot = Given.flags(
                "{'key':'colour','variants':{'blue':'#00f','red':'#f00'},'offVariant':'blue','percentage':100}");
        Decision decision = Given.decide(snapshot, "colour", "u");
        assertThat(decision.variant()).isEqualTo("red");
        assertThat(decision.value()).isEqualTo("#f00");
        assertThat(decision.enabled()).isFalse();
    }

    @Nested
    class BucketBy {
        private final Snapshot snapshot = Given.flags("{'key':'atomic-projects','bucketBy':'account','percentage':50}");

        @Test
        void hashesTheAttributeInsteadOfTheTargetingKey() {
            assertThat(Given.decide(snapshot, "atomic-projects", Given.user("account", "user-42"))
                            .bucket())
                    .hasValue(17_087);
        }

        @Test
        void anAttributeHashesAlikeWhateverTypeItHas() {
            int bucket = Bucketing.of("atomic-projects").bucket("42");
            for (Object account : new Object[] {"42", 42, 42L, 42.0, new java.math.BigDecimal("42.00")}) {
                assertThat(Given.decide(snapshot, "atomic-projects", Given.user("account", account))
                                .bucket())
                        .hasValue(bucket);
            }
        }

        @Test
        void withoutTheAttributeControlIsServed() {
            for (EvaluationContext context : new EvaluationContext[] {
                Given.user(),
                Given.user("account", ""),
                Given.user("account", Map.of("id", 1)),
                Given.user("account", Set.of("a"))
            }) {
                assertThat(Given.decide(snapshot, "atomic-projects", context).reason())
                        .isEqualTo(Reason.NO_TARGETING_KEY);
            }
        }

        @Test
        void reachesIntoNestedAttributes() {
            Snapshot nested = Given.flags("{'key':'atomic-projects','bucketBy':'/account/id','percentage':50}");
            assertThat(Given.decide(nested, "atomic-projects", Given.user("account", Map.of("id", "user-42")))
                            .bucket())
                    .hasValue(17_087);
        }
    }

    @Nested
    class Splits {
        private static String flag(int percentage) {
            return "{'key':'f','variants':{'off':'-','a':'A','b':'B','c':'C'},'offVariant':'off','percentage':"
                    + percentage
                    + ",'split':[{'variant':'a','weight':1},{'variant':'b','weight':1},{'variant':'c','weight':2}]}";
        }

        @Test
        void theTreatedDivideByWeight() {
            Snapshot snapshot = Given.flags(flag(100));
            Map<String, Integer> counts = new HashMap<>();
            for (int i = 0; i < 40_000; i++) {
                Decision decision = Given.decide(snapshot, "f", "user-" + i);
                assertThat(decision.reason()).isEqualTo(Reason.SPLIT);
                counts.merge(String.valueOf(decision.variant()), 1, Integer::sum);
            }
            assertThat(counts.get("a")).isBetween(9_600, 10_400);
            assertThat(counts.get("b")).isBetween(9_600, 10_400);
            assertThat(counts.get("c")).isBetween(19_500, 20_500);
        }

        @Test
        void theSplitBucketIsTheSecondOne() {
            Decision decision = Given.decide(Given.flags(flag(100)), "f", "user-1");
            int bucket = Bucketing.of("f/split").bucket("user-1");
            assertThat(decision.bucket()).hasValue(bucket);
            assertThat(decision.variant()).isEqualTo(bucket < 25_000 ? "a" : bucket < 50_000 ? "b" : "c");
        }

        @Test
        void climbingMovesNobodyBetweenVariants() {
            Snapshot ten = Given.flags(flag(10));
            Snapshot fifty = Given.flags(flag(50));
            Snapshot all = Given.flags(flag(100));
            int treated = 0;
            for (int i = 0; i < 5_000; i++) {
                String user = "user-" + i;
                Decision early = Given.decide(ten, "f", user);
                if (early.reason() == Reason.SPLIT) {
                    treated++;
                    assertThat(early.bucket()).hasValue(Bucketing.of("f").bucket(user));
                    assertThat(Given.decide(fifty, "f", user).variant()).isEqualTo(early.variant());
                    assertThat(Given.decide(all, "f", user).variant()).isEqualTo(early.variant());
                } else {
                    assertThat(early.reason()).isEqualTo(Reason.PERCENTAGE);
                    assertThat(early.variant()).isEqualTo("off");
                }
            }
            assertThat(treated).isBetween(420, 580);
        }

        @Test
        void aSplitOfOnePartNeedsNoBucket() {
            Snapshot snapshot = Given.flags("{'key':'f','variants':{'off':'-','a':'A','b':'B'},'offVariant':'off',"
                    + "'percentage':100,'split':[{'variant':'b','weight':3}]}");
            assertThat(Given.decide(snapshot, "f", (String) null).variant()).isEqualTo("b");
            assertThat(Given.decide(snapshot, "f", "u").reason()).isEqualTo(Reason.DEFAULT);
        }

        @Test
        void aSplitWithoutATargetingKeyServesControlEvenAtAll() {
            Decision decision = Given.decide(Given.flags(flag(100)), "f", (String) null);
            assertThat(decision.reason()).isEqualTo(Reason.NO_TARGETING_KEY);
            assertThat(decision.variant()).isEqualTo("off");
        }

        @Test
        void aRuleCanServeASplitByTheSameBucketAsThePercentage() {
            Snapshot snapshot = Given.flags(flag(100)
                    .replace(
                            "'percentage'",
                            "'rules':[{'id':'r','conditions':[{'attribute':'x','operator':'exists'}],"
                                    + "'split':[{'variant':'a','weight':1},{'variant':'b','weight':1},{'variant':'c','weight':2}]}],"
                                    + "'percentage'"));
            for (int i = 0; i < 100; i++) {
                EvaluationContext context =
                        EvaluationContext.builder("user-" + i).attribute("x", 1).build();
                Decision byRule = Given.decide(snapshot, "f", context);
                assertThat(byRule.reason()).isEqualTo(Reason.RULE);
                assertThat(byRule.ruleId()).isEqualTo("r");
                assertThat(byRule.variant())
                        .isEqualTo(Given.decide(snapshot, "f", "user-" + i).variant());
            }
            assertThat(Given.decide(
                                    snapshot,
                                    "f",
                                    EvaluationContext.builder(null)
                                            .attribute("x", 1)
                                            .build())
                            .reason())
                    .isEqualTo(Reason.NO_TARGETING_KEY);
        }
    }

    @Nested
    class ShareOfARule {
        private final Snapshot snapshot = Given.flags("{'key':'f','rules':["
                + "{'id':'some','conditions':[{'percentage':20}],'variant':'on'},"
                + "{'id':'others','conditions':[{'percentage':20}],'variant':'on'}],'percentage':20}");

        @Test
        void matchesAShareAndLetsTheRestFallToTheNextRule() {
            Map<String, Long> counts = new HashMap<>();
            for (int i = 0; i < 20_000; i++) {
                Decision decision = Given.decide(snapshot, "f", "user-" + i);
                counts.merge(decision.ruleId() + " " + decision.enabled(), 1L, Long::sum);
            }
            // each asks with a salt of its own, so each gets a fifth of what the ones before it left
            assertThat(counts.get("some true")).isBetween(3_800L, 4_200L);
            assertThat(counts.get("others true")).isBetween(3_000L, 3_400L);
            assertThat(counts.get("null true")).isBetween(2_400L, 2_720L);
        }

        @Test
        void itsSaltIsThatOfTheRule() {
            Set<Boolean> seen = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                String user = "user-" + i;
                boolean inside = Bucketing.of("f/rule/some").bucket(user) < 20_000;
                seen.add(inside);
                assertThat("some".equals(Given.decide(snapshot, "f", user).ruleId()))
                        .isEqualTo(inside);
            }
            assertThat(seen).hasSize(2);
        }

        @Test
        void withoutATargetingKeyItMatchesNeitherWay() {
            Snapshot negated = Given.flags(
                    "{'key':'f','rules':[{'id':'r','conditions':[{'percentage':20,'negate':true}],'variant':'on'}]}");
            assertThat(Given.decide(negated, "f", (String) null).ruleId()).isNull();
            assertThat(Given.decide(snapshot, "f", (String) null).ruleId()).isNull();
            Predicate<String> inNegated =
                    user -> Given.decide(negated, "f", user).ruleId() != null;
            long treated = IntStream.range(0, 10_000)
                    .mapToObj(i -> "user-" + i)
                    .filter(inNegated)
                    .count();
            assertThat(treated).isBetween(7_800L, 8_200L);
        }
    }

    @Nested
    class Prerequisites {
        private static String on(String key, String... prerequisites) {
            return "{'key':'" + key + "','percentage':100,'prerequisites':["
                    + Stream.of(prerequisites).map(p -> "{" + p + "}").collect(java.util.stream.Collectors.joining(","))
                    + "]}";
        }

        private static Reason reason(Snapshot snapshot, String key) {
            return Given.decide(snapshot, key, "u").reason();
        }

        @Test
        void areTransitive() {
            Snapshot holds = Given.flags(on("a", "'flag':'b'"), on("b", "'flag':'c'"), on("c"));
            assertThat(reason(holds, "a")).isEqualTo(Reason.DEFAULT);
            Snapshot fails = Given.flags(on("a", "'flag':'b'"), on("b", "'flag':'c'"), "{'key':'c'}");
            assertThat(reason(fails, "a")).isEqualTo(Reason.PREREQUISITE_FAILED);
            assertThat(reason(fails, "b")).isEqualTo(Reason.PREREQUISITE_FAILED);
        }

        @Test
        void areEvaluatedForTheSameSubject() {
            Snapshot snapshot = Given.flags(on("a", "'flag':'b'"), "{'key':'b','percentage':50}");
            for (int i = 0; i < 200; i++) {
                assertThat(Given.decide(snapshot, "a", "user-" + i).enabled())
                        .isEqualTo(Given.decide(snapshot, "b", "user-" + i).enabled());
            }
        }

        @Test
        void canAskForAVariant() {
            String other = "{'key':'b','variants':{'x':'X','y':'Y'},'offVariant':'x','percentage':";
            assertThat(reason(Given.flags(on("a", "'flag':'b','variant':'y'"), other + "100}"), "a"))
                    .isEqualTo(Reason.DEFAULT);
            assertThat(reason(Given.flags(on("a", "'flag':'b','variant':'x'"), other + "100}"), "a"))
                    .isEqualTo(Reason.PREREQUISITE_FAILED);
            assertThat(reason(Given.flags(on("a", "'flag':'b','variant':'x'"), other + "0}"), "a"))
                    .isEqualTo(Reason.DEFAULT);
            Snapshot unknown = Given.flags(on("a", "'flag':'b','variant':'z'"), other + "100}");
            assertThat(reason(unknown, "a")).isEqualTo(Reason.PREREQUISITE_FAILED);
            assertThat(Given.paths(unknown.problems())).containsExactly("a#/prerequisites/0/variant");
        }

        @Test
        void thatDoNotExistFailAndAreReported() {
            Snapshot snapshot = Given.flags(on("a", "'flag':'gone'"));
            assertThat(reason(snapshot, "a")).isEqualTo(Reason.PREREQUISITE_FAILED);
            assertThat(Given.paths(snapshot.problems())).containsExactly("a#/prerequisites/0/flag");
        }

        @Test
        void aKilledPrerequisiteFails() {
            Snapshot snapshot = Given.snapshot(
                    Given.layer("s").flag(on("a", "'flag':'b'")).flag(on("b")).kill("b"));
            assertThat(reason(snapshot, "a")).isEqualTo(Reason.PREREQUISITE_FAILED);
        }

        @Test
        void cyclesAreReportedAndNeverFollowed() {
            Snapshot snapshot = Given.flags(
                    on("a", "'flag':'b'"), on("b", "'flag':'c'"), on("c", "'flag':'b','variant':'off'"), on("d"));
            for (String key : new String[] {"a", "b", "c"}) {
                assertThat(reason(snapshot, key)).isEqualTo(Reason.PREREQUISITE_FAILED);
            }
            assertThat(reason(snapshot, "d")).isEqualTo(Reason.DEFAULT);
            assertThat(Given.paths(snapshot.problems()))
                    .containsExactly("a#/prerequisites", "b#/prerequisites", "c#/prerequisites");
            assertThat(snapshot.problems().get(0).message()).contains("b → c → b");
        }

        @Test
        void aChainOfThousandsAndADoublingLatticeAreRefusedInsteadOfFollowed() {
            String[] chain = IntStream.range(0, 5_000)
                    .mapToObj(i -> i == 0 ? on("f0") : on("f" + i, "'flag':'f" + (i - 1) + "'"))
                    .toArray(String[]::new);
            Snapshot snapshot = Given.flags(chain);
            assertThat(reason(snapshot, "f100")).isEqualTo(Reason.DEFAULT);
            assertThat(reason(snapshot, "f4999")).isEqualTo(Reason.PREREQUISITE_FAILED);
            assertThat(snapshot.problems()).isNotEmpty();
            String[] lattice = IntStream.range(0, 120)
                    .mapToObj(i -> i < 2
                            ? on("l" + i)
                            : on("l" + i, "'flag':'l" + (i / 2 * 2 - 2) + "'", "'flag':'l" + (i / 2 * 2 - 1) + "'"))
                    .toArray(String[]::new);
            Snapshot doubling = Given.flags(lattice);
            assertThat(reason(doubling, "l6")).isEqualTo(Reason.DEFAULT);
            assertThat(reason(doubling, "l119")).isEqualTo(Reason.PREREQUISITE_FAILED);
        }
    }
}
