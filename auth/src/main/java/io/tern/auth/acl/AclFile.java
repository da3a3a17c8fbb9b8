package io.tern.auth.acl;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.ConfigException;
import io.tern.api.Decision;
import io.tern.api.Problems;
import io.tern.api.TextFile;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.TopicFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Rules in the grammar of mosquitto's `acl_file`, with its meaning. Immutable.
///
/// Of a client's own `topic` lines, and then of the `pattern` lines, a `deny` comes first, then what is granted; what
/// is not granted is denied. As with mosquitto a filter may be subscribed to if anything below it may be read, and each
/// message is judged by itself. A `pattern` line with `%u` says nothing about a client without a user name, and none
/// says anything about one whose client identifier or user name holds `+` or `#`.
public final class AclFile implements Authorizer {

    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int DENY = 0;

    /// @param access [#READ] and [#WRITE], or [#DENY]
    /// @param filter of a `topic` line, in which `%c` and `%u` are nothing special; null for a pattern
    /// @param pattern null for a `topic` line
    private record Line(int number, int access, String filter, Blanks pattern, String text) {

        /// @return the filter of this client; null if the line says nothing about it
        String filter(ClientInfo client) {
            return pattern == null ? filter : pattern.fill(client.clientId(), client.userName(), access != DENY);
        }
    }

    /// What decides.
    private record Found(Decision decision, Line line) {}

    private final String name;
    private final List<Line> anonymous;
    private final Map<String, List<Line>> users;
    private final List<Line> patterns;

    private AclFile(String name, List<Line> anonymous, Map<String, List<Line>> users, List<Line> patterns) {
        this.name = name;
        this.anonymous = anonymous;
        this.users = users;
        this.patterns = patterns;
    }

    /// Reads a file. Blocks on the disk.
    ///
    /// @param file UTF-8
    /// @return its rules
    /// @throws ConfigException if it can't be read, or a line is not what it should be
    public static AclFile read(Path file) throws ConfigException {
        return parse(file.toString(), TextFile.lines(file));
    }

    /// Reads the lines of a file.
    ///
    /// @param name what messages call it
    /// @param lines in order
    /// @return its rules
    /// @throws ConfigException if a line is not what it should be
    static AclFile parse(String name, List<String> lines) throws ConfigException {
        Problems problems = new Problems(name);
        List<Line> anonymous = new ArrayList<>();
        List<Line> patterns = new ArrayList<>();
        Map<String, List<Line>> users = new HashMap<>();
        List<Line> current = anonymous;
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i).trim(); // As mosquitto does, not every blank of Unicode.
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int blank = text.indexOf(' ');
            String word = blank < 0 ? text : text.substring(0, blank);
            String rest = blank < 0 ? "" : text.substring(blank + 1).trim();
            if (rest.isEmpty()) {
                problems.at(i + 1, word + ": something has to follow");
                continue;
            }
            switch (word) {
                case "user" -> current = users.computeIfAbsent(rest, user -> new ArrayList<>());
                case "topic" -> add(current, i + 1, rest, text, false, problems);
                case "pattern" -> add(patterns, i + 1, rest, text, true, problems);
                default -> problems.at(i + 1, word + ": expected user, topic or pattern");
            }
        }
        problems.check();
        return new AclFile(name, anonymous, users, patterns);
    }

    /// A deny goes before the others.
    private static void add(
            List<Line> to, int number, String rest, String text, boolean pattern, Problems problems) {
        int blank = rest.indexOf(' ');
        String word = blank < 0 ? "" : rest.substring(0, blank);
        int access = switch (word) {
            case "read" -> READ;
            case "write" -> WRITE;
            case "deny" -> DENY;
            default -> READ | WRITE;
        };
        boolean said = access != (READ | WRITE) || word.equals("readwrite");
        if (!said && blank >= 0) {
            problems.at(number, word + ": expected read, write, readwrite or deny before a topic with a blank");
            return;
        }
        String filter = said ? rest.substring(blank + 1).trim() : rest;
        try {
            TopicFilter.of(filter);
        } catch (InvalidTopicException e) {
            problems.at(number, e.getMessage());
            return;
        }
        Line line = pattern
                ? new Line(number, access, null, new Blanks(filter, "%c", "%u"), text)
                : new Line(number, access, filter, null, text);
        if (access == DENY) {
            to.addFirst(line);
        } else {
            to.add(line);
        }
    }

    @Override
    public Decision decide(ClientInfo client, Access access) {
        return find(client, access).decision;
    }

    private Found find(ClientInfo client, Access access) {
        Found own = find(own(client), client, access);
        Found found = own != null || unsafe(client) ? own : find(patterns, client, access);
        return found != null ? found : new Found(Decision.DENY, null);
    }

    private List<Line> own(ClientInfo client) {
        return client.userName() == null ? anonymous : users.getOrDefault(client.userName(), List.of());
    }

    /// Whether no pattern says anything about a client.
    private static boolean unsafe(ClientInfo client) {
        return Blanks.hasWildcard(client.clientId())
                || client.userName() != null && Blanks.hasWildcard(client.userName());
    }

    private static Found find(List<Line> lines, ClientInfo client, Access access) {
        int wanted = access.action() == Access.Action.PUBLISH ? WRITE : READ;
        for (Line line : lines) {
            boolean denies = line.access == DENY;
            if (denies || (line.access & wanted) != 0) {
                String filter = line.filter(client);
                if (filter != null && speaks(filter, denies, access)) {
                    return new Found(denies ? Decision.DENY : Decision.ALLOW, line);
                }
            }
        }
        return null;
    }

    private static boolean speaks(String filter, boolean denies, Access access) {
        if (access.action() != Access.Action.SUBSCRIBE) {
            return Filters.matches(filter, access.topic());
        }
        return denies
                ? Filters.covers(filter, access.topic())
                : Filters.intersect(filter, access.topic());
    }

    @Override
    public boolean mayDeny(ClientInfo client, String filter) {
        for (List<Line> lines : List.of(own(client), unsafe(client) ? List.<Line>of() : patterns)) {
            for (Line line : lines) {
                String own = line.filter(client);
                if (own == null) {
                    continue;
                }
                if (line.access == DENY && Filters.intersect(own, filter)) {
                    return true;
                }
                if ((line.access & READ) != 0 && Filters.covers(own, filter)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public String explain(ClientInfo client, Access access) {
        Found found = find(client, access);
        return found.line == null
                ? name + ": deny: no line grants it"
                        + (unsafe(client) ? ", and no pattern is for names with '+' or '#'" : "")
                : name + ":" + found.line.number + ": " + found.line.text;
    }
}
