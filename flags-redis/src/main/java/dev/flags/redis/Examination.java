package dev.flags.redis;

import dev.flags.redis.RedisReading.Base;
import dev.flags.store.Finding;
import dev.flags.store.Finding.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisDataException;

/** What is to be said about a server that keeps flags, for {@code flags doctor}. Not thread-safe; confine it to one thread. */
final class Examination {
    private final RedisReading reading;
    private final RedisKeys keys;
    private final List<Finding> findings = new ArrayList<>();

    Examination(RedisReading reading, RedisKeys keys) {
        this.reading = reading;
        this.keys = keys;
    }

    List<Finding> findings() {
        Optional<Map<String, String>> info = info();
        if (info.isPresent()) {
            version(info.get());
            eviction(info.get());
            persistence(info.get());
        } else {
            say(
                    "server",
                    Verdict.WARN,
                    "INFO is not permitted, so version, eviction and persistence are not known; ask whoever runs the server");
        }
        contents();
        info.ifPresent(this::memory);
        return findings;
    }

    private void say(String subject, Verdict verdict, String text) {
        findings.add(new Finding(subject, verdict, text));
    }

    private Optional<Map<String, String>> info() {
        try {
            Map<String, String> fields = new LinkedHashMap<>();
            reading.run(reading.commands().info()).lines().forEach(line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 1));
                }
            });
            return Optional.of(fields);
        } catch (JedisDataException e) {
            return Optional.empty();
        }
    }

    private void version(Map<String, String> info) {
        boolean valkey = info.getOrDefault("server_name", "").equals("valkey");
        String version = valkey
                ? info.getOrDefault("valkey_version", info.getOrDefault("redis_version", "?"))
                : info.getOrDefault("redis_version", "?");
        String name = (valkey ? "Valkey " : "Redis ") + version;
        if (valkey || isAtLeast(version, 7, 0)) {
            say("version", Verdict.OK, name);
        } else if (isAtLeast(version, 6, 2)) {
            say(
                    "version",
                    Verdict.WARN,
                    name
                            + " cannot enforce read-only key patterns: an application's login can be kept from commands, but not"
                            + " from writing to flags with those that it needs. Redis 7 or Valkey can");
        } else {
            say("version", Verdict.FAIL, name + " is too old: flags needs Redis 6.2 or later, or Valkey");
        }
    }

    private static boolean isAtLeast(String version, int major, int minor) {
        String[] numbers = version.split("\\.", 3);
        try {
            int first = Integer.parseInt(numbers[0]);
            return first > major || (first == major && numbers.length > 1 && Integer.parseInt(numbers[1]) >= minor);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void eviction(Map<String, String> info) {
        String policy = info.getOrDefault("maxmemory_policy", "");
        long maxmemory = number(info, "maxmemory");
        if (policy.isEmpty()) {
            say(
                    "maxmemory-policy",
                    Verdict.WARN,
                    "the server does not tell its maxmemory-policy; it must be noeviction");
        } else if (policy.equals("noeviction")) {
            say("maxmemory-policy", Verdict.OK, "noeviction");
        } else if (maxmemory == 0) {
            say(
                    "maxmemory-policy",
                    Verdict.WARN,
                    policy
                            + " evicts keys once somebody sets maxmemory, which is 0 now; set maxmemory-policy noeviction");
        } else if (policy.startsWith("volatile-")) {
            say(
                    "maxmemory-policy",
                    Verdict.WARN,
                    policy
                            + " evicts keys that expire, which flags and their log do not; noeviction is the one that is sure");
        } else {
            say(
                    "maxmemory-policy",
                    Verdict.FAIL,
                    policy + " evicts flags when the server's " + megabytes(maxmemory)
                            + " are used up; set maxmemory-policy noeviction, or use a server of their own");
        }
    }

    private void persistence(Map<String, String> info) {
        boolean appendOnly = number(info, "aof_enabled") == 1;
        if (appendOnly) {
            if (info.getOrDefault("aof_last_write_status", "ok").equals("ok")) {
                say("persistence", Verdict.OK, "append-only file");
            } else {
                say(
                        "persistence",
                        Verdict.FAIL,
                        "the last write to the append-only file failed; look at the server's disk");
            }
            return;
        }
        if (!info.getOrDefault("rdb_last_bgsave_status", "ok").equals("ok")) {
            say("persistence", Verdict.FAIL, "the last snapshot (RDB) could not be saved; look at the server's disk");
            return;
        }
        String missing = "what was committed since its start is lost when the server restarts; set appendonly yes";
        try {
            String save = reading.run(reading.commands().configGet("save")).getOrDefault("save", "");
            if (save.isBlank()) {
                say("persistence", Verdict.FAIL, "neither append-only file nor snapshots (RDB): " + missing);
            } else {
                say(
                        "persistence",
                        Verdict.WARN,
                        "snapshots (RDB, save " + save
                                + ") but no append-only file: what was committed since the last one is"
                                + " lost when the server dies; set appendonly yes");
            }
        } catch (JedisDataException e) {
            say(
                    "persistence",
                    Verdict.WARN,
                    "no append-only file, and CONFIG is not permitted, so it is not known whether there are snapshots (RDB);"
                            + " without either " + missing);
        }
    }

    private void contents() {
        Base base = reading.base();
        if (!base.meta().isThere() && base.last().isEmpty()) {
            int left = reading.flags().size();
            if (left > 0) {
                say(
                        "environment",
                        Verdict.FAIL,
                        left + " flags are there, but " + keys.meta() + " and " + keys.log()
                                + " are gone: restore the environment from a saved snapshot");
            } else {
                say("environment", Verdict.OK, keys.environment() + " has no commits yet");
            }
            return;
        }
        if (!base.meta().isThere()) {
            say(
                    "environment",
                    Verdict.WARN,
                    keys.meta() + " is gone; the log tells where the history ends, and the next commit writes it again."
                            + " Whether flags are missing is not known");
        }
        reading.load().missing().ifPresent(gone -> say("environment", Verdict.FAIL, gone));
        log(base);
        base.replicas().connected().ifPresent(connected -> say("replicas", Verdict.OK, connected + " connected"));
    }

    private void log(Base base) {
        long revision = base.meta().head(base.last()).revision();
        long entries = reading.run(reading.commands().xlen(keys.log()));
        if (base.last().isEmpty()) {
            say(
                    "log",
                    Verdict.FAIL,
                    keys.log() + " is gone, but revision " + revision
                            + " was committed: the history is lost, following goes on");
        } else if (base.last().get().revision() < revision) {
            say(
                    "log",
                    Verdict.FAIL,
                    keys.log() + " ends at revision " + base.last().get().revision() + ", but " + revision
                            + " was committed: entries were removed");
        } else {
            say("log", Verdict.OK, entries + " entries, revision " + revision);
        }
    }

    private void memory(Map<String, String> info) {
        long ours = 0;
        try {
            for (String key : keys.types().keySet()) {
                Long bytes = reading.run(reading.commands().memoryUsage(key));
                ours += bytes == null ? 0 : bytes;
            }
        } catch (JedisDataException e) {
            say("memory", Verdict.WARN, "MEMORY USAGE is not permitted, so the environment's share is not known");
            return;
        }
        long used = number(info, "used_memory");
        long most = number(info, "maxmemory");
        boolean nearlyFull = most > 0 && used > most / 10 * 9;
        say(
                "memory",
                nearlyFull ? Verdict.WARN : Verdict.OK,
                String.format(
                                Locale.ROOT,
                                "%s of %s that the server uses%s",
                                megabytes(ours),
                                megabytes(used),
                                most > 0 ? ", " + megabytes(most) + " at most" : "")
                        + (nearlyFull
                                ? "; it refuses commits when they are used up. 'flags audit archive' makes room"
                                : ""));
    }

    private static long number(Map<String, String> info, String name) {
        String value = info.getOrDefault(name, "");
        return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1_000_000.0);
    }
}
