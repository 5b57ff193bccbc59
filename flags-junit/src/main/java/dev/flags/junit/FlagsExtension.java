package dev.flags.junit;

import dev.flags.Flags;
import dev.flags.model.Percentage;
import java.lang.reflect.AnnotatedElement;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives every test its own {@link TestFlags}, made from the annotations on its method and classes, as a parameter of type {@link
 * TestFlags} or {@link Flags} of its constructor, its {@code @BeforeEach} and {@code @AfterEach} methods and the test itself.
 *
 * <p>Each test invocation has an instance of its own and nothing is static, so that tests may run concurrently and the code under
 * test may use any threads. The annotations of this package register it; {@code @ExtendWith(FlagsExtension.class)} does too.
 *
 * <p>Safe for use by multiple threads.
 */
public final class FlagsExtension implements ParameterResolver, BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(FlagsExtension.class);

    /** JUnit calls it. */
    public FlagsExtension() {}

    /** A constructor's parameter belongs to the test that the object is made for. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestFlags.class || type == Flags.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException(
                    "flags belong to one test; take them as a parameter of the test method or of"
                            + " @BeforeEach instead of " + parameter.getDeclaringExecutable());
        }
        return flagsOf(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        flagsOf(context); // so that a mistake in an annotation fails the test even when no parameter asks for flags
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean strict = declaring(context).stream().anyMatch(e -> AnnotationSupport.isAnnotated(e, StrictFlags.class));
        TreeSet<String> unknown = new TreeSet<>(flagsOf(context).unknownKeys());
        if (strict && !unknown.isEmpty()) {
            throw new AssertionError("flags were asked for that nothing defined: " + String.join(", ", unknown)
                    + "; add @WithFlag or define them");
        }
    }

    /** The flags of a test, made at the first call and closed by JUnit when the test is over. */
    static TestFlags flagsOf(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(TestFlags.class, type -> make(context), TestFlags.class);
    }

    private static TestFlags make(ExtensionContext context) {
        TestFlags flags = TestFlags.create();
        for (AnnotatedElement element : declaring(context)) {
            AnnotationSupport.findAnnotation(element, FlagsFromFile.class)
                    .ifPresent(file -> flags.load(FlagResources.read(context.getRequiredTestClass(), file.value())));
        }
        for (AnnotatedElement element : declaring(context)) {
            for (WithFlag flag : AnnotationSupport.findRepeatableAnnotations(element, WithFlag.class)) {
                apply(flag, flags);
            }
        }
        return flags;
    }

    private static void apply(WithFlag flag, TestFlags to) {
        boolean hasVariant = !flag.variant().isEmpty();
        boolean hasPercentage = flag.percentage() != WithFlag.NOT_GIVEN;
        if ((hasVariant && hasPercentage) || (!flag.enabled() && (hasVariant || hasPercentage))) {
            throw new ExtensionConfigurationException(
                    "@WithFlag(\"" + flag.value() + "\") takes one of enabled, variant and percentage");
        }
        if (hasVariant) {
            to.variant(flag.value(), flag.variant());
        } else if (hasPercentage) {
            to.percentage(flag.value(), Percentage.of(BigDecimal.valueOf(flag.percentage())));
        } else if (flag.enabled()) {
            to.enable(flag.value());
        } else {
            to.disable(flag.value());
        }
    }

    /** The classes around the test from the outermost, then its method: later ones count before earlier ones. */
    private static List<AnnotatedElement> declaring(ExtensionContext context) {
        List<AnnotatedElement> elements = new ArrayList<>();
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            elements.add(0, type);
        }
        context.getTestMethod().ifPresent(elements::add);
        return elements;
    }
}
