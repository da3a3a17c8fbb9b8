package io.tern.app;

import io.tern.auth.password.PasswordEditor;
import io.tern.auth.password.PasswordFile;
import io.tern.auth.password.PasswordHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tern passwd`: changes a password file. Flags, files and prompts are those of mosquitto_passwd.
@Command(
        name = "passwd",
        sortOptions = false,
        description = "Add, change or remove users of a password file. Takes the flags of mosquitto_passwd.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:not done", "2:unknown flag"})
final class PasswdCommand implements Callable<Integer> {

    /// The words of mosquitto_passwd for the forms.
    private static final String ARGON2ID = "argon2id";

    @Spec
    private CommandSpec spec;

    @Option(names = "-c", description = "Make a new file, in place of what is there; - prints it.")
    private boolean create;

    @Option(names = "-b", description = "Take the password from the command line, where others may see it.")
    private boolean batch;

    @Option(names = "-D", description = "Remove the user.")
    private boolean delete;

    @Option(names = "-U", description = "Encode the passwords of a file that has them in plain text.")
    private boolean upgrade;

    @Option(names = "-H", paramLabel = "FORM", description = "argon2id, sha512-pbkdf2 or sha512. Default: argon2id")
    private String form = ARGON2ID;

    @Option(names = "-I", paramLabel = "COUNT", description = "Iterations of sha512-pbkdf2. Default: 210000")
    private int iterations = PasswordHash.PBKDF2_ITERATIONS;

    @Parameters(index = "0", paramLabel = "FILE", description = "The password file.")
    private String file;

    @Parameters(index = "1", arity = "0..1", paramLabel = "USER", description = "Name of the user.")
    private String user;

    @Parameters(index = "2", arity = "0..1", paramLabel = "PASSWORD", description = "Password, with -b.")
    private String password;

    PasswdCommand() {}

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        String fault = fault();
        if (fault != null) {
            err.println("Error: " + fault);
            return 1;
        }
        try {
            return change(err);
        } catch (NoSuchFileException e) {
            Path folder = Path.of(file).toAbsolutePath().getParent();
            if (!Files.isDirectory(folder)) {
                err.println("Error: " + file + ": there is no folder " + folder + ".");
                return 1;
            }
            err.println("Error: Unable to open file " + file + " for reading: no such file; -c makes a new one.");
        } catch (IOException e) {
            err.println("Error: " + file + ": " + e);
        }
        return 1;
    }

    private String fault() {
        if (create && delete) {
            return "-c and -D cannot be used together.";
        }
        if (upgrade) {
            return create || delete || batch || user != null ? "-U takes a file and nothing else." : null;
        }
        if (user == null) {
            return "a user name is needed.";
        }
        if (batch != (password != null)) {
            return batch ? "-b needs a password." : "a password on the command line needs -b.";
        }
        if (forms() == null) {
            return "-H " + form + " is none of argon2id, sha512-pbkdf2, sha512.";
        }
        return iterations < 1 || iterations > 10_000_000 ? "-I takes 1 to 10000000." : PasswordFile.fault(user);
    }

    private PasswordHash.Form forms() {
        return switch (form) {
            case ARGON2ID -> PasswordHash.Form.ARGON2ID;
            case "sha512-pbkdf2" -> PasswordHash.Form.SHA512_PBKDF2;
            case "sha512" -> PasswordHash.Form.SHA512;
            default -> null;
        };
    }

    private int change(PrintWriter err) throws IOException {
        PasswordEditor editor = new PasswordEditor(Path.of(file), forms(), iterations);
        if (upgrade) {
            editor.encodeAll();
            return 0;
        }
        if (delete) {
            boolean found = editor.delete(user);
            if (!found) {
                err.println("Warning: User " + user + " not found in password file.");
            }
            return found ? 0 : 1;
        }
        if (!create && !Files.exists(Path.of(file))) {
            throw new NoSuchFileException(file);
        }
        byte[] secret = batch ? password.getBytes(StandardCharsets.UTF_8) : asked(err);
        if (secret == null) {
            return 1;
        }
        if (!create) {
            editor.set(user, secret);
        } else if (file.equals("-")) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(editor.line(user, secret));
            out.flush();
        } else {
            editor.create(user, secret);
        }
        return 0;
    }

    /// @return null if there is none
    private byte[] asked(PrintWriter err) throws IOException {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String line = in.readLine();
            if (line == null) {
                err.println("Error: No password given.");
            }
            return line == null ? null : line.getBytes(StandardCharsets.UTF_8);
        }
        String first = new String(console.readPassword("Password: "));
        if (!first.equals(new String(console.readPassword("Reenter password: ")))) {
            err.println("Error: Passwords do not match.");
            return null;
        }
        return first.getBytes(StandardCharsets.UTF_8);
    }
}
