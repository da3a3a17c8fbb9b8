package io.tern.auth.acl;

import io.tern.api.Access.Action;
import io.tern.api.AddressRange;
import io.tern.api.Authorizer;
import io.tern.api.Decision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules that a token or a reply brings along, in both of EMQX's shapes.
///
/// The newer one is a list of `{"permission", "action", "topic", "qos", "retain"}`, the first that speaks of an access
/// deciding, and what none speaks of being left to others. The older one, `{"pub": [...], "sub": [...], "all": [...]}`,
/// names all that is allowed.
public final class TokenRules {

    private static final int RULES_MAX = 1_000;
    private static final Set<String> KEYS =
            Set.of("permission", "action", "topic", "qos", "retain", "ipaddr", "clientid", "username");

    private TokenRules() {}

    /// Reads them.
    ///
    /// @param claim as JSON gives it: lists, maps, texts and numbers
    /// @return the rules
    /// @throws IllegalArgumentException if it is in neither shape: then nothing may be allowed
    public static Authorizer read(Object claim) {
        return switch (claim) {
            case List<?> list -> newer(list);
            case Map<?, ?> map -> older(map);
            case null, default -> throw wrong("neither a list nor an object");
        };
    }

    private static Authorizer newer(List<?> list) {
        if (list.size() > RULES_MAX) {
            throw wrong("more than " + RULES_MAX + " rules");
        }
        List<Rule> rules = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> map)) {
                throw wrong("a rule is no object");
            }
            rules.add(rule(map, rules.size() + 1));
        }
        return new RuleList("acl of the token", rules, Decision.NEXT);
    }

    private static Rule rule(Map<?, ?> map, int number) {
        for (Object key : map.keySet()) {
            if (!KEYS.contains(String.valueOf(key))) {
                // A condition that isn't understood might be what keeps the rule from being too wide.
                throw wrong("unknown key " + key);
            }
        }
        boolean allows = switch (word(map, "permission")) {
            case "allow" -> true;
            case "deny" -> false;
            default -> throw wrong("permission is neither allow nor deny");
        };
        Set<Action> actions = switch (word(map, "action")) {
            case "publish", "pub" -> EnumSet.of(Action.PUBLISH);
            case "subscribe", "sub" -> EnumSet.of(Action.SUBSCRIBE);
            case "all", "pubsub" -> EnumSet.of(Action.PUBLISH, Action.SUBSCRIBE);
            default -> throw wrong("action is none of publish, subscribe, all");
        };
        return new Rule(
                "acl[" + number + "]",
                allows,
                actions,
                who(map),
                topics(map.get("topic")),
                map.containsKey("qos") ? qosMask(map.get("qos")) : Rule.ANY_QOS,
                map.containsKey("retain") ? retain(map.get("retain")) : null);
    }

    private static String word(Map<?, ?> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }

    private static Who who(Map<?, ?> map) {
        Who who = new Who(
                names(map, "username").stream().map(Glob::new).toList(),
                names(map, "clientid").stream().map(Glob::new).toList(),
                names(map, "ipaddr").stream().map(AddressRange::of).toList(),
                CertificateNames.NONE,
                List.of(),
                Set.of(),
                Set.of(),
                null);
        return who.equals(Who.ANYBODY) ? Who.ANYBODY : who;
    }

    /// A condition that is there and names nobody is not one that holds for everybody.
    private static List<String> names(Map<?, ?> map, String key) {
        if (!map.containsKey(key)) {
            return List.of();
        }
        List<String> names = texts(map.get(key));
        if (names.isEmpty() || names.contains("")) {
            throw wrong(key + " names nobody");
        }
        return names;
    }

    private static List<Template> topics(Object topic) {
        List<Template> topics = texts(topic).stream().map(Template::of).toList();
        if (topics.isEmpty()) {
            throw wrong("a rule without topic");
        }
        return topics;
    }

    private static List<String> texts(Object value) {
        return switch (value) {
            case null -> List.of();
            case String text -> List.of(text);
            case List<?> list -> {
                List<String> texts = new ArrayList<>();
                for (Object each : list) {
                    if (!(each instanceof String text)) {
                        throw wrong("expected texts");
                    }
                    texts.add(text);
                }
                yield texts;
            }
            default -> throw wrong("expected a text");
        };
    }

    private static int qosMask(Object qos) {
        int mask = 0;
        for (Object each : qos instanceof List<?> list ? list : Collections.singletonList(qos)) {
            String text = String.valueOf(each);
            if (!text.matches("[012]")) {
                throw wrong("qos " + text);
            }
            mask |= 1 << Integer.parseInt(text);
        }
        if (mask == 0) {
            throw wrong("qos names none");
        }
        return mask;
    }

    private static Boolean retain(Object retain) {
        return switch (String.valueOf(retain)) {
            case "all" -> null;
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw wrong("retain " + retain);
        };
    }

    private static Authorizer older(Map<?, ?> map) {
        List<Rule> rules = new ArrayList<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Set<Action> actions = switch (String.valueOf(entry.getKey())) {
                case "pub" -> EnumSet.of(Action.PUBLISH);
                case "sub" -> EnumSet.of(Action.SUBSCRIBE);
                case "all" -> EnumSet.of(Action.PUBLISH, Action.SUBSCRIBE);
                default -> throw wrong("unknown key " + entry.getKey());
            };
            List<Template> topics = texts(entry.getValue()).stream().map(Template::of).toList();
            if (topics.size() > RULES_MAX) {
                throw wrong("more than " + RULES_MAX + " topics");
            }
            rules.add(new Rule(
                    "acl." + entry.getKey(), true, actions, Who.ANYBODY, topics, Rule.ANY_QOS, null));
        }
        return new RuleList("acl of the token", rules, Decision.DENY);
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("acl: " + what);
    }
}
