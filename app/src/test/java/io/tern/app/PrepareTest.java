package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PrepareTest {

    @TempDir
    private Path folder;

    @Test
    void old_classes_are_written_anew_and_pass_the_verifier() throws Exception {
        Path jar = copyOfPicocli();
        List<String> names = classesIn(jar);

        assertThat(Prepare.renew(jar)).isPositive();
        assertThat(classesIn(jar)).isEqualTo(names);
        assertThat(Prepare.renew(jar)).isZero();

        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            for (String name : names) {
                // Links, and so verifies it.
                Class.forName(name, true, loader);
            }
        }
    }

    @Test
    void renewed_classes_are_new_enough_for_a_cache() throws Exception {
        Path jar = copyOfPicocli();

        Prepare.renew(jar);

        try (JarFile in = new JarFile(jar.toFile())) {
            JarEntry entry = in.getJarEntry("picocli/CommandLine.class");
            assertThat(ClassFile.of().parse(in.getInputStream(entry).readAllBytes()).majorVersion())
                    .isGreaterThanOrEqualTo(ClassFile.JAVA_6_VERSION);
        }
    }

    private Path copyOfPicocli() throws IOException, URISyntaxException {
        Path jar = Path.of(CommandLine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Files.copy(jar, folder.resolve("picocli-copy.jar"));
    }

    private static List<String> classesIn(Path jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (JarFile in = new JarFile(jar.toFile())) {
            in.stream().map(JarEntry::getName)
                    .filter(name -> name.startsWith("picocli/") && name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .forEach(names::add);
        }
        return names;
    }
}
