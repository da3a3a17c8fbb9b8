package io.tern.auth.acl;

import io.tern.api.ClientInfo;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.TopicFilter;

/// A topic filter with `${clientid}` and `${username}` in it, or one that is meant word by word.
///
/// A name that holds a wildcard or a level separator would say more than its owner may: no rule that allows something
/// is filled in with such a name. A rule that denies is; at worst it denies too much.
final class Template {

    private static final String EXACT = "eq ";
    private static final String CLIENT = "${clientid}";
    private static final String USER = "${username}";

    private final String text;
    private final boolean exact;
    private final boolean client;
    private final boolean user;

    private Template(String text, boolean exact) {
        this.text = text;
        this.exact = exact;
        this.client = !exact && text.contains(CLIENT);
        this.user = !exact && text.contains(USER);
    }

    /// Reads a template.
    ///
    /// @param text a filter; with `eq ` before it, it is meant word by word
    /// @return the template
    /// @throws IllegalArgumentException if it is no filter
    static Template of(String text) {
        boolean exact = text.startsWith(EXACT);
        String filter = exact ? text.substring(EXACT.length()) : text;
        try {
            TopicFilter.of(exact ? filter : filter.replace(CLIENT, "c").replace(USER, "u"));
        } catch (InvalidTopicException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!exact && filter.replace(CLIENT, "").replace(USER, "").contains("${")) {
            throw new IllegalArgumentException(
                    "'" + text + "' has a placeholder that is not known; ${clientid} and ${username} are");
        }
        return new Template(filter, exact);
    }

    /// The filter for one client.
    ///
    /// @param who the client
    /// @param allows whether the rule allows something
    /// @return null if the rule doesn't apply to it
    String fill(ClientInfo who, boolean allows) {
        if (!client && !user) {
            return text;
        }
        if (user && who.userName() == null
                || allows && (client && isWide(who.clientId()) || user && isWide(who.userName()))) {
            return null;
        }
        String filled = client ? text.replace(CLIENT, who.clientId()) : text;
        return user ? filled.replace(USER, who.userName()) : filled;
    }

    static boolean isWide(String name) {
        return name.isEmpty() || name.indexOf('+') >= 0 || name.indexOf('#') >= 0 || name.indexOf('/') >= 0;
    }

    /// Whether it is meant word by word.
    boolean exact() {
        return exact;
    }

    @Override
    public String toString() {
        return exact ? EXACT + text : text;
    }
}
