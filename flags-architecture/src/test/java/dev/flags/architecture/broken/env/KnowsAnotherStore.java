package dev.flags.architecture.broken.env;

import dev.flags.architecture.broken.jdbc.Store;

public record KnowsAnotherStore(Store store) {}
