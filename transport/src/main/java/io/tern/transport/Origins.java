package io.tern.transport;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/// Which web pages may open a WebSocket here. A browser lets any page connect anywhere, also to this machine, and only
/// says which page it is (RFC 6455, section 10.2); nobody but the server can refuse.
final class Origins {

    private static final String ALL_BELOW = "://*.";

    private final List<String> allowed;
    private final boolean onLoopback;

    /// @param allowed as in [WebOptions]
    /// @param onLoopback whether nobody but this machine can reach the listener
    Origins(List<String> allowed, boolean onLoopback) {
        this.allowed = allowed;
        this.onLoopback = onLoopback;
    }

    /// Judges a request.
    ///
    /// @param origin the page's, as scheme, host and perhaps port; empty if the client is no browser
    /// @param host whom the request is for, as host and perhaps port
    boolean mayConnect(String origin, String host) {
        if (origin.isEmpty()) {
            return true;
        }
        String page = origin.toLowerCase(Locale.ROOT);
        if (!allowed.isEmpty()) {
            return allowed.stream().anyMatch(each -> matches(each.toLowerCase(Locale.ROOT), page));
        }
        int scheme = page.indexOf("://");
        if (scheme < 0) {
            return false; // "null": a page that doesn't say which it is.
        }
        String pageHost = name(page.substring(scheme + 3));
        if (isLoopback(pageHost)) {
            return true;
        }
        // A name that somebody made lead here (DNS rebinding) is the same for page and request, and none of ours.
        return !onLoopback && pageHost.equals(name(host.toLowerCase(Locale.ROOT)));
    }

    private static boolean matches(String each, String page) {
        if (each.equals("*") || each.equals(page)) {
            return true;
        }
        int wild = each.indexOf(ALL_BELOW);
        return wild > 0 && page.startsWith(each.substring(0, wild + 3))
                && page.endsWith(each.substring(wild + ALL_BELOW.length() - 1))
                && page.length() > each.length() - 1;
    }

    /// A host without its port, and without the brackets of IPv6.
    private static String name(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    /// Says whether a host is this machine, by its name or address. Asks no name server.
    static boolean isLoopback(String host) {
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }
}
