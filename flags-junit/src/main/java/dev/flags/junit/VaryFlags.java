package dev.flags.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test once for every combination of these flags being on and off: 2ⁿ times, for at most {@value #MOST} flags. Stands in
 * place of {@code @Test}, and counts before a {@link WithFlag} of the same flag.
 *
 * <pre>{@code
 * @VaryFlags({"atomic-projects", "new-dashboard"})
 * void listsProjects(TestFlags flags) { … }
 * }</pre>
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith({FlagsExtension.class, FlagCombinations.class})
public @interface VaryFlags {
    /** More would run more than 256 times. */
    int MOST = 8;

    /** The flags' keys. */
    String[] value();
}
