package dev.flags.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.flags.architecture.broken.PrintsAndLogs;
import dev.flags.architecture.broken.ReachesUp;
import dev.flags.architecture.broken.TalksHttp;
import dev.flags.architecture.broken.env.KnowsAnotherStore;
import dev.flags.architecture.broken.env.OpensADatabase;
import dev.flags.architecture.broken.rollout.ReachesInside;
import dev.flags.architecture.broken.util.NamedByRole;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ModulePictureTest {

    private static final String OURS = "dev.flags";
    private static final String BROKEN = "dev.flags.architecture.broken";

    private static final JavaClasses MODULES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages(OURS);
    private static final JavaClasses BROKEN_COPY = new ClassFileImporter().importPackages(BROKEN);

    @ParameterizedTest
    @EnumSource
    void holdsOverAllModules(ModulePicture rule) {
        rule.over(OURS).check(MODULES);
    }

    @ParameterizedTest
    @EnumSource
    void everyModuleIsSeen(Module module) {
        assertThat(MODULES).anyMatch(type -> Module.of(type, OURS).orElseThrow() == module);
    }

    @ParameterizedTest
    @MethodSource("breaches")
    void aBreachIsFound(ModulePicture rule, Class<?> culprit) {
        assertThat(rule.over(BROKEN).evaluate(BROKEN_COPY).getFailureReport().getDetails())
                .anyMatch(detail -> detail.contains(culprit.getName()));
    }

    static Stream<Arguments> breaches() {
        return Stream.of(
                arguments(ModulePicture.ARROWS_NEVER_POINT_UP, ReachesUp.class),
                arguments(ModulePicture.ARROWS_NEVER_POINT_UP, KnowsAnotherStore.class),
                arguments(ModulePicture.INTERNAL_PACKAGES_STAY_INSIDE_THEIR_MODULE, ReachesInside.class),
                arguments(ModulePicture.NO_MODULE_PUTS_CLASSES_INTO_ANOTHERS_PACKAGES, ReachesUp.class),
                arguments(ModulePicture.PACKAGES_ARE_NAMED_BY_SUBJECT, NamedByRole.class),
                arguments(ModulePicture.WHAT_AN_APPLICATION_EMBEDS_HAS_NO_HTTP_CLI_OR_SPRING, TalksHttp.class),
                arguments(ModulePicture.ONLY_THE_RELATIONAL_STORE_AND_PROGRAMS_KNOW_DATABASES, OpensADatabase.class),
                arguments(ModulePicture.NOBODY_USES_JAVA_UTIL_LOGGING, PrintsAndLogs.class),
                arguments(ModulePicture.ONLY_PROGRAMS_PRINT, PrintsAndLogs.class));
    }

    @Test
    void everyRuleHasABreachThatItFinds() {
        assertThat(breaches().map(breach -> breach.get()[0])).contains((Object[]) ModulePicture.values());
    }
}
