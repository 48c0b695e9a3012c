package dev.chancery.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.haveModifier;
import static com.tngtech.archunit.lang.conditions.ArchConditions.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the lines of docs/architecture.md over the compiled classes of every module. */
class ArchitectureTest {

    /** What each module may compile against. No providers on the right: core finds them. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("core", Set.of()),
            Map.entry("testkit", Set.of("core")),
            Map.entry("provider-file", Set.of("core")),
            Map.entry("provider-pkcs11", Set.of("core")),
            Map.entry("provider-aws", Set.of("core")),
            Map.entry("provider-azure", Set.of("core")),
            Map.entry("provider-gcp", Set.of("core")),
            Map.entry("audit", Set.of("core")),
            Map.entry("notify", Set.of("core")),
            Map.entry("backup", Set.of("core", "audit")),
            Map.entry("cli", Set.of("core", "audit", "notify", "backup")),
            Map.entry("benchmarks", Set.of("core", "audit")),
            Map.entry("examples", Set.of("core", "audit")));

    private static final SliceAssignment BY_PACKAGE = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    };

    /** A module's tests run in its own directory. */
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /** Two without classes, and one that is built as an application outside of this tree is. */
    private static final Set<String> APART = Set.of("bom", "distribution", "examples/spring-boot");

    private static List<String> modules;
    private static JavaClasses classes;

    @BeforeAll
    static void readEveryModule() throws IOException {
        modules = Pattern.compile("<module>(.+)</module>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(found -> found.group(1))
                .filter(name -> !APART.contains(name))
                .toList();
        classes = new ClassFileImporter()
                .importPaths(modules.stream().map(ArchitectureTest::output).toList());
    }

    @Test
    void every_module_is_here_to_be_looked_at() {
        assertThat(modules)
                .isNotEmpty()
                .allSatisfy(module -> assertThat(classes.stream()
                                .filter(type -> !type.getSimpleName().endsWith("-info"))
                                .map(ArchitectureTest::moduleOf))
                        .contains(module));
        assertThat(ARROWS).containsOnlyKeys(modules);
    }

    @Test
    void arrows_run_one_way() {
        classes()
                .should(dependOnlyOn(
                        "what the arrows allow",
                        (from, to) -> ARROWS.get(moduleOf(from)).contains(moduleOf(to))))
                .check(classes);
    }

    @Test
    void an_internal_package_is_its_own_modules_business() {
        classes()
                .should(dependOnlyOn(
                        "exported packages", (from, to) -> !to.getPackageName().matches(".*\\.internal(\\..*)?")))
                .check(classes);
    }

    @Test
    void no_two_packages_need_each_other() {
        slices().assignedFrom(BY_PACKAGE).should().beFreeOfCycles().check(classes);
    }

    /** A room is read at one sitting. What JMH writes down is nobody's to read. */
    @Test
    void a_package_holds_25_classes_at_most() {
        Map<String, Long> sizes = classes.stream()
                .filter(type -> !type.isNestedClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        sizes.keySet().removeIf(room -> room.endsWith(".jmh_generated"));
        assertThat(sizes)
                .isNotEmpty()
                .allSatisfy((room, size) -> assertThat(size).as(room).isLessThanOrEqualTo(25));
    }

    @Test
    void a_file_has_600_lines_at_most() throws IOException {
        for (String module : modules) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module).resolve("src/main"))) {
                for (Path source : sources.filter(file -> file.toString().endsWith(".java"))
                        .toList()) {
                    assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThanOrEqualTo(600);
                }
            }
        }
    }

    @Test
    void core_needs_the_jdk_and_two_small_apis() {
        noClasses()
                .that(areIn("core"))
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "javax..",
                        "com.sun.net.httpserver..",
                        "org.slf4j..",
                        "org.jspecify..",
                        "dev.chancery..")
                .check(classes);
    }

    @Test
    void only_core_looks_for_services() {
        noClasses()
                .that(DescribedPredicate.not(areIn("core")))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ServiceLoader.class)
                .check(classes);
    }

    @Test
    void no_method_is_synchronized() {
        methods()
                .should(not(haveModifier(JavaModifier.SYNCHRONIZED)))
                .because(
                        "a virtual thread that blocks in a monitor pins its carrier before Java 24; use a ReentrantLock")
                .check(classes);
    }

    @Test
    void the_security_settings_of_the_process_stay_as_they_are() {
        noClasses()
                .should()
                .callMethod(Security.class, "addProvider", Provider.class)
                .orShould()
                .callMethod(Security.class, "insertProviderAt", Provider.class, int.class)
                .orShould()
                .callMethod(Security.class, "removeProvider", String.class)
                .orShould()
                .callMethod(Security.class, "setProperty", String.class, String.class)
                .check(classes);
    }

    private static Path output(String module) {
        return ROOT.resolve(module).resolve(System.getProperty("target")).resolve("classes");
    }

    /** The module that a class was compiled in, or "" for a class that is not ours. */
    private static String moduleOf(JavaClass type) {
        return type.getSource()
                .filter(source -> source.getUri().getScheme().equals("file"))
                .map(source ->
                        ROOT.relativize(Path.of(source.getUri())).getName(0).toString())
                .orElse("");
    }

    private static DescribedPredicate<JavaClass> areIn(String module) {
        return DescribedPredicate.describe(
                "are in " + module, type -> moduleOf(type).equals(module));
    }

    /** Looks at dependencies from one of our modules to another. */
    private static ArchCondition<JavaClass> dependOnlyOn(String what, BiPredicate<JavaClass, JavaClass> allowed) {
        return new ArchCondition<>("depend only on " + what) {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                    JavaClass to = dependency.getTargetClass().getBaseComponentType();
                    boolean ours = classes.contain(to.getFullName());
                    if (ours && !moduleOf(from).equals(moduleOf(to)) && !allowed.test(from, to)) {
                        events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
