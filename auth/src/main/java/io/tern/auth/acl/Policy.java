package io.tern.auth.acl;

import io.tern.api.Access.Action;
import io.tern.api.AddressRange;
import io.tern.api.Authorizer;
import io.tern.api.Decision;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Reads a policy: groups, and rules that say who may do what, the first that speaks of an access deciding.
///
///     groups:
///       operators: {users: [ann, "op-*"], addresses: [10.0.0.0/8]}
///     rules:
///       - allow: [publish, subscribe]
///         topics: ["plant/${username}/#"]
///       - deny: subscribe
///         topics: ["plant/+/secret"]
///       - allow: all
///         topics: ["#"]
///         roles: [operators]
///         qos: [0, 1]
public final class Policy {

    static final Option<List<String>> USERS =
            Option.names("users", "User names; * stands for any number of characters.");
    static final Option<List<String>> CLIENTS =
            Option.names("clients", "Client identifiers; * stands for any number of characters.");
    static final Option<List<String>> ADDRESSES =
            Option.names("addresses", "Addresses and ranges, such as 10.0.0.0/8 or fd00::/8.");
    static final Option<List<String>> CERTIFICATES = Option.names(
            "certificates",
            "Certificates by common name, distinguished name (CN=...), alternative name (DNS:..., email:..., URI:...,"
                    + " IP:...) or SHA-256 fingerprint.");
    static final Option<List<String>> ROLES = Option.names(
            "roles",
            "Groups of this policy, or else roles that authentication gives, such as those of a token.");
    static final Option<List<String>> LISTENERS = Option.names("listeners", "Listeners by name.");
    static final Option<Boolean> ANONYMOUS =
            Option.bool("anonymous", false, "Clients without a user name; false for those with one.");
    static final Option<List<String>> ALLOW = Option.names(
            "allow", "What is allowed: publish, subscribe, receive or all. A rule has this or deny.");
    static final Option<List<String>> DENY =
            Option.names("deny", "What is denied: publish, subscribe, receive or all.");
    static final Option<List<String>> TOPICS = Option.names(
            "topics",
            "Topic filters with ${clientid} and ${username}; with eq before it a filter is meant word by word.");
    static final Option<List<String>> QOS =
            Option.names("qos", "Only for these qualities of service.");
    static final Option<Boolean> RETAIN =
            Option.bool("retain", false, "Only for messages published with, or without, the retain flag.");

    private static final Option<Setting> GROUPS =
            Option.tree("groups", "Names for clients: a section each, with the conditions of a rule.");
    private static final Option<Setting> RULES = Option.tree("rules", "The rules, in order.");

    private final Problems problems;
    private final UnaryOperator<String> listenerFault;
    private final Map<String, Who> groups = new HashMap<>();
    private final Set<String> groupNames = new HashSet<>();
    private final List<Rule> rules = new ArrayList<>();

    private Policy(UnaryOperator<String> listenerFault, Problems problems) {
        this.listenerFault = listenerFault;
        this.problems = problems;
    }

    /// What a policy consists of.
    ///
    /// @return for the reference page
    public static List<Option<?>> all() {
        return List.of(GROUPS, RULES);
    }

    /// What a rule may say.
    ///
    /// @return for the reference page
    public static List<Option<?>> ofRule() {
        List<Option<?>> all = new ArrayList<>(List.of(ALLOW, DENY, TOPICS, QOS, RETAIN));
        all.addAll(ofGroup());
        return all;
    }

    private static List<Option<?>> ofGroup() {
        return List.of(USERS, CLIENTS, ADDRESSES, CERTIFICATES, ROLES, LISTENERS, ANONYMOUS);
    }

    /// Reads one.
    ///
    /// @param setting what stands in the file
    /// @param listenerFault says what is wrong with the name of a listener, or null
    /// @param problems takes what is wrong
    /// @return its rules, as far as they are right
    public static Authorizer read(Setting setting, UnaryOperator<String> listenerFault, Problems problems) {
        Policy policy = new Policy(listenerFault, problems);
        Options parts = new SectionReader(all(), problems).read(setting);
        policy.groups(parts.get(GROUPS));
        policy.rules(parts.get(RULES));
        return new RuleList(problems.file(), policy.rules, Decision.NEXT);
    }

