package io.tern.auth.acl;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import java.util.List;

/// Rules in order: the first that speaks of an access decides. Immutable.
final class RuleList implements Authorizer {

    private final String name;
    private final List<Rule> rules;
    private final Decision otherwise;

    /// @param name what the operator calls them
    /// @param rules in order
    /// @param otherwise what is said of accesses that none speaks of: NEXT, or DENY
    RuleList(String name, List<Rule> rules, Decision otherwise) {
        this.name = name;
        this.rules = List.copyOf(rules);
        this.otherwise = otherwise;
    }

    @Override
    public Decision decide(ClientInfo client, Access access) {
        Rule rule = find(client, access);
        return rule == null ? otherwise : rule.allows() ? Decision.ALLOW : Decision.DENY;
    }

    private Rule find(ClientInfo client, Access access) {
        for (Rule rule : rules) {
            if (rule.speaksOf(client, access)) {
                return rule;
            }
        }
        return null;
    }

    @Override
    public boolean mayDeny(ClientInfo client, String filter) {
        for (Rule rule : rules) {
            if (rule.mayDenyBelow(client, filter)) {
                return true;
            }
            if (rule.allowsAllBelow(client, filter)) {
                return false;
            }
        }
        return otherwise == Decision.DENY;
    }

    @Override
    public String explain(ClientInfo client, Access access) {
        Rule rule = find(client, access);
        if (rule != null) {
            return rule.toString();
        }
        return name + ": no rule speaks of it" + (otherwise == Decision.DENY ? ", so it is denied" : "");
    }

    int size() {
        return rules.size();
    }
}
