package dev.flags.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.EnumSet;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Function;
import javax.sql.CommonDataSource;

/** The rules of the module picture, over any root package: ours, and the broken copy that proves that each of them can fail. */
enum ModulePicture {
    ARROWS_NEVER_POINT_UP(root -> classes()
            .should(nowhereDepend(
                    "on a module that is not below their own",
                    root,
                    (from, to) -> !moduleOf(from, root).mayKnow(moduleOf(to, root))))),

    INTERNAL_PACKAGES_STAY_INSIDE_THEIR_MODULE(root -> classes()
            .should(nowhereDepend(
                    "on an internal package of another module",
                    root,
                    (from, to) -> (to.getPackageName() + ".").contains(".internal.")
                            && moduleOf(from, root) != moduleOf(to, root)))),

    NO_MODULE_PUTS_CLASSES_INTO_ANOTHERS_PACKAGES(root -> classes().should(lieInTheirModule(root))),

    PACKAGES_ARE_NAMED_BY_SUBJECT(root -> noClasses()
            .should()
            .resideInAnyPackage(
                    root + "..util..",
                    root + "..utils..",
                    root + "..impl..",
                    root + "..common..",
                    root + "..helper..",
                    root + "..manager..",
                    root + "..interfaces..")),

    WHAT_AN_APPLICATION_EMBEDS_HAS_NO_HTTP_CLI_OR_SPRING(root -> noClasses()
            .that(Module.in(Module.EMBEDDED, root))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.net.http..",
                    "com.sun.net.httpserver..",
                    "org.apache.http..",
                    "org.apache.hc..",
                    "okhttp3..",
                    "io.netty..",
                    "jakarta..",
                    "picocli..",
                    "org.jline..",
                    "org.springframework..")),

    ONLY_THE_RELATIONAL_STORE_AND_PROGRAMS_KNOW_DATABASES(root -> noClasses()
            .that(Module.in(EnumSet.of(Module.CORE, Module.ENV, Module.STORE_TCK, Module.JUNIT, Module.ROLLOUT), root))
            .and()
            .resideOutsideOfPackage(root + ".rollout.checks..") // what a controller looks at may be a database
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.flywaydb..", "com.zaxxer..", "org.sqlite..")),

    // JDBC's DataSource has a method that returns such a logger, so whoever implements one must name it
    NOBODY_USES_JAVA_UTIL_LOGGING(root -> noClasses()
            .that()
            .areNotAssignableTo(CommonDataSource.class)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging..")),

    ONLY_PROGRAMS_PRINT(root -> noClasses()
            .that(Module.in(EnumSet.complementOf(EnumSet.copyOf(Module.PROGRAMS)), root))
            .and(DescribedPredicate.not(haveAMainMethod()))
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));

    private final Function<String, ArchRule> rule;

    ModulePicture(Function<String, ArchRule> rule) {
        this.rule = rule;
    }

    /** @param root the package that all modules' packages begin with */
    ArchRule over(String root) {
        return rule.apply(root).as(toString()).allowEmptyShould(true);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static DescribedPredicate<JavaClass> haveAMainMethod() {
        return DescribedPredicate.describe(
                "have a main method",
                type -> type.tryGetMethod("main", String[].class).isPresent());
    }

    private static Module moduleOf(JavaClass type, String root) {
        return Module.of(type, root).orElseThrow();
    }

    private static ArchCondition<JavaClass> nowhereDepend(
            String where, String root, BiPredicate<JavaClass, JavaClass> forbidden) {
        return new ArchCondition<>("not depend " + where) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (Module.of(target, root).isPresent() && forbidden.test(type, target)) {
                        events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> lieInTheirModule(String root) {
        return new ArchCondition<>("lie in the module that owns their package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Module module = moduleOf(type, root);
                String place = type.getSource().orElseThrow().getUri().toString();
                if (!place.contains("/" + module.directory + "/")) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " belongs to " + module.directory + " and lies in " + place));
                }
            }
        };
    }
}
