package io.tern.auth.password;

import io.tern.api.ConfigException;
import io.tern.api.Problems;
import io.tern.api.TextFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of users and what is stored of their passwords, a line `user:hash` each, as mosquitto_passwd writes it.
/// Immutable.
public final class PasswordFile {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);
    private static final int NAME_BYTES_MAX = 65_535;

    private final Map<String, PasswordHash> users;
    private final PasswordHash[] hashes;
    private final int secret = new SecureRandom().nextInt();

    private PasswordFile(Map<String, PasswordHash> users) {
        this.users = users;
        this.hashes = users.values().toArray(PasswordHash[]::new);
    }

    /// Reads a file. Blocks on the disk. As with mosquitto, blanks around names and passwords count for nothing, and of
    /// two lines for one user the last holds; the log warns of what is odd.
    ///
    /// @param file UTF-8; empty lines and those beginning with `#` are passed over
    /// @return its users
    /// @throws ConfigException if it can't be read, or a line is not what it should be
    public static PasswordFile read(Path file) throws ConfigException {
        List<String> lines = TextFile.lines(file);
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
            String user = line.substring(0, colon).strip();
            String rest = line.substring(colon + 1);
            int end = rest.indexOf(':');
            String password = (end < 0 ? rest : rest.substring(0, end)).strip();
            try {
                boolean again = users.put(user, PasswordHash.parse(password)) != null;
                warn(again, file, i + 1, "the user is there twice, the last line counts");
                warn(end >= 0, file, i + 1, "what follows the password is passed over");
            } catch (IllegalArgumentException e) {
                problems.at(i + 1, "the password of " + user + " " + e.getMessage());
            }
        }
        problems.check();
        return new PasswordFile(users);
    }

    private static void warn(boolean odd, Path file, int line, String what) {
        if (odd) {
            LOG.warn("{}:{}: {}", file, line, what);
        }
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

    /// What might be stored for a user who isn't there: to spend as much time on him as on one who is. Always the same
    /// for one name, and of all that are stored each as often as any other, so that the time tells nothing.
    ///
    /// @param user by name
    /// @return null if there are none
    PasswordHash likely(String user) {
        int hash = (user.hashCode() ^ secret) * 0x9E3779B9;
        return hashes.length == 0 ? null : hashes[Math.floorMod(hash ^ hash >>> 16, hashes.length)];
    }

    /// How many users there are.
    ///
    /// @return 0 or more
    public int size() {
        return users.size();
    }
}
