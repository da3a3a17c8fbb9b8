package io.tern.api;

import java.util.function.Consumer;

/// Carries out what an authorised client asks for by publishing to [#TOPIC].
@FunctionalInterface
public interface Control {

    /// Where requests are published.
    String TOPIC = "$CONTROL/tern/v1";

    /// Where replies go if the request names no Response Topic.
    String RESPONSE_TOPIC = "$CONTROL/tern/v1/response";

    /// What begins like this needs a superuser, or a rule that names it; it is denied also where there are no rules.
    String PREFIX = "$CONTROL/";

    /// The user name of whoever shows the secret in the data folder; nobody else can have it.
    String OPERATOR = "$operator";

    /// The source of his [Identity].
    String OPERATOR_SOURCE = "operator";

    /// Carries out nothing.
    Control NONE = (client, request, reply) -> { };

    /// Carries out a request. Called on a shard's thread and must not block it.
    ///
    /// @param client who asks; may do so
    /// @param request JSON
    /// @param reply takes the answer, as JSON; to be called once at most, from any thread
    void request(ClientInfo client, byte[] request, Consumer<byte[]> reply);
}
