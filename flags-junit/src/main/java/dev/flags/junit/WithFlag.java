package dev.flags.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fixes a flag for a test, or for every test of a class. On a method it counts before the same flag on the class, and on a
 * {@code @Nested} class before the class around it.
 *
 * <pre>{@code
 * @Test
 * @WithFlag("atomic-projects")
 * void createsAtomically(TestFlags flags) { … }
 * }</pre>
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Repeatable(WithFlags.class)
@ExtendWith(FlagsExtension.class)
public @interface WithFlag {
    /** {@link #percentage} when it is not given. */
    double NOT_GIVEN = -1;

    /** The flag's key. */
    String value();

    /** Whether everybody gets the treatment, whatever targets and rules a {@link FlagsFromFile} gives the flag, or nobody does. */
    boolean enabled() default true;

    /**
     * The variant that everybody gets. For a flag that no {@link FlagsFromFile} defines, the variant's value is its name; {@code
     * on} and {@code off} are true and false.
     */
    String variant() default "";

    /** The percentage of the flag, 0..100; targets and rules of a {@link FlagsFromFile} stay. */
    double percentage() default NOT_GIVEN;
}
