package dev.flags.architecture.broken.env;

import java.sql.Connection;

public record OpensADatabase(Connection connection) {}
