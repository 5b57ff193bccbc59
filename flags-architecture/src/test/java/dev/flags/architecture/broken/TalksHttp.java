package dev.flags.architecture.broken;

import java.net.http.HttpClient;

public record TalksHttp(HttpClient client) {}
