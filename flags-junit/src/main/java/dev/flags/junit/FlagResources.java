package dev.flags.junit;

import dev.flags.model.FlagFile;
import dev.flags.model.FlagFile.Format;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** Flag files on the class path or on disk. */
final class FlagResources {
    private FlagResources() {}

    static FlagFile read(Class<?> testClass, String name) {
        Path path = Path.of(name);
        try (InputStream resource = testClass.getResourceAsStream(name)) {
            if (resource != null) {
                return FlagFile.parse(
                        name, new String(resource.readAllBytes(), StandardCharsets.UTF_8), Format.of(path));
            }
            if (Files.exists(path)) {
                return FlagFile.parse(name, Files.readString(path), Format.of(path));
            }
        } catch (IOException e) {
            throw new ExtensionConfigurationException("@FlagsFromFile(\"" + name + "\") cannot be read: " + e, e);
        }
        throw new ExtensionConfigurationException("@FlagsFromFile(\"" + name + "\") is neither a resource seen from "
                + testClass.getName() + " nor a file at " + path.toAbsolutePath());
    }
}
