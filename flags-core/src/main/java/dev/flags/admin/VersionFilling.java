package dev.flags.admin;

import dev.flags.FlagsException;
import dev.flags.store.SegmentMembers;
import dev.flags.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Fills one new version of a large segment from a file, of which it holds one chunk at a time. Not thread-safe; confine it to one
 * thread.
 */
final class VersionFilling {
    private static final int CHUNK = 5_000;
    private static final int SAMPLE = 1_000;
    private static final int ATTEMPTS = 5;

    private final SegmentMembers members;
    private final String segment;
    private final String version;
    private final boolean dryRun;

    /** Each key read is in it with the same chance: what is missing in the store shows in it. */
    private final List<String> sample = new ArrayList<>(SAMPLE);

    private long keys;
    private long count;
    private boolean begun;

    VersionFilling(SegmentMembers members, String segment, String version, boolean dryRun) {
        this.members = members;
        this.segment = segment;
        this.version = version;
        this.dryRun = dryRun;
    }

    /** Reads and writes everything; returns how many members the version has, in a dry run how many keys were read. */
    long fill(SegmentImport.MemberFile file, SegmentImport.Progress progress) {
        try (InputStream in = file.content().open()) {
            MemberLines lines = new MemberLines(in, file.name());
            List<String> chunk = new ArrayList<>(CHUNK);
            for (String key = lines.next(); key != null; key = lines.next()) {
                keys++;
                keepInSample(key);
                chunk.add(key);
                if (chunk.size() == CHUNK) {
                    write(chunk, lines.isGood());
                    progress.read(keys);
                }
            }
            lines.require();
            write(chunk, true);
        } catch (IOException e) {
            throw new FlagsException(file.name() + " cannot be read: " + e.getMessage(), e);
        }
        if (keys == 0) {
            throw new FlagsException(file.name() + " holds no targeting key; nothing was switched");
        }
        progress.read(keys);
        count = dryRun ? keys : verified();
        return count;
    }

    /** How many keys were read, the same one as often as it was there. */
    long keys() {
        return keys;
    }

    List<String> notes() {
        return dryRun || count == keys
                ? List.of()
                : List.of((keys - count) + " of the " + keys + " lines repeat a targeting key");
    }

    private void keepInSample(String key) {
        if (sample.size() < SAMPLE) {
            sample.add(key);
            return;
        }
        long place = ThreadLocalRandom.current().nextLong(keys);
        if (place < SAMPLE) {
            sample.set((int) place, key);
        }
    }

    /** Adding twice changes nothing, so what may have been written is written again. */
    private void write(List<String> chunk, boolean isGood) {
        if (!dryRun && isGood && !chunk.isEmpty()) {
            begun = true;
            for (int attempt = 1; ; attempt++) {
                try {
                    members.add(segment, version, chunk);
                    break;
                } catch (StoreUnavailableException e) {
                    if (attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                    pause(attempt);
                }
            }
        }
        chunk.clear();
    }

    private static void pause(int attempt) {
        try {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(100L << attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Repeated keys make the version smaller than the file, and so does a store that loses members: the sample tells. */
    private long verified() {
        long found = members.count(segment, version);
        Set<String> lost = new HashSet<>(sample);
        lost.removeAll(members.among(segment, version, lost));
        if (found == 0 || found > keys || !lost.isEmpty()) {
            throw new FlagsException("of " + keys + " targeting keys written to the new version of '" + segment
                    + "', the store holds " + found + " members"
                    + (lost.isEmpty() ? "" : ", and not '" + lost.iterator().next() + "'")
                    + ": does it evict keys, or did somebody remove them? Nothing was switched");
        }
        return found;
    }

    /** Removes what was written, as far as that is possible now; the next import removes the rest. */
    void discard() {
        if (begun) {
            try {
                members.remove(segment, version);
            } catch (FlagsException e) {
                // the failure that led here says more
            }
        }
    }
}