    private void groups(Setting setting) {
        if (setting instanceof Setting.Section section) {
            section.entries().forEach(entry -> groupNames.add(entry.key()));
            for (Setting.Entry entry : section.entries()) {
                // A group may name groups above it; so none contains itself.
                Options given = new SectionReader(ofGroup(), problems).read(entry.value());
                Who who = who(given, entry.line());
                if (given.equals(Options.DEFAULTS)) {
                    problems.at(entry.line(), "groups." + entry.key() + ": without a condition it is everybody");
                }
                if (groups.put(entry.key(), who) != null) {
                    problems.at(entry.line(), "groups." + entry.key() + ": given twice");
                }
            }
        } else if (setting != Setting.NOTHING) {
            problems.at(setting, "groups: expected names with a section each, found " + setting.shape());
        }
    }

    private void rules(Setting setting) {
        if (!(setting instanceof Setting.Items list)) {
            problems.at(setting, "rules: expected a list, found " + setting.shape());
            return;
        }
        for (Setting item : list.items()) {
            Rule rule = rule(item);
            if (rule != null) {
                rules.add(rule);
            }
        }
    }

    private Rule rule(Setting item) {
        int line = item.line();
        Options given = new SectionReader(ofRule(), problems).read(item);
        boolean allows = given.isGiven(ALLOW);
        if (allows == given.isGiven(DENY)) {
            problems.at(line, "a rule needs allow or deny, and not both");
            return null;
        }
        List<Template> topics = each(given.get(TOPICS), "topics", line, Template::of);
        if (given.get(TOPICS).isEmpty()) {
            problems.at(line, "topics: a rule needs them");
        }
        int qosMask = given.isGiven(QOS) ? 0 : Rule.ANY_QOS;
        for (int qos : each(given.get(QOS), "qos", line, Policy::qos)) {
            qosMask |= 1 << qos;
        }
        Set<Action> actions = actions(given.get(allows ? ALLOW : DENY), allows ? "allow" : "deny", line);
        Boolean retain = given.isGiven(RETAIN) ? given.get(RETAIN) : null;
        return new Rule(problems.file() + ":" + line, allows, actions, who(given, line), topics, qosMask, retain);
    }

    private static int qos(String text) {
        return switch (text) {
            case "0", "1", "2" -> Integer.parseInt(text);
            default -> throw new IllegalArgumentException("'" + text + "' is none of 0, 1, 2");
        };
    }

    private Set<Action> actions(List<String> words, String key, int line) {
        EnumSet<Action> actions = EnumSet.noneOf(Action.class);
        for (String word : words) {
            switch (word) {
                case "publish" -> actions.add(Action.PUBLISH);
                case "subscribe" -> actions.add(Action.SUBSCRIBE);
                case "receive" -> actions.add(Action.RECEIVE);
                case "all" -> actions.addAll(EnumSet.allOf(Action.class));
                default ->
                    problems.at(line, key + ": '" + word + "' is none of publish, subscribe, receive, all");
            }
        }
        return actions;
    }

    private Who who(Options given, int line) {
        List<Who> named = new ArrayList<>();
        Set<String> roles = new HashSet<>();
        for (String role : given.get(ROLES)) {
            if (groups.containsKey(role)) {
                named.add(groups.get(role));
            } else if (groupNames.contains(role)) {
                problems.at(line, "roles: the group " + role + " has to stand above");
            } else {
                roles.add(role);
            }
        }
        for (String listener : given.get(LISTENERS)) {
            String fault = listenerFault.apply(listener);
            if (fault != null) {
                problems.at(line, "listeners: " + fault);
            }
        }
        Who who = new Who(
                each(given.get(USERS), "users", line, Glob::new),
                each(given.get(CLIENTS), "clients", line, Glob::new),
                each(given.get(ADDRESSES), "addresses", line, AddressRange::of),
                certificates(given.get(CERTIFICATES), line),
                named,
                roles,
                Set.copyOf(given.get(LISTENERS)),
                given.isGiven(ANONYMOUS) ? given.get(ANONYMOUS) : null);
        return who.equals(Who.ANYBODY) ? Who.ANYBODY : who;
    }

    private CertificateNames certificates(List<String> names, int line) {
        try {
            return CertificateNames.of(names);
        } catch (IllegalArgumentException e) {
            problems.at(line, "certificates: " + e.getMessage());
            return CertificateNames.NONE;
        }
    }

    private <T> List<T> each(List<String> texts, String key, int line, Function<String, T> read) {
        List<T> values = new ArrayList<>();
        for (String text : texts) {
            try {
                values.add(read.apply(text));
            } catch (IllegalArgumentException e) {
                problems.at(line, key + ": " + e.getMessage());
            }
        }
        return values;
    }
}
