package dev.flags.rollout.checks;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** What the controller may call. */
final class WebAddress {
    private WebAddress() {}

    /** An http or https URL with a host and without a login; empty when it is none. */
    static Optional<URI> parse(String text) {
        try {
            URI uri = new URI(text.strip());
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null
                    ? Optional.of(uri)
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
