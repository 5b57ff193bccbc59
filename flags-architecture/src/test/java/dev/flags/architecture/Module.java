package dev.flags.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One row of the module picture: where a module's packages begin and which modules it may know. A new module is a new
 * row here and a {@code package-info} in it, so that it can be seen.
 */
enum Module {
    CORE("flags-core", ""),
    ENV("flags-env", ".env", CORE),
    JDBC("flags-jdbc", ".jdbc", CORE),
    REDIS("flags-redis", ".redis", CORE),
    TEST_SERVERS("flags-test-servers", ".servers"),
    STORE_TCK("flags-store-tck", ".store.tck", CORE),
    JUNIT("flags-junit", ".junit", CORE),
    ROLLOUT("flags-rollout", ".rollout", CORE),
    ADMIN_CLI("flags-admin-cli", ".cli", CORE, ENV, JDBC, REDIS, ROLLOUT),
    RELIABILITY("flags-reliability", ".reliability", CORE, JDBC, REDIS, TEST_SERVERS),
    BENCHMARKS("flags-benchmarks", ".benchmarks", CORE, ENV, JDBC, REDIS, ROLLOUT, TEST_SERVERS),
    EXAMPLES("examples", ".examples", CORE, ENV, JDBC, REDIS, ROLLOUT);

    /** What an application takes in with its store: it stays light. */
    static final Set<Module> EMBEDDED = EnumSet.of(CORE, ENV, JDBC, REDIS);

    /** What talks to a person on standard output; everything else logs through SLF4J. */
    static final Set<Module> PROGRAMS = EnumSet.of(ADMIN_CLI, BENCHMARKS, EXAMPLES, RELIABILITY, TEST_SERVERS);

    final String directory;
    private final String suffix;
    private final List<Module> known;

    Module(String directory, String suffix, Module... known) {
        this.directory = directory;
        this.suffix = suffix;
        this.known = List.of(known);
    }

    boolean mayKnow(Module other) {
        return other == this || known.contains(other);
    }

    /** The module that a class belongs to by its package, or none where it is not one of ours. */
    static Optional<Module> of(JavaClass type, String root) {
        String name = type.getPackageName() + ".";
        return Arrays.stream(values())
                .filter(module -> name.startsWith(root + module.suffix + "."))
                .max(Comparator.comparing(module -> module.suffix.length()));
    }

    static DescribedPredicate<JavaClass> in(Set<Module> modules, String root) {
        return DescribedPredicate.describe(
                "are in " + modules,
                type -> of(type, root).filter(modules::contains).isPresent());
    }
}
