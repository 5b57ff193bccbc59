package dev.flags.evaluation;

/**
 * Precedence of semantic versions (<a href="https://semver.org/spec/v2.0.0.html#spec-item-11">Semantic Versioning 2.0.0,
 * item 11</a>), compared in place: numbers of any length, pre-releases before their release, build metadata ignored.
 */
final class SemanticVersion {
    private SemanticVersion() {}

    /** Whether it is {@code major.minor.patch} with an optional {@code -pre.release} and {@code +build}. */
    static boolean isValid(String text) {
        int build = text.indexOf('+');
        int end = build < 0 ? text.length() : build;
        if (build >= 0 && !validIdentifiers(text, build + 1, text.length(), false)) {
            return false;
        }
        int dash = text.indexOf('-');
        int coreEnd = dash < 0 || dash > end ? end : dash;
        if (coreEnd < end && !validIdentifiers(text, coreEnd + 1, end, true)) {
            return false;
        }
        int from = 0;
        for (int part = 0; part < 3; part++) {
            int to = part == 2 ? coreEnd : text.indexOf('.', from);
            if (to < 0 || to > coreEnd || !isNumeric(text, from, to) || (to - from > 1 && text.charAt(from) == '0')) {
                return false;
            }
            from = to + 1;
        }
        return true;
    }

    private static boolean validIdentifiers(String text, int from, int end, boolean refuseLeadingZeros) {
        int start = from;
        while (true) {
            int to = identifierEnd(text, start, end);
            if (to == start) {
                return false;
            }
            for (int i = start; i < to; i++) {
                char c = text.charAt(i);
                if ((c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-') {
                    return false;
                }
            }
            if (refuseLeadingZeros && to - start > 1 && text.charAt(start) == '0' && isNumeric(text, start, to)) {
                return false;
            }
            if (to == end) {
                return true;
            }
            start = to + 1;
        }
    }

    /** Compares two valid versions. */
    static int compare(String a, String b) {
        int endA = end(a);
        int endB = end(b);
        int coreEndA = coreEnd(a, endA);
        int coreEndB = coreEnd(b, endB);
        int atA = 0;
        int atB = 0;
        for (int part = 0; part < 3; part++) {
            int toA = identifierEnd(a, atA, coreEndA);
            int toB = identifierEnd(b, atB, coreEndB);
            int order = compareNumbers(a, atA, toA, b, atB, toB);
            if (order != 0) {
                return order;
            }
            atA = toA + 1;
            atB = toB + 1;
        }
        boolean preA = coreEndA < endA;
        boolean preB = coreEndB < endB;
        if (!preA || !preB) {
            return preA == preB ? 0 : preA ? -1 : 1;
        }
        return comparePreReleases(a, coreEndA + 1, endA, b, coreEndB + 1, endB);
    }

    private static int comparePreReleases(String a, int fromA, int endA, String b, int fromB, int endB) {
        int atA = fromA;
        int atB = fromB;
        while (atA <= endA && atB <= endB) {
            int toA = identifierEnd(a, atA, endA);
            int toB = identifierEnd(b, atB, endB);
            boolean numericA = isNumeric(a, atA, toA);
            boolean numericB = isNumeric(b, atB, toB);
            int order;
            if (numericA && numericB) {
                order = compareNumbers(a, atA, toA, b, atB, toB);
            } else if (numericA != numericB) {
                order = numericA ? -1 : 1;
            } else {
                order = compareTexts(a, atA, toA, b, atB, toB);
            }
            if (order != 0) {
                return order;
            }
            atA = toA + 1;
            atB = toB + 1;
        }
        // all equal so far: the one with more identifiers is higher
        boolean moreA = atA <= endA;
        boolean moreB = atB <= endB;
        return moreA == moreB ? 0 : moreA ? 1 : -1;
    }

    private static int end(String text) {
        int build = text.indexOf('+');
        return build < 0 ? text.length() : build;
    }

    private static int coreEnd(String text, int end) {
        int dash = text.indexOf('-');
        return dash < 0 || dash > end ? end : dash;
    }

    private static int identifierEnd(String text, int from, int end) {
        int dot = text.indexOf('.', from);
        return dot < 0 || dot > end ? end : dot;
    }

    private static boolean isNumeric(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return to > from;
    }

    /** Without leading zeros the longer number is the greater. */
    private static int compareNumbers(String a, int fromA, int toA, String b, int fromB, int toB) {
        int order = Integer.compare(toA - fromA, toB - fromB);
        return order != 0 ? order : compareTexts(a, fromA, toA, b, fromB, toB);
    }

    private static int compareTexts(String a, int fromA, int toA, String b, int fromB, int toB) {
        int common = Math.min(toA - fromA, toB - fromB);
        for (int i = 0; i < common; i++) {
            int order = Character.compare(a.charAt(fromA + i), b.charAt(fromB + i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(toA - fromA, toB - fromB);
    }
}
