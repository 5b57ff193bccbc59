package dev.flags.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns for a person: as wide as their widest cell, two blanks apart, nothing cut off. */
final class Table {
    private static final String RED = "\u001b[31m";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    private final Shell shell;
    private final List<List<String>> rows = new ArrayList<>();
    private final int[] widths;

    Table(Shell shell, String... header) {
        this.shell = shell;
        this.widths = new int[header.length];
        row(header);
    }

    Table row(String... cells) {
        List<String> row = new ArrayList<>(cells.length);
        for (int i = 0; i < cells.length; i++) {
            String cell = shell.safe.line(cells[i]);
            row.add(cell);
            widths[i] = Math.max(widths[i], length(cell));
        }
        rows.add(row);
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            List<String> row = rows.get(r);
            StringBuilder line = new StringBuilder();
            int pending = 0;
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                line.append(" ".repeat(pending)).append(styled(cell, r == 0));
                pending = widths[i] - length(cell) + 2;
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private String styled(String cell, boolean heading) {
        if (!shell.colour || cell.isEmpty()) {
            return cell;
        }
        if (heading) {
            return BOLD + cell + PLAIN;
        }
        return cell.equals("killed") || cell.equals("malformed") ? RED + cell + PLAIN : cell;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
