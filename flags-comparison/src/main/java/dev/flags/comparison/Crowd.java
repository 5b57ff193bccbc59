package dev.flags.comparison;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.IntStream;

/** Who is asked for. The same people for every SDK. */
final class Crowd {
    /** A power of two. */
    static final int SIZE = 4_096;

    private static final int LISTED = 1_000;
    private static final List<String> COUNTRIES = List.of("US", "DE", "FR", "PL");

    private Crowd() {}

    static String id(int user) {
        return "user-" + (100_000 + user * 37);
    }

    /** A quarter lives in each of four countries. */
    static String country(int user) {
        return COUNTRIES.get(user & 3);
    }

    /** The members of the list and of the segment: every fourth of the crowd, until there are 1,000. */
    static List<String> members() {
        return IntStream.range(0, LISTED).mapToObj(i -> id(i * 4)).toList();
    }

    /** The members as the elements of a list in JSON. */
    static String membersInJson() {
        return members().stream().map(id -> '"' + id + '"').collect(joining(","));
    }
}
