package io.tern.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Holds the arrows between the rooms, and what the pure rooms must not know.
class RoomsTest {

    static final JavaClasses TERN = new ClassFileImporter()
            // Also where the build's folder has another name than Maven's.
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.tern");

    /// Each room, and the rooms it may know besides itself.
    private static final Map<String, List<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("wire", List.of()),
            Map.entry("keys", List.of()),
            Map.entry("json", List.of()),
            Map.entry("api", List.of("wire")),
            Map.entry("engine", List.of("wire", "api")),
            Map.entry("broker", List.of("wire", "api", "engine")),
            Map.entry("transport", List.of("wire", "keys", "api")),
            Map.entry("store", List.of("wire", "api", "json")),
            Map.entry("auth", List.of("wire", "api", "json")),
            Map.entry("admin", List.of("wire", "api", "broker", "json")),
            Map.entry("client", List.of("wire", "keys")),
            Map.entry("bench", List.of("wire", "json")),
            Map.entry("cli", List.of("wire", "client", "bench", "json")));

    @Test
    void the_import_sees_the_rooms() {
        assertThat(TERN.size()).isGreaterThan(200);
        assertThat(MAY_KNOW.keySet()).allSatisfy(room -> assertThat(TERN.stream()
                        .filter(each -> each.getPackageName().startsWith("io.tern." + room)))
                .isNotEmpty());
    }

    @TestFactory
    Stream<DynamicTest> a_room_knows_no_other_than_it_may() {
        return MAY_KNOW.entrySet().stream().map(room -> DynamicTest.dynamicTest(room.getKey(), () -> {
            String[] strangers = Stream.concat(MAY_KNOW.keySet().stream(), Stream.of("app"))
                    .filter(other -> !other.equals(room.getKey()) && !room.getValue().contains(other))
                    .map(other -> "io.tern." + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("io.tern." + room.getKey() + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(strangers)
                    .check(TERN);
        }));
    }

    @Test
    void packages_of_a_room_form_no_ring() {
        slices().matching("io.tern.(**)").should().beFreeOfCycles().check(TERN);
    }

    @Test
    void no_room_of_the_broker_knows_who_wires_it() {
        noClasses()
                .that()
                .resideInAPackage("io.tern.broker.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.tern.broker")
                .check(TERN);
    }

    @Test
    void only_transport_knows_Netty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.tern.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(TERN);
    }

    @Test
    void only_json_knows_Jackson() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.tern.json..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("tools.jackson..")
                .check(TERN);
    }

    @Test
    void engine_and_wire_know_no_thread_clock_file_socket_lock_or_chance() {
        noClasses()
                .that()
                .resideInAnyPackage("io.tern.engine..", "io.tern.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.concurrent..", "java.time..", "java.net..", "java.nio.file..", "java.util.random..",
                        "org.slf4j..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.security.SecureRandom")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "identityHashCode", Object.class)
                .orShould()
                .callMethod(java.util.Map.class, "of")
                .orShould()
                .callMethod(java.util.Set.class, "of")
                .check(TERN);
        ArchRuleDefinition.noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage("io.tern.engine..", "io.tern.wire..")
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .check(TERN);
    }

    @Test
    void nothing_is_static_and_mutable() {
        ArchRuleDefinition.fields()
                .that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.tern..")
                .should()
                .beFinal()
                .check(TERN);
    }
}
