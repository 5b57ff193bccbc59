package dev.flags.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.EvaluationContext;
import dev.flags.Reason;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SegmentsTest {
    private static final String IN_S =
            "{'key':'in','rules':[{'id':'r','conditions':[{'segment':'s'}],'variant':'on'}]}";
    private static final String NOT_IN_S =
            "{'key':'not-in','rules':[{'id':'r','conditions':[{'segment':'s','negate':true}],'variant':'on'}]}";

    private static Snapshot with(String... segments) {
        Given layer = Given.layer("store").flag(IN_S).flag(NOT_IN_S);
        for (String segment : segments) {
            layer.segment(segment);
        }
        return Given.snapshot(layer);
    }

    private static EvaluationContext subject(@Nullable String key, @Nullable String country) {
        return EvaluationContext.builder(key).attribute("country", country).build();
    }

    /** in, out, or — when neither the condition nor its negation matches — unknown. */
    private static String membership(Snapshot snapshot, EvaluationContext subject) {
        boolean in = Given.decide(snapshot, "in", subject).reason() == Reason.RULE;
        boolean notIn = Given.decide(snapshot, "not-in", subject).reason() == Reason.RULE;
        assertThat(in && notIn).isFalse();
        return in ? "in" : notIn ? "out" : "unknown";
    }

    @Test
    void excludedKeysComeBeforeListedOnesAndThoseBeforeRules() {
        Snapshot snapshot = with("{'name':'s','keys':['ann','bob'],'excluded':['bob','eve'],"
                + "'rules':[[{'attribute':'country','operator':'in','values':['DE']}]]}");
        assertThat(membership(snapshot, subject("ann", "FR"))).isEqualTo("in");
        assertThat(membership(snapshot, subject("bob", "DE"))).isEqualTo("out");
        assertThat(membership(snapshot, subject("eve", "DE"))).isEqualTo("out");
        assertThat(membership(snapshot, subject("carl", "DE"))).isEqualTo("in");
        assertThat(membership(snapshot, subject("carl", "FR"))).isEqualTo("out");
    }

    @Test
    void ofItsRulesAnySufficesAndOfARulesConditionsAllMustMatch() {
        Snapshot snapshot = with("{'name':'s','rules':[[{'attribute':'country','operator':'in','values':['DE']},"
                + "{'attribute':'targetingKey','operator':'startsWith','values':['a']}],"
                + "[{'attribute':'country','operator':'in','values':['FR']}]]}");
        assertThat(membership(snapshot, subject("ann", "DE"))).isEqualTo("in");
        assertThat(membership(snapshot, subject("bob", "DE"))).isEqualTo("out");
        assertThat(membership(snapshot, subject("bob", "FR"))).isEqualTo("in");
    }

    @Test
    void whatIsMissingMakesMembershipNeitherTrueNorFalse() {
        Snapshot byCountry = with("{'name':'s','rules':[[{'attribute':'country','operator':'in','values':['DE']}]]}");
        assertThat(membership(byCountry, subject("ann", null))).isEqualTo("unknown");
        Snapshot byKey = with("{'name':'s','keys':['ann']}");
        assertThat(membership(byKey, subject(null, null))).isEqualTo("unknown");
        Snapshot excluding = with("{'name':'s','excluded':['ann'],"
                + "'rules':[[{'attribute':'country','operator':'in','values':['DE']}]]}");
        assertThat(membership(excluding, subject(null, "DE"))).isEqualTo("unknown");
    }

    @Test
    void segmentsNest() {
        Snapshot snapshot = with(
                "{'name':'s','rules':[[{'segment':'europe'},{'segment':'testers','negate':true}]]}",
                "{'name':'europe','rules':[[{'attribute':'country','operator':'in','values':['DE','FR']}]]}",
                "{'name':'testers','keys':['eve']}");
        assertThat(membership(snapshot, subject("ann", "DE"))).isEqualTo("in");
        assertThat(membership(snapshot, subject("eve", "DE"))).isEqualTo("out");
        assertThat(membership(snapshot, subject("ann", "US"))).isEqualTo("out");
        assertThat(membership(snapshot, subject("ann", null))).isEqualTo("unknown");
    }

    @Test
    void anUnknownSegmentMatchesNobodyEitherWayAndIsReported() {
        Snapshot snapshot = with();
        assertThat(membership(snapshot, subject("ann", "DE"))).isEqualTo("unknown");
        assertThat(Given.paths(snapshot.problems()))
                .containsExactly("in#/rules/0/conditions/0/segment", "not-in#/rules/0/conditions/0/segment");
        Snapshot nested = with("{'name':'s','keys':['ann'],'rules':[[{'segment':'gone','negate':true}]]}");
        assertThat(membership(nested, subject("ann", "DE"))).isEqualTo("in");
        assertThat(membership(nested, subject("bob", "DE"))).isEqualTo("unknown");
        assertThat(Given.paths(nested.problems())).containsExactly("segment s#/rules/0/0/segment");
    }

    @Test
    void anUnknownOperatorInsideASegmentDoesNotMatchByNegatingTheSegment() {
        Snapshot snapshot = with("{'name':'s','rules':[[{'attribute':'country','operator':'near','values':['DE']}]]}");
        assertThat(membership(snapshot, subject("ann", "DE"))).isEqualTo("unknown");
        assertThat(snapshot.problems()).hasSize(1);
    }

    @Test
    void aCycleIsReportedAndTheRestOfItsSegmentsStillCounts() {
        Snapshot snapshot = with(
                "{'name':'s','keys':['ann'],'rules':[[{'segment':'t'}]]}",
                "{'name':'t','keys':['bob'],'rules':[[{'segment':'s'}]]}",
                "{'name':'u','rules':[[{'segment':'u'}]]}");
        assertThat(membership(snapshot, subject("ann", null))).isEqualTo("in");
        assertThat(membership(snapshot, subject("bob", null))).isEqualTo("unknown");
        assertThat(Given.paths(snapshot.problems()))
                .containsExactlyInAnyOrder(
                        "segment s#/rules/0/0/segment", "segment t#/rules/0/0/segment", "segment u#/rules/0/0/segment");
    }

    @Test
    void nestingThatDoublesAtEveryLevelIsRefused() {
        String[] segments = IntStream.range(0, 60)
                .mapToObj(i -> i == 59
                        ? "{'name':'s59','keys':['ann']}"
                        : "{'name':'" + (i == 0 ? "s" : "s" + i) + "','rules':[[{'segment':'s" + (i + 1)
                                + "'}],[{'segment':'s" + (i + 1) + "'}]]}")
                .toArray(String[]::new);
        Snapshot snapshot = with(segments);
        assertThat(membership(snapshot, subject("zoe", null))).isEqualTo("unknown");
        assertThat(snapshot.problems()).isNotEmpty();
    }
}
