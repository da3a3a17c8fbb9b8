package io.tern.api;

import io.tern.wire.ReasonCode;
import java.util.function.Consumer;

/// Authentication in several steps: the AUTH packets of MQTT 5.0, section 4.12. Asked instead of an [Authenticator]
/// when a CONNECT names a method, and again whenever the client wants to re-authenticate.
@FunctionalInterface
public interface EnhancedAuthenticator {

    /// One exchange with one client.
    @FunctionalInterface
    interface Exchange {

        /// Takes what the client sent and says how it goes on. Called on a shard's thread and must not block it; that
        /// client's further packets rest until the answer.
        ///
        /// @param data Authentication Data of CONNECT or AUTH, or null
        /// @param answer takes the next step; to be called once for each call of this, from any thread
        void step(byte[] data, Consumer<Step> answer);
    }

    /// How an exchange goes on.
    sealed interface Step {

        /// The client has to send more.
        ///
        /// @param data Authentication Data to send, or null
        record More(byte[] data) implements Step {}

        /// The client is who it says.
        ///
        /// @param data Authentication Data to send, or null
        /// @param identity who it is
        record Success(byte[] data, Identity identity) implements Step {

            /// The client is who it says, and nothing more is known of it.
            ///
            /// @param data Authentication Data to send, or null
            public Success(byte[] data) {
                this(data, Identity.of("enhanced"));
            }
        }

        /// It is not.
        ///
        /// @param reason 0x80 or more
        /// @param ofName as in [Verdict.Deny]
        record Failure(ReasonCode reason, boolean ofName) implements Step {

            /// It is not, for what it has shown in this exchange.
            ///
            /// @param reason 0x80 or more
            public Failure(ReasonCode reason) {
                this(reason, false);
            }
        }
    }

    /// Begins an exchange.
    ///
    /// @param method Authentication Method of the CONNECT
    /// @param client who it says it is in its CONNECT
    /// @param password as in its CONNECT, for others that are asked besides; null if it has none, or authenticates anew
    /// @return null if the method is not known here: the client is refused with 0x8C [MQTT-4.12.0-1]
    Exchange begin(String method, ClientInfo client, byte[] password);

    /// Knows no method.
    ///
    /// @return begins nothing
    static EnhancedAuthenticator none() {
        return (method, client, password) -> null;
    }
}
