package io.tern.app;

import io.tern.store.table.RocksTable;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/// Makes an unpacked Tern start faster; the launcher runs it once after a build. Nothing needs it.
///
/// - The native library of the store is unpacked beside its jar; otherwise each data folder would have its copy.
/// - Classes from before Java 6 can't go into a JVM's cache of linked classes. Those of picocli, which reads all
///   command lines, are from then: loaded from its jar they take 100 ms at each start. They are written anew, with
///   the verifier's tables that such a cache needs.
final class Prepare {

    private static final int CACHEABLE_VERSION = ClassFile.JAVA_6_VERSION;
    private static final int WRITTEN_VERSION = ClassFile.JAVA_8_VERSION;

    private Prepare() {}

    /// @param args the folder with all jars
    /// @throws IOException if something can't be read or written; what is there works as before
    public static void main(String[] args) throws IOException {
        RocksTable.unpackLibrary();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(args[0]), "picocli-*.jar")) {
            for (Path jar : jars) {
                renew(jar);
            }
        }
    }

    /// Writes the old classes of a jar anew.
    ///
    /// @return how many there were
    static int renew(Path jar) throws IOException {
        Path part = Files.createTempFile(jar.toAbsolutePath().getParent(), "renewing", ".part");
        int renewed = 0;
        try {
            try (JarFile in = new JarFile(jar.toFile());
                    JarOutputStream out = new JarOutputStream(Files.newOutputStream(part))) {
                ClassFile format = format(in);
                for (JarEntry entry : (Iterable<JarEntry>) in.stream()::iterator) {
                    byte[] bytes = in.getInputStream(entry).readAllBytes();
                    if (entry.getName().endsWith(".class")) {
                        ClassModel old = format.parse(bytes);
                        if (old.majorVersion() < CACHEABLE_VERSION) {
                            bytes = renewed(format, old);
                            renewed++;
                        }
                    }
                    out.putNextEntry(new JarEntry(entry.getName()));
                    out.write(bytes);
                }
            }
            if (renewed > 0) {
                readableAs(jar, part);
                Files.move(part, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(part);
        }
        return renewed;
    }

    /// A temporary file can be read by its owner alone, but what everybody starts by everybody.
    private static void readableAs(Path jar, Path part) throws IOException {
        if (Files.getFileStore(jar).supportsFileAttributeView(PosixFileAttributeView.class)) {
            Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(jar));
        }
    }

    /// How classes are written: with stack maps, for which it looks up what extends what in the jar itself.
    private static ClassFile format(JarFile jar) {
        ClassHierarchyResolver inJar = ClassHierarchyResolver.ofResourceParsing(type -> {
            String name = type.descriptorString();
            JarEntry entry = jar.getJarEntry(name.substring(1, name.length() - 1) + ".class");
            try {
                return entry == null ? null : jar.getInputStream(entry);
            } catch (IOException e) {
                return null; // As if it weren't there.
            }
        });
        return ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(
                        inJar.orElse(ClassHierarchyResolver.defaultResolver()).cached()));
    }

    private static byte[] renewed(ClassFile format, ClassModel old) {
        ClassTransform version = (builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(WRITTEN_VERSION, 0);
            } else {
                builder.with(element);
            }
        };
        return format.transformClass(
                old, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
    }
}
