package dev.flags.redis;

import java.util.List;
import java.util.function.Consumer;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Looks through all keys of one server in steps, so that it goes on serving others meanwhile. */
final class KeyScan {
    private static final int STEP = 1_000;

    private KeyScan() {}

    /**
     * Goes through the keys.
     *
     * @param pattern Redis' glob
     * @param page is given those found by one step; a key may come twice
     */
    static void of(RedisReading reading, String pattern, Consumer<List<String>> page) {
        ScanParams params = new ScanParams().match(pattern).count(STEP);
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> found = reading.run(reading.commands().scan(cursor, params));
            if (!found.getResult().isEmpty()) {
                page.accept(found.getResult());
            }
            cursor = found.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    }
}
