package dev.flags.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Starts each test from the flags of a file: the defaults that ship with the application, for instance. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(FlagsExtension.class)
public @interface FlagsFromFile {
    /** A resource of the test class' class path such as {@code /flags.yaml}, or else a path from the working directory. */
    String value();
}
