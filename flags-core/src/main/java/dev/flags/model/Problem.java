package dev.flags.model;

/**
 * One thing that is wrong with a document, and where. Immutable.
 *
 * @param path where: a file, variable or flag key, then a JSON pointer, for instance {@code
 *     flags.json#/flags/2/rules/0/variant}
 * @param message what is wrong and what to do
 */
public record Problem(String path, String message) {
    @Override
    public String toString() {
        return path + ": " + message;
    }
}
