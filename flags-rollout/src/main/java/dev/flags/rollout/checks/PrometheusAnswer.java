package dev.flags.rollout.checks;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the one number in what Prometheus answers, or says why there is none. */
final class PrometheusAnswer {
    private static final int MOST_BYTES = 1024 * 1024;

    private PrometheusAnswer() {}

    static double value(String title, Http.Answered answered) throws NotAnsweredException {
        Map<?, ?> answer = json(title, answered);
        if (!"success".equals(answer.get("status"))) {
            throw new NotAnsweredException(
                    title + " refuses the query: " + text(answer.get("errorType")) + ": " + text(answer.get("error")));
        }
        if (answer.get("warnings") instanceof List<?> warnings && !warnings.isEmpty()) {
            throw new NotAnsweredException(title + " warns that its answer may not be whole: "
                    + warnings.stream().map(PrometheusAnswer::text).collect(Collectors.joining("; ")));
        }
        if (!(answer.get("data") instanceof Map<?, ?> data) || !(data.get("result") instanceof List<?> result)) {
            throw new NotAnsweredException(title + " gives no result");
        }
        String type = text(data.get("resultType"));
        return switch (type) {
            case "scalar" -> sample(title, result);
            case "vector" -> only(title, result);
            default ->
                throw new NotAnsweredException(
                        title + " gives a " + type + "; the expression must give a scalar or a vector of one element");
        };
    }

    private static Map<?, ?> json(String title, Http.Answered answered) throws NotAnsweredException {
        if (answered.isRedirect()) {
            throw new NotAnsweredException(title + " answers " + Http.status(answered)
                    + ", a redirect, which is not followed; configure the address that it leads to");
        }
        try {
            if (Json.parse(answered.body(), MOST_BYTES) instanceof Map<?, ?> map && map.get("status") != null) {
                return map;
            }
        } catch (JsonException e) {
            if (answered.status() == 200) {
                throw new NotAnsweredException(
                        title + " answers something that is not its JSON: it " + e.getMessage(), e);
            }
        }
        String said = Plain.line(answered.body(), 100);
        throw new NotAnsweredException(
                title + " answers " + Http.status(answered) + (said.isEmpty() ? "" : ": " + said));
    }

    private static double only(String title, List<?> vector) throws NotAnsweredException {
        if (vector.isEmpty()) {
            throw new NotAnsweredException(
                    title + " has no data for the expression: the vector is empty; 'or vector(0)' gives zero instead");
        }
        if (vector.size() > 1) {
            throw new NotAnsweredException(title + " gives " + vector.size() + " elements, such as "
                    + vector.stream().limit(2).map(PrometheusAnswer::metric).collect(Collectors.joining(" and "))
                    + "; the expression must give one, as by sum(…)");
        }
        if (!(vector.get(0) instanceof Map<?, ?> element) || !(element.get("value") instanceof List<?> value)) {
            throw new NotAnsweredException(title + " gives an element that has no plain value, such as a histogram");
        }
        return sample(title, value);
    }

    /** A pair of time and value; the value is text, because JSON has no NaN. */
    private static double sample(String title, List<?> pair) throws NotAnsweredException {
        String text = pair.size() == 2 ? text(pair.get(1)) : "";
        double value;
        try {
            value = switch (text) {
                case "NaN" -> Double.NaN;
                case "+Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(text);
            };
        } catch (NumberFormatException e) {
            throw new NotAnsweredException(title + " gives '" + text + "', which is not a number", e);
        }
        if (!Double.isFinite(value)) {
            throw new NotAnsweredException(title + " gives " + text
                    + ", as when it divides by zero; the expression must give a finite number");
        }
        return value;
    }

    private static String metric(@Nullable Object element) {
        return element instanceof Map<?, ?> map ? Plain.line(Json.write(map.get("metric")), 100) : text(element);
    }

    private static String text(@Nullable Object value) {
        return Plain.line(String.valueOf(value));
    }
}
