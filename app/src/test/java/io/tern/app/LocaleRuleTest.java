package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Nothing that is delivered may depend on the language or the character set of the machine it runs on: a number in a
/// file's name is written in the digits of 0 to 9, and an `i` in capitals is an `I`, in Arabic and in Turkish, too.
class LocaleRuleTest {

    private static final JavaClasses TERN = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.tern");

    private static final String OBJECTS = "[Ljava.lang.Object;";

    /// Each has a twin that takes a locale or a character set.
    private static final Set<String> FORBIDDEN = Set.of(
            "java.lang.String.format(java.lang.String, " + OBJECTS + ")",
            "java.lang.String.formatted(" + OBJECTS + ")",
            "java.lang.String.toLowerCase()",
            "java.lang.String.toUpperCase()",
            "java.lang.String.getBytes()",
            "java.lang.String.<init>([B)",
            "java.lang.String.<init>([B, int, int)",
            "java.io.PrintStream.printf(java.lang.String, " + OBJECTS + ")",
            "java.io.PrintStream.format(java.lang.String, " + OBJECTS + ")",
            "java.io.PrintStream.<init>(java.io.OutputStream)",
            "java.io.PrintStream.<init>(java.io.OutputStream, boolean)",
            "java.io.PrintWriter.printf(java.lang.String, " + OBJECTS + ")",
            "java.io.PrintWriter.format(java.lang.String, " + OBJECTS + ")",
            "java.io.PrintWriter.<init>(java.io.OutputStream)",
            "java.io.PrintWriter.<init>(java.io.OutputStream, boolean)",
            "java.io.InputStreamReader.<init>(java.io.InputStream)",
            "java.io.OutputStreamWriter.<init>(java.io.OutputStream)",
            "java.io.ByteArrayOutputStream.toString()",
            "java.util.Formatter.<init>()",
            "java.util.Formatter.<init>(java.lang.Appendable)",
            "java.util.Scanner.<init>(java.io.InputStream)",
            "java.nio.charset.Charset.defaultCharset()",
            "java.time.format.DateTimeFormatter.ofPattern(java.lang.String)",
            "java.text.DecimalFormat.<init>()",
            "java.text.DecimalFormat.<init>(java.lang.String)",
            "java.text.SimpleDateFormat.<init>()",
            "java.text.SimpleDateFormat.<init>(java.lang.String)",
            "java.text.NumberFormat.getInstance()",
            "java.text.NumberFormat.getIntegerInstance()",
            "java.text.NumberFormat.getNumberInstance()",
            "java.text.NumberFormat.getPercentInstance()",
            "java.text.MessageFormat.format(java.lang.String, " + OBJECTS + ")");

    private static final Set<String> FORBIDDEN_TYPES = Set.of("java.io.FileReader", "java.io.FileWriter");

    @Test
    void every_call_says_in_which_locale_and_character_set() {
        List<String> faults = new ArrayList<>();
        for (JavaClass each : TERN) {
            each.getCodeUnitAccessesFromSelf().stream()
                    .filter(access -> FORBIDDEN.contains(target(access))
                            || FORBIDDEN_TYPES.contains(access.getTargetOwner().getName()))
                    .map(access -> each.getName() + ":" + access.getLineNumber() + ": " + target(access))
                    .forEach(faults::add);
        }
        assertThat(faults).isEmpty();
    }

    /// What was not imported has no faults.
    @Test
    void it_has_seen_the_rooms_and_their_calls() {
        assertThat(TERN.size()).isGreaterThan(500);
        for (String room : List.of("wire", "engine", "broker", "store", "transport", "auth", "admin", "cli", "app")) {
            assertThat(TERN.stream().anyMatch(each -> each.getPackageName().startsWith("io.tern." + room)))
                    .as(room).isTrue();
        }
        assertThat(TERN.stream().flatMap(each -> each.getCodeUnitAccessesFromSelf().stream()).map(each -> target(each)))
                .contains("java.lang.String.toLowerCase(java.util.Locale)");
    }

    private static String target(JavaCodeUnitAccess<?> access) {
        return access.getTargetOwner().getName() + "." + access.getName()
                + access.getTarget().getRawParameterTypes().stream()
                        .map(JavaClass::getName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }
}
