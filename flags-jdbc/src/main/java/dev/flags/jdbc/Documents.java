package dev.flags.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes documents by their primary key, new ones and ones that replace what is there, many with one statement: not every driver sends
 * a batch in one go. Not thread-safe; confine it to one transaction.
 */
final class Documents {
    /** What SQLite takes in one statement is 32,766 parameters; what MySQL takes is a packet, of 16 MB at least. */
    private static final int MOST_ROWS = 250;

    private static final int MOST_CHARACTERS = 2_000_000;

    private final Connection connection;
    private final String begin;
    private final String row;
    private final String end;

    /**
     * For one table.
     *
     * @param primaryKey its columns; the document's is {@code document}
     */
    Documents(Connection connection, Dialect dialect, String table, List<String> primaryKey) {
        this.connection = connection;
        String key = String.join(", ", primaryKey);
        this.begin = "INSERT INTO " + table + " (" + key + ", document) VALUES ";
        this.row = "(" + String.join(", ", Collections.nCopies(primaryKey.size() + 1, "?")) + ")";
        this.end = " " + dialect.elseDocument(key);
    }

    /** One document, and its primary key in the order of the columns. */
    record Document(List<Object> key, String text) {
        Document {
            key = List.copyOf(key);
        }
    }

    /** Writes them. No primary key may be there twice. In the same order everywhere, so that writers do not wait for each other in a circle. */
    void write(List<Document> documents) throws SQLException {
        List<Document> together = new ArrayList<>();
        int characters = 0;
        for (Document document : documents) {
            if (together.size() == MOST_ROWS
                    || (!together.isEmpty() && characters + document.text().length() > MOST_CHARACTERS)) {
                send(together);
                together.clear();
                characters = 0;
            }
            together.add(document);
            characters += document.text().length();
        }
        if (!together.isEmpty()) {
            send(together);
        }
    }

    private void send(List<Document> documents) throws SQLException {
        String rows = String.join(", ", Collections.nCopies(documents.size(), row));
        try (PreparedStatement insert = connection.prepareStatement(begin + rows + end)) {
            int next = 1;
            for (Document document : documents) {
                for (Object part : document.key()) {
                    insert.setObject(next++, part);
                }
                insert.setString(next++, document.text());
            }
            insert.executeUpdate();
        }
    }
}
