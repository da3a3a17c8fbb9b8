package io.tern.auth.http;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Options;
import io.tern.api.PeerCertificate;
import io.tern.json.Json;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What one service is asked: the operator's template, filled in for a client.
final class Question {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}?");

    /// Facts about a client.
    private static final List<String> OF_CLIENT = List.of("clientid", "username", "peerhost", "peerport", "listener",
            "cert_common_name", "cert_subject", "proto_name");
    /// Besides, where it is about who may connect,
    static final List<String> OF_LOGIN = List.of("password");
    /// and about who may do what.
    static final List<String> OF_ACCESS = List.of("action", "topic", "qos", "retain");

    private final URI url;
    private final HttpOptions.Method method;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> body;
    private final boolean form;
    /// Names of the facts that are part of it, each once.
    private final List<String> facts;

    /// @param usual what is sent if the operator says nothing else
    /// @param known placeholders besides those about a client
    /// @throws IllegalArgumentException if the URL is none, or if a placeholder is not known
    Question(Options options, Map<String, String> usual, List<String> known) {
        this.url = url(options.get(HttpOptions.URL));
        this.method = options.get(HttpOptions.METHOD);
        options.get(HttpOptions.HEADERS).forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        this.body = options.isGiven(HttpOptions.BODY) ? options.get(HttpOptions.BODY) : usual;
        if (body.isEmpty()) {
            throw new IllegalArgumentException("body: asks about nothing; leave the key out");
        }
        this.facts = facts(known);
        this.form = headers.getOrDefault("content-type", "").startsWith("application/x-www-form-urlencoded");
        if (method == HttpOptions.Method.POST) {
            headers.putIfAbsent("content-type", "application/json");
        }
        try {
            HttpCalls.request(url, headers);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("headers: " + e.getMessage(), e);
        }
    }

    private List<String> facts(List<String> known) {
        Set<String> found = new LinkedHashSet<>();
        body.forEach((key, template) -> PLACEHOLDER.matcher(template).results().forEach(each -> {
            String name = each.group(1);
            if (!each.group().endsWith("}") || !OF_CLIENT.contains(name) && !known.contains(name)) {
                throw new IllegalArgumentException("body." + key + ": '" + template + "' has a placeholder that is not"
                        + " known here; there are " + String.join(", ", OF_CLIENT) + ", "
                        + String.join(", ", known));
            }
            found.add(name);
        }));
        return List.copyOf(found);
    }

    /// @throws IllegalArgumentException if it is none
    static URI url(String text) {
        URI url = URI.create(text);
        if (!text.matches("https?://[^/].*") || url.getHost() == null) {
            throw new IllegalArgumentException("url: expected https://... or http://...");
        }
        return url;
    }

    /// @param access null when it is about who may connect
    Map<String, String> filled(ClientInfo client, byte[] password, Access access) {
        Map<String, String> filled = new LinkedHashMap<>();
        body.forEach((name, template) -> filled.put(name, fill(template, client, password, access)));
        return filled;
    }

    /// Whether a fact is part of it.
    boolean asksFor(String name) {
        return facts.contains(name);
    }

    HttpRequest request(Map<String, String> filled) {
        if (method == HttpOptions.Method.GET) {
            String join = url.getRawQuery() == null ? "?" : "&";
            return HttpCalls.request(URI.create(url + join + query(filled)), headers).GET().build();
        }
        String text = form ? query(filled) : Json.text(filled);
        return HttpCalls.request(url, headers).POST(HttpRequest.BodyPublishers.ofString(text)).build();
    }

    static String query(Map<String, String> filled) {
        return filled.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String fill(String template, ClientInfo client, byte[] password, Access access) {
        // In one pass: what a client says is never looked through for placeholders.
        return PLACEHOLDER.matcher(template).replaceAll(
                found -> Matcher.quoteReplacement(value(found.group(1), client, password, access)));
    }

    private static String value(String name, ClientInfo client, byte[] password, Access access) {
        PeerCertificate certificate = client.connection().certificate();
        InetSocketAddress remote =
                client.connection().remote() instanceof InetSocketAddress address ? address : null;
        String value = switch (name) {
            case "clientid" -> client.clientId();
            case "username" -> client.userName();
            case "password" -> password == null ? null : new String(password, StandardCharsets.UTF_8);
            case "peerhost" -> remote == null ? null : remote.getHostString();
            case "peerport" -> remote == null ? null : Integer.toString(remote.getPort());
            case "listener" -> client.connection().listener();
            case "proto_name" -> client.version() == null ? null : client.version().toString();
            case "cert_common_name" -> certificate == null ? null : certificate.commonName();
            case "cert_subject" -> certificate == null ? null : certificate.subjectDn();
            case "action" -> access == null ? null : access.action().name().toLowerCase(Locale.ROOT);
            case "topic" -> access == null ? null : access.topic();
            case "qos" -> access == null ? null : Integer.toString(access.qos());
            case "retain" -> access == null ? null : Boolean.toString(access.retain());
            default -> throw new IllegalStateException(name);
        };
        return value == null ? "" : value;
    }
}
