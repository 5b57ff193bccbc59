package dev.flags;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.SegmentImport;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagFile;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** A store being given large segments, and flags that look at them, for tests. Immutable. */
public record LargeSegments(FlagStore store) {
    public static LargeSegments of(FlagStore store) {
        return new LargeSegments(store);
    }

    /** A flag called like the segment, on for its members alone, and one called {@code not-NAME}, on for all others. */
    public LargeSegments flagInSegment(String segment) {
        String flags = "{'flags':[{'key':'%s','rules':[{'id':'in','conditions':[{'segment':'%s'}],'variant':'on'}]},"
                + "{'key':'not-%s','rules':[{'id':'out','conditions':[{'segment':'%s','negate':true}],'variant':'on'}]}]}";
        return applying(flags.replace("%s", segment));
    }

    public LargeSegments applying(String file) {
        FlagFile parsed = FlagFile.parse("test", file.replace('\'', '"'), FlagFile.Format.JSON);
        new FlagAdmin(store, Actor.local("ann")).apply(parsed, false, WriteOptions.DEFAULT);
        return this;
    }

    /** Imports these members into the segment {@code beta}. */
    public LargeSegments importing(String... members) {
        importInto("beta", String.join("\n", members), WriteOptions.because("test"));
        return this;
    }

    public WriteOutcome importInto(String segment, String lines, WriteOptions options) {
        return new SegmentImport(store, Actor.local("ann"))
                .run(
                        segment,
                        new SegmentImport.MemberFile(
                                "members.txt", () -> new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8))),
                        options,
                        keys -> {});
    }
}
