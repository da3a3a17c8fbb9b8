package io.tern.auth.acl;

import io.tern.api.AddressRange;
import io.tern.api.ClientInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/// To whom a rule applies: of each kind of condition that is given, one must hold. Without any it is everybody.
///
/// @param users user names, with `*` for any number of characters
/// @param clients client identifiers, likewise
/// @param addresses of the network
/// @param certificates by their names
/// @param groups that the policy makes
/// @param roles that authentication gives, by name
/// @param listeners names of listeners
/// @param anonymous only those without, or with, a user name; null for both
record Who(
        List<Glob> users,
        List<Glob> clients,
        List<AddressRange> addresses,
        CertificateNames certificates,
        List<Who> groups,
        Set<String> roles,
        Set<String> listeners,
        Boolean anonymous) {

    static final Who ANYBODY =
            new Who(List.of(), List.of(), List.of(), CertificateNames.NONE, List.of(), Set.of(), Set.of(), null);

    boolean includes(ClientInfo client) {
        return this == ANYBODY
                || (users.isEmpty() || client.userName() != null && anyMatch(users, client.userName()))
                && (clients.isEmpty() || anyMatch(clients, client.clientId()))
                && (addresses.isEmpty() || isFrom(client))
                && (certificates.isEmpty() || certificates.include(client.connection().certificate()))
                && (listeners.isEmpty() || listeners.contains(client.connection().listener()))
                && (anonymous == null || anonymous == (client.userName() == null))
                && (groups.isEmpty() && roles.isEmpty() || isMember(client));
    }

    /// Whether it may include a client of which not everything is known: what isn't, may be as asked for.
    boolean mayInclude(ClientInfo client) {
        return !client.isRemembered()
                ? includes(client)
                : (users.isEmpty() || client.userName() != null && anyMatch(users, client.userName()))
                        && (clients.isEmpty() || anyMatch(clients, client.clientId()))
                        && (anonymous == null || anonymous == (client.userName() == null))
                        && (groups.isEmpty()
                                || !roles.isEmpty()
                                || groups.stream().anyMatch(group -> group.mayInclude(client)));
    }

    private static boolean anyMatch(List<Glob> globs, String text) {
        for (Glob glob : globs) {
            if (glob.matches(text)) {
                return true;
            }
        }
        return false;
    }

    private boolean isFrom(ClientInfo client) {
        if (!(client.connection().remote() instanceof InetSocketAddress remote) || remote.getAddress() == null) {
            return false;
        }
        InetAddress address = remote.getAddress();
        return addresses.stream().anyMatch(range -> range.contains(address));
    }

    private boolean isMember(ClientInfo client) {
        for (String role : roles) {
            if (client.identity().roles().contains(role)) {
                return true;
            }
        }
        for (Who group : groups) {
            if (group.includes(client)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        list(text, "users", users);
        list(text, "clients", clients);
        list(text, "addresses", addresses);
        if (!certificates.isEmpty()) {
            text.append(text.isEmpty() ? "" : ", ").append("certificates ").append(certificates);
        }
        if (!groups.isEmpty()) {
            text.append(text.isEmpty() ? "" : ", ").append("members of ").append(groups.size()).append(" groups");
        }
        list(text, "roles", roles);
        list(text, "listeners", listeners);
        if (anonymous != null) {
            text.append(text.isEmpty() ? "" : ", ").append("anonymous ").append(anonymous);
        }
        return text.isEmpty() ? "" : " (" + text + ")";
    }

    private static void list(StringBuilder text, String kind, java.util.Collection<?> names) {
        if (!names.isEmpty()) {
            text.append(text.isEmpty() ? "" : ", ").append(kind).append(' ').append(names);
        }
    }
}
