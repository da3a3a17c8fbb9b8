package io.tern.cli;

import io.tern.client.SocksProxy;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The value of `--proxy`: `socks5h://[user[:password]@]host[:port]`, user and password with percent signs for what
/// has a meaning of its own in a URL.
final class ProxyUrl {

    private static final String SCHEME = "socks5h://";
    private static final int PORT_DEFAULT = 1080;

    private ProxyUrl() { }

    /// Takes a URL apart.
    ///
    /// @throws UsageException naming what is wrong with it
    static SocksProxy parse(String url) throws UsageException {
        if (!url.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw new UsageException("Error: Unsupported proxy protocol: " + url);
        }
        String rest = url.substring(SCHEME.length());
        String all = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        int at = all.lastIndexOf('@');
        String login = at < 0 ? null : all.substring(0, at);
        String address = all.substring(at + 1);
        int colon = address.indexOf(':', Math.max(address.indexOf(']'), 0));
        String host = colon < 0 ? address : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || host.indexOf('/') >= 0) {
            throw new UsageException("Error: Invalid proxy: host missing in " + SCHEME
                    + "[user[:password]@]host[:port].");
        }
        int port = colon < 0 ? PORT_DEFAULT : port(address.substring(colon + 1));
        int second = login == null ? -1 : login.indexOf(':');
        String user = login == null ? null : decoded(second < 0 ? login : login.substring(0, second));
        String password = second < 0 ? null : decoded(login.substring(second + 1));
        try {
            return new SocksProxy(host, port, user, password);
        } catch (IllegalArgumentException e) {
            throw new UsageException("Error: Invalid proxy: " + e.getMessage() + ".");
        }
    }

    private static String decoded(String text) throws UsageException {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UsageException("Error: Invalid proxy: a percent sign without two hexadecimal digits.");
        }
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
        throw new UsageException("Error: Invalid proxy port " + text);
    }
}
