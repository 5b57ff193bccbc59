package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launchers as processes: an unpacked distribution, and a checkout that is built. Both in a path with blanks. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();

    @TempDir
    static Path top;

    private static Path distribution;
    private static Path checkout;

    @BeforeAll
    static void unpack() throws IOException {
        distribution = top.resolve("a place/flags 1");
        lib(distribution.resolve("lib"));
        copy(MODULE.resolve("src/main/dist/bin/flags"), distribution.resolve("bin/flags"));
        checkout = top.resolve("a checkout");
        lib(checkout.resolve("flags-admin-cli/target/fast/dist/lib"));
        Files.writeString(checkout.resolve("flags-admin-cli/target/fast/flags-1.zip"), "");
        copy(MODULE.resolveSibling("flags"), checkout.resolve("flags"));
    }

    /** The jars that the distribution has, made of this test's class path. */
    private static void lib(Path lib) throws IOException {
        Files.createDirectories(lib);
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            String name = path.getFileName().toString();
            if (Files.isRegularFile(path)) {
                Files.copy(path, lib.resolve(name));
            } else if (name.equals("classes")) {
                jar(path, lib.resolve("flags-" + path.hashCode() + ".jar"));
            }
        }
        copy(MODULE.resolve("src/main/dist/lib/start.sh"), lib.resolve("start.sh"));
    }

    private static void jar(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(f -> !f.equals(classes)).sorted().toList()) {
                String name = classes.relativize(file).toString();
                boolean directory = Files.isDirectory(file); // Flyway looks for its scripts' directory
                entries.putNextEntry(new JarEntry(directory ? name + "/" : name));
                if (!directory) {
                    Files.copy(file, entries);
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
        assertThat(to.toFile().setExecutable(true)).isTrue();
    }

    private record Ended(int code, String out, String err) {
        Ended exits(int expected) {
            assertThat(code).as("%s%s", out, err).isEqualTo(expected);
            return this;
        }
    }

    private static Ended run(Path launcher, Path directory, Map<String, String> variables, String... args)
            throws Exception {
        Files.createDirectories(directory);
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        Path out = Files.createTempFile(top, "out", "");
        Path err = Files.createTempFile(top, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Map<String, String> environment = new HashMap<>(variables);
        environment.putIfAbsent("PATH", "/usr/bin:/bin");
        environment.putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        environment.putIfAbsent("HOME", top.resolve("home of ada").toString());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ended in time").isTrue();
        return new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void aDistributionRunsFromAnyDirectoryAndThroughALinkAndKeepsAnArchiveInTheCache() throws Exception {
        Path work = top.resolve("work here");
        Files.createDirectories(work);
        Path link = Files.createSymbolicLink(work.resolve("fl"), Path.of("../a place/flags 1/bin/flags"));
        run(link, work, Map.of(), "create", "k").exits(0);
        assertThat(work.resolve("flags.db"))
                .as("the store is in the caller's directory")
                .exists();
        Path cache = top.resolve("home of ada/.cache/flags");
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files.map(Path::toString)).singleElement().asString().endsWith(".jsa");
        }
        Ended second = run(link, work, Map.of(), "get", "k", "-o", "json");
        second.exits(0);
        assertThat(second.out()).startsWith("{\"apiVersion\":1,").endsWith("}\n");
        run(link, work, Map.of(), "get", "nope").exits(3);
    }

    @Test
    void argumentsAreUnderstoodWhateverTheLocaleAndOutputKeepsToIt() throws Exception {
        Path launcher = distribution.resolve("bin/flags");
        assertThat(run(launcher, top, Map.of("LC_ALL", "C"), "bucket", "atomic-projects", "é")
                        .out())
                .isEqualTo("\\u00e9\t38200\n");
        assertThat(run(launcher, top, Map.of("LANG", "de_DE.UTF-8"), "bucket", "atomic-projects", "é")
                        .out())
                .isEqualTo("é\t38200\n");
    }

    @Test
    void withoutJavaItSaysWhatToDo() throws Exception {
        Ended ended = run(distribution.resolve("bin/flags"), top, Map.of("JAVA_HOME", "/nowhere"), "version");
        ended.exits(1);
        assertThat(ended.err()).contains("no Java at JAVA_HOME (/nowhere)");
    }

    @Test
    void aQuestionWithoutATerminalEndsAndDoesNotHang() throws Exception {
        Path work = top.resolve("questions");
        assertThat(run(distribution.resolve("bin/flags"), work, Map.of(), "create", "k")
                        .code())
                .isZero();
        assertThat(run(distribution.resolve("bin/flags"), work, Map.of(), "kill", "--all")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void aBuiltCheckoutStartsWithoutMaven() throws Exception {
        Path work = top.resolve("work there");
        run(checkout.resolve("flags"), work, Map.of(), "create", "k").exits(0);
        Ended killed = run(checkout.resolve("flags"), work, Map.of(), "kill", "k", "--reason", "a b");
        killed.exits(0);
        assertThat(killed.out()).isEqualTo("k: killed, revision 2\n");
    }

    @Test
    void aCheckoutThatIsNotBuiltSaysThatItNeedsMaven() throws Exception {
        Path fresh = top.resolve("fresh checkout");
        copy(MODULE.resolveSibling("flags"), fresh.resolve("flags"));
        Files.createDirectories(fresh.resolve("flags-admin-cli"));
        Path tools = Files.createDirectories(top.resolve("tools"));
        for (String tool : List.of("sh", "ls", "dirname", "head", "find", "mkdir", "rmdir", "sleep", "uname")) {
            Path there = Stream.of("/bin/", "/usr/bin/")
                    .map(d -> Path.of(d + tool))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            copy(there, tools.resolve(tool));
        }
        Ended ended = run(fresh.resolve("flags"), fresh, Map.of("PATH", tools.toString()), "list");
        ended.exits(1);
        assertThat(ended.err()).contains("there is no 'mvn'");
    }
}
