package io.tern.auth.password;

import io.tern.api.ConfigException;
import io.tern.api.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A file of users and what is stored of their passwords, a line `user:hash` each, as mosquitto_passwd writes it.
/// Immutable.
public final class PasswordFile {

    private static final int NAME_BYTES_MAX = 65_535;

    private final Map<String, PasswordHash> users;

    private PasswordFile(Map<String, PasswordHash> users) {
        this.users = users;
    }

    /// Reads a file. Blocks on the disk.
    ///
    /// @param file UTF-8; empty lines and those beginning with `#` are passed over
    /// @return its users
    /// @throws ConfigException if it can't be read, or a line is not what it should be
    public static PasswordFile read(Path file) throws ConfigException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException(List.of(file + ": can't be read: " + e));
        }
        Problems problems = new Problems(file.toString());
        Map<String, PasswordHash> users = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                problems.at(i + 1, "expected user:password");
                continue;
            }
            String user = line.substring(0, colon);
            try {
                if (users.put(user, PasswordHash.parse(line.substring(colon + 1))) != null) {
                    problems.at(i + 1, "user " + user + " is there twice");
                }
            } catch (IllegalArgumentException e) {
                problems.at(i + 1, "the password of " + user + " " + e.getMessage());
            }
        }
        problems.check();
        return new PasswordFile(users);
    }

    /// Whether a name can be a user's.
    ///
    /// @param name candidate
    /// @return null if so, else what is wrong with it
    public static String fault(String name) {
        if (name.isEmpty()) {
            return "a user name can't be empty";
        }
        if (name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
            return "a user name has at most 65535 bytes";
        }
        boolean bad = name.indexOf(':') >= 0 || name.startsWith("#") || !name.equals(name.strip())
                || name.chars().anyMatch(Character::isISOControl);
        return bad ? "a user name can't contain ':' or control characters, begin with '#' or have blanks around" : null;
    }

    /// What is stored for a user.
    ///
    /// @param user by name
    /// @return null if there is no such user
    public PasswordHash hash(String user) {
        return users.get(user);
    }

    /// What is stored for some user: to spend as much time on who isn't there.
    ///
    /// @return null if there are none
    PasswordHash any() {
        return users.isEmpty() ? null : users.values().iterator().next();
    }

    /// How many users there are.
    ///
    /// @return 0 or more
    public int size() {
        return users.size();
    }
}
