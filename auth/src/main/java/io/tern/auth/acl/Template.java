package io.tern.auth.acl;

import io.tern.api.ClientInfo;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.TopicFilter;

/// A topic filter with `${clientid}` and `${username}` in it, or one that is meant word by word. As [Blanks] are filled
/// in; but a name that holds a level separator allows nothing either.
final class Template {

    private static final String EXACT = "eq ";
    private static final String CLIENT = "${clientid}";
    private static final String USER = "${username}";

    private final String text;
    /// Null if it is meant word by word.
    private final Blanks blanks;

    private Template(String text, boolean exact) {
        this.text = text;
        this.blanks = exact ? null : new Blanks(text, CLIENT, USER);
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
        if (blanks == null) {
            return text;
        }
        boolean deep = allows
                && (blanks.hasClient() && who.clientId().indexOf('/') >= 0
                        || blanks.hasUser() && who.userName() != null && who.userName().indexOf('/') >= 0);
        return deep ? null : blanks.fill(who.clientId(), who.userName(), allows);
    }

    /// Whether it is meant word by word.
    boolean exact() {
        return blanks == null;
    }

    @Override
    public String toString() {
        return blanks == null ? EXACT + text : text;
    }
}
