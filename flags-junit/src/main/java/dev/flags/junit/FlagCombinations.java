package dev.flags.junit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** One invocation of a {@link VaryFlags} test for every combination; the first has all flags off. */
final class FlagCombinations implements TestTemplateInvocationContextProvider {

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), VaryFlags.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        String[] keys = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), VaryFlags.class)
                .map(VaryFlags::value)
                .orElseThrow();
        if (keys.length == 0 || keys.length > VaryFlags.MOST) {
            throw new ExtensionConfigurationException("@VaryFlags takes 1 to " + VaryFlags.MOST + " flags, "
                    + context.getRequiredTestMethod().getName() + " has " + keys.length);
        }
        return IntStream.range(0, 1 << keys.length).mapToObj(bits -> {
            Map<String, Boolean> states = new LinkedHashMap<>();
            for (int i = 0; i < keys.length; i++) {
                states.put(keys[i], (bits >> (keys.length - 1 - i) & 1) == 1);
            }
            return new Combination(states);
        });
    }

    private record Combination(Map<String, Boolean> states) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return states.entrySet().stream()
                    .map(e -> e.getKey() + "=" + (e.getValue() ? "on" : "off"))
                    .collect(Collectors.joining(", "));
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of((BeforeEachCallback) context -> {
                TestFlags flags = FlagsExtension.flagsOf(context);
                states.forEach((key, on) -> {
                    if (on) {
                        flags.enable(key);
                    } else {
                        flags.disable(key);
                    }
                });
            });
        }
    }
}
