package io.tern.app;

import io.tern.transport.ListenerOptions;
import io.tern.transport.tls.TlsOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/// A listener, as far as it matters who can reach it, and whom it believes.
///
/// @param options how it listens
/// @param allowsAnonymous whether the operator has said that it may let everybody in
record Reachable(ListenerOptions options, boolean allowsAnonymous) {

    String name() {
        return options.name();
    }

    /// Where it listens, for the operator.
    String where() {
        return options.unix() != null ? options.unix().path().toString() : options.host();
    }

    /// Whether nobody but this machine's programs can reach it. A name that can't be resolved is anywhere; and behind a
    /// proxy are others.
    boolean isLocal() {
        if (options.unix() != null) {
            return true;
        }
        try {
            boolean speaksForOthers = options.proxies().protocol() || options.proxies().forwardedFor();
            return !speaksForOthers && InetAddress.getByName(options.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /// Whether another configuration means the same door: that is reached in the same way, and trusts the same.
    ///
    /// @param other null for none
    boolean isSameDoor(Reachable other) {
        return other != null
                && options.kind() == other.options.kind()
                && options.host().equals(other.options.host())
                && options.port() == other.options.port()
                && Objects.equals(options.unix(), other.options.unix())
                && options.proxies().equals(other.options.proxies())
                && trustsTheSame(other);
    }

    /// Whether another configuration believes the same certificates of clients.
    ///
    /// @param other null for none
    boolean trustsTheSame(Reachable other) {
        TlsOptions mine = options.tls();
        TlsOptions others = other == null ? null : other.options.tls();
        return mine == null || others == null
                ? mine == others
                : Objects.equals(mine.clientCa(), others.clientCa())
                        && mine.clientAuth() == others.clientAuth()
                        && Objects.equals(mine.crl(), others.crl());
    }
}
