package io.tern.auth.acl;

import io.tern.wire.PointToPoint;

/// A topic filter with places in it for a client's names.
///
/// A name that holds a wildcard would say more than its owner may, and so would one that begins with `$` where a level
/// of the server's own begins: no rule that allows something is filled in with such a name. A rule that denies is; at
/// worst it denies too much. Nothing is looked for in what has been filled in. Where it names the client to whom alone
/// a message goes, it is one level, whatever it holds: see [PointToPoint].
final class Blanks {

    private final String text;
    private final String client;
    private final String user;
    private final boolean hasClient;
    private final boolean hasUser;

    /// @param text of the filter
    /// @param client what stands for the client identifier
    /// @param user what stands for the user name
    Blanks(String text, String client, String user) {
        this.text = text;
        this.client = client;
        this.user = user;
        this.hasClient = text.contains(client);
        this.hasUser = text.contains(user);
    }

    /// Fills them in.
    ///
    /// @param clientId for the one
    /// @param userName for the other; null if there is none: then what needs one says nothing
    /// @param allows whether it is about to allow something
    /// @return null if it says nothing about this client
    String fill(String clientId, String userName, boolean allows) {
        if (!hasClient && !hasUser) {
            return text;
        }
        if (hasUser && userName == null
                || allows && (hasClient && isWide(clientId) || hasUser && isWide(userName))) {
            return null;
        }
        String filled = filled(clientId, userName);
        return allows && isBlankFirst() && filled.startsWith("$") ? null : filled;
    }

    private String filled(String clientId, String userName) {
        StringBuilder filled = new StringBuilder(text.length() + clientId.length());
        int slash = PointToPoint.is(text) ? text.indexOf('/', PointToPoint.PREFIX.length()) : 0;
        int pointEnd = slash < 0 ? text.length() : slash;
        for (int i = 0; i < text.length(); ) {
            if (hasClient && text.startsWith(client, i)) {
                filled.append(i < pointEnd ? PointToPoint.level(clientId) : clientId);
                i += client.length();
            } else if (hasUser && text.startsWith(user, i)) {
                filled.append(i < pointEnd ? PointToPoint.level(userName) : userName);
                i += user.length();
            } else {
                filled.append(text.charAt(i++));
            }
        }
        int hash = filled.indexOf("#"); // Out of a name it may stand in the midst, where it means all the rest.
        return hash < 0 ? filled.toString() : filled.substring(0, hash + 1);
    }

    private boolean isBlankFirst() {
        return text.startsWith(client) || text.startsWith(user);
    }

    /// Whether a name could match what it doesn't say.
    static boolean isWide(String name) {
        return name.isEmpty() || hasWildcard(name);
    }

    static boolean hasWildcard(String name) {
        return name.indexOf('+') >= 0 || name.indexOf('#') >= 0;
    }

    boolean hasClient() {
        return hasClient;
    }

    boolean hasUser() {
        return hasUser;
    }

    @Override
    public String toString() {
        return text;
    }
}
