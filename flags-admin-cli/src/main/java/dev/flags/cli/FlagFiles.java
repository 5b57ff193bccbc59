package dev.flags.cli;

import dev.flags.model.FlagFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the files that {@code -f} names. */
final class FlagFiles {
    private FlagFiles() {}

    /** What {@code -f} names: a file, or {@code -} for standard input, where the first character tells JSON from YAML. */
    record Text(String name, String text, FlagFile.Format format) {
        FlagFile parse() {
            return FlagFile.parse(name, text, format);
        }

        FlagFile.Parsed parseLeniently() {
            return FlagFile.parseLeniently(name, text, format);
        }
    }

    static Text read(Shell shell, String file) {
        try {
            if (file.equals("-")) {
                String text = new String(shell.in.readAllBytes(), StandardCharsets.UTF_8);
                boolean json = text.stripLeading().startsWith("{")
                        || text.stripLeading().startsWith("[");
                return new Text("standard input", text, json ? FlagFile.Format.JSON : FlagFile.Format.YAML);
            }
            Path path = shell.path(file);
            return new Text(file, Files.readString(path), FlagFile.Format.of(path));
        } catch (CharacterCodingException e) {
            throw new UsageException(file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + reason(e), e);
        }
    }

    static String reason(IOException e) {
        return switch (e.getClass().getSimpleName()) {
            case "NoSuchFileException" -> "there is no such file";
            case "AccessDeniedException" -> "permission denied";
            case "MalformedInputException" -> "it is not UTF-8 text";
            default -> e.toString();
        };
    }
}
