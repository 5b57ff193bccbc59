package dev.flags.rollout.checks;

import dev.flags.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call as a message for Slack and for what takes its webhooks' form (Mattermost, Rocket.Chat, Discord's {@code /slack}). Texts that
 * people wrote are data: no markup, no mention of anybody, one line.
 */
final class SlackText {
    private static final int LONGEST_REASON = 1000;

    private SlackText() {}

    static String json(Hooks.Call call) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("text", text(call));
        message.put("mrkdwn", false);
        message.put("link_names", false);
        message.put("unfurl_links", false);
        message.put("unfurl_media", false);
        return Json.write(message);
    }

    private static String text(Hooks.Call call) {
        String flag = safe(call.flag(), 200) + " in " + safe(call.environment(), 200);
        String steps = call.from() + " → " + call.to();
        String what = switch (call.event()) {
            case START -> "Rollout of " + flag + " starts: " + steps;
            case BEFORE_RAISE -> "Rollout of " + flag + " is about to go " + steps;
            case ROLLED_BACK -> "Rollout of " + flag + " was rolled back: " + steps;
            case COMPLETED -> "Rollout of " + flag + " is completed at " + call.to();
        };
        String why = safe(call.why(), LONGEST_REASON);
        return what + ", by " + safe(call.actor(), 200) + (why.isEmpty() ? "" : ". " + why);
    }

    /**
     * Slack's three control characters are escaped, which leaves no {@code <!channel>}; an @ before a word is parted from it by a
     * zero-width space, because others than Slack take @channel from plain text.
     */
    static String safe(String text, int longest) {
        return Plain.line(text, longest)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("@(?=\\S)", "@\u200b");
    }
}
