package io.tern.interop;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A file of rules in mosquitto's grammar, and what is asked of a broker that goes by it; made from a seed.
///
/// @param seed of which it was made
/// @param text of the file, as it stands on the disk
/// @param clients who ask
/// @param topics of which each client tries to publish to all, and that somebody else publishes afterwards
/// @param filters by round and client: what each subscribes to in that round
record AclCase(long seed, String text, List<Client> clients, List<String> topics, List<List<String>> filters) {

    /// Users that can log in.
    static final List<String> USERS =
            List.of("ann", "bob", "a/b", "/", "+", "x#y", "ann bob", "grün", "%c", "c7", "$dev", "anN", "€/ß");

    private static final List<String> IDS =
            List.of("c7", "a", "dev/7", "+", "a#", "%u", "$SYS", "$dev", "ann", "C7", "a b",
            "gerät", "/", "c7/", "%%c");
    private static final List<String> LEVELS =
            List.of("a", "b", "", "c7", "ann", "with blank", "grün", "$dev", "A", "%", "state");
    private static final List<String> BLANKS = List.of("%c", "%u", "%c%u", "x%c", "%uy", "%%c");
    private static final List<String> ACCESS = List.of("", "read ", "write ", "readwrite ", "deny ", "deny   ");
    /// Lines that are odd, most of them wrong: one file in eight has one.
    private static final List<String> ODD = List.of("topic", "user", "topic a b", "wrong x", "topic read a/#/b",
            "topic read a+b", "\ttopic read a", " # indented", "pattern deny", "topic  ", "TOPIC read a", "user   ",
            "topic read\ta/b", "topicread a", "topic read   ", "  topic   write   a/b  ", "topic deny", "pattern +/#",
            "pattern read %c+", "user\tann", "topic write a#", "user ann #not a comment", "topic read a #b", "\t", "  ",
            "#user x", "pattern write", "topic readwrite a  b", "topic read $SYS/#", "pattern read %u#");
    private static final int ODD_ONE_IN = 8;
    private static final int LINES_MAX = 14;
    private static final int CLIENTS_MAX = 5;
    private static final int ROUNDS = 3;

    /// @param id its client identifier
    /// @param user null for none
    record Client(String id, String user) {

        /// A filter as `pattern` lines have it, with these names.
        String filled(String filter) {
            String text = user == null && filter.contains("%u") ? filter.replace("%u", "b") : filter;
            return text.replace("%c", "\0c").replace("%u", "\0u").replace("\0c", id)
                    .replace("\0u", user == null ? "" : user);
        }
    }

    /// A case for each odd line.
    static List<AclCase> odd() {
        Client client = new Client("c7", "ann");
        List<String> topics = List.of("a", "a/b", "read", "deny", "write", "a  b", "ann", "x/y", "b");
        return IntStream.range(0, ODD.size())
                .mapToObj(i -> new AclCase(-1 - i, "user ann\n" + ODD.get(i) + "\n", List.of(client), topics,
                        List.of(List.of("#"))))
                .toList();
    }

    /// Makes one. The same seed makes the same.
    static AclCase of(long seed) {
        Random random = new Random(seed);
        List<String> filters = new ArrayList<>(List.of("a"));
        String text = text(random, filters);
        Set<String> ids = new LinkedHashSet<>();
        for (int i = 2 + random.nextInt(CLIENTS_MAX - 1); i > 0; i--) {
            ids.add(any(random, IDS));
        }
        List<Client> clients = ids.stream()
                .map(id -> new Client(id, random.nextInt(4) == 0 ? null : user(random)))
                .toList();
        Set<String> topics = new LinkedHashSet<>();
        for (int i = 0; i < AclAnswers.TOPICS_MAX; i++) {
            topics.add(topic(random, random.nextInt(5) == 0 ? filter(random) : any(random, filters), clients));
        }
        List<List<String>> rounds = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Supplier<String> filter = switch (round) {
                case 0 -> () -> "#";
                case 1 -> () -> valid(filter(random).replace("%", "p"));
                default -> () -> valid(any(random, clients).filled(any(random, filters)));
            };
            rounds.add(clients.stream().map(client -> filter.get()).toList());
        }
        return new AclCase(seed, text, clients, List.copyOf(topics), rounds);
    }

    private static String text(Random random, List<String> filters) {
        String end = random.nextInt(6) == 0 ? "\r\n" : "\n";
        StringBuilder text = new StringBuilder();
        int odd = random.nextInt(ODD_ONE_IN) == 0 ? 1 + random.nextInt(LINES_MAX) : 0;
        for (int i = 1 + random.nextInt(LINES_MAX); i > 0; i--) {
            text.append(i == odd ? any(random, ODD) : line(random, filters)).append(end);
        }
        return text.toString();
    }

    private static String line(Random random, List<String> filters) {
        String blanks = random.nextInt(6) == 0 ? "  " : "";
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> "# topic deny #";
            case 2, 3, 4 -> "user " + blanks + user(random) + blanks;
            case 5, 6, 7 -> "pattern " + blanks + access(random) + added(filters, filter(random)) + blanks;
            default -> "topic " + blanks + access(random) + added(filters, filter(random)) + blanks;
        };
    }

    /// Some are met often, so that who has lines in the file asks as well.
    private static String user(Random random) {
        return random.nextBoolean() ? any(random, USERS.subList(0, 2)) : any(random, USERS);
    }

    /// A filter with a blank needs a word before it.
    private static String access(Random random) {
        return any(random, ACCESS);
    }

    private static String added(List<String> filters, String filter) {
        filters.add(filter);
        return filter;
    }

    private static String filter(Random random) {
        List<String> levels = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            levels.add(switch (random.nextInt(6)) {
                case 0 -> "+";
                case 1, 2 -> any(random, BLANKS);
                default -> any(random, LEVELS);
            });
        }
        if (random.nextInt(4) == 0) {
            levels.set(levels.size() - 1, "#");
        }
        String filter = String.join("/", levels);
        return filter.isEmpty() || filter.startsWith("with") && random.nextBoolean() ? "a/b" : filter;
    }

    /// A name that a filter matches, if that is possible.
    private static String topic(Random random, String filter, List<Client> clients) {
        String filled = random.nextInt(8) == 0 ? filter : any(random, clients).filled(filter);
        List<String> levels = new ArrayList<>();
        for (String level : filled.split("/", -1)) {
            if (!level.equals("#")) {
                levels.add(level.equals("+") ? any(random, LEVELS) : level.replaceAll("[+#]", "w"));
            } else {
                for (int i = random.nextInt(3); i > 0; i--) {
                    levels.add(any(random, LEVELS));
                }
            }
        }
        String topic = String.join("/", levels);
        return topic.isEmpty() ? "a" : topic;
    }

    /// Names that hold wildcards may have made something that is no filter.
    private static String valid(String filter) {
        List<String> levels = new ArrayList<>(List.of(filter.split("/", -1)));
        for (int i = 0; i < levels.size(); i++) {
            boolean whole = levels.get(i).equals("+") || levels.get(i).equals("#") && i == levels.size() - 1;
            levels.set(i, whole ? levels.get(i) : levels.get(i).replaceAll("[+#]", "w"));
        }
        String valid = String.join("/", levels);
        return valid.isEmpty() || valid.startsWith("$share") ? "+" : valid;
    }

    private static <T> T any(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
