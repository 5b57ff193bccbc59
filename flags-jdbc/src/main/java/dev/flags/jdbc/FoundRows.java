package dev.flags.jdbc;

import dev.flags.store.StoredFlag;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which rows there are of the flags that are about to be written.
 *
 * @param flags the flags that have a row
 * @param kills the latches, by flag
 * @param rollouts the runs, by flag
 */
record FoundRows(Set<String> flags, Map<String, String> kills, Map<String, String> rollouts) {
    private static final int MOST = 200;

    /** One query for each 200 flags. */
    static FoundRows of(Connection connection, String environment, List<StoredFlag> wanted) throws SQLException {
        FoundRows found = new FoundRows(new HashSet<>(), new HashMap<>(), new HashMap<>());
        for (int from = 0; from < wanted.size(); from += MOST) {
            List<StoredFlag> page = wanted.subList(from, Math.min(from + MOST, wanted.size()));
            try (PreparedStatement select = connection.prepareStatement(sql(page.size()))) {
                int parameter = 1;
                for (int table = 0; table < 3; table++) {
                    select.setString(parameter++, environment);
                    for (StoredFlag flag : page) {
                        select.setString(parameter++, flag.key());
                    }
                }
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getInt(1), rows.getString(2), rows.getString(3));
                    }
                }
            }
        }
        return found;
    }

    private void add(int table, String key, String document) {
        switch (table) {
            case 1 -> flags.add(key);
            case 2 -> kills.put(key, document);
            default -> rollouts.put(key, document);
        }
    }

    private static String sql(int keys) {
        String where =
                " WHERE environment = ? AND flag_key IN (" + String.join(", ", Collections.nCopies(keys, "?")) + ")";
        return "SELECT 1, flag_key, '' FROM flags_flag" + where
                + " UNION ALL SELECT 2, flag_key, document FROM flags_kill" + where
                + " UNION ALL SELECT 3, flag_key, document FROM flags_rollout" + where;
    }
}
