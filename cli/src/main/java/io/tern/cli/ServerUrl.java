package io.tern.cli;

import java.util.Locale;

/// The value of `-L`: `mqtt://[user[:password]@]host[:port]/topic`, `mqtts://` for TLS, or `ws://` and `wss://` for a
/// WebSocket.
///
/// @param webSocket whether the scheme was `ws` or `wss`
/// @param secure whether the scheme was `mqtts` or `wss`
/// @param user null if not given
/// @param password null if not given
/// @param host never empty
/// @param port 1 to 65,535, by default 1883, with TLS 8883
/// @param topic everything after the slash
record ServerUrl(boolean webSocket, boolean secure, String user, String password, String host, int port, String topic) {

    private static final int PORT_DEFAULT = 1883;
    private static final int PORT_SECURE = 8883;

    /// Takes a URL apart.
    ///
    /// @throws UsageException naming what is wrong with it
    static ServerUrl parse(String url) throws UsageException {
        int scheme = url.indexOf("://");
        String name = scheme < 0 ? "" : url.substring(0, scheme).toLowerCase(Locale.ROOT);
        boolean webSocket = name.equals("ws") || name.equals("wss");
        boolean secure = name.equals("mqtts") || name.equals("wss");
        if (!name.equals("mqtt") && !webSocket && !secure) {
            throw new UsageException("Error: unsupported URL scheme.");
        }
        String rest = url.substring(scheme + 3);
        int slash = rest.indexOf('/');
        if (slash < 0) {
            throw new UsageException("Error: Invalid URL for -L argument specified - topic missing.");
        }
        String authority = rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        String user = null;
        String password = null;
        if (at >= 0) {
            String credentials = authority.substring(0, at);
            int colon = credentials.indexOf(':');
            user = colon < 0 ? credentials : credentials.substring(0, colon);
            password = colon < 0 ? null : credentials.substring(colon + 1);
        }
        String address = authority.substring(at + 1);
        int bracket = address.indexOf(']');
        int colon = address.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? address : address.substring(0, colon);
        if (bracket > 0 && host.startsWith("[")) {
            host = host.substring(1, bracket);
        }
        if (host.isEmpty()) {
            throw new UsageException("Error: Invalid URL for -L argument specified - host missing.");
        }
        int usual = secure ? PORT_SECURE : PORT_DEFAULT;
        int port = colon < 0 ? usual : port(address.substring(colon + 1));
        return new ServerUrl(webSocket, secure, user, password, host, port, rest.substring(slash + 1));
    }

    private static int port(String text) throws UsageException {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 0xFFFF) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("Error: Invalid URL for -L argument specified - invalid port '" + text + "'.");
    }
}
