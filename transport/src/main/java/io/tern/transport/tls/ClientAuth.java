package io.tern.transport.tls;

/// Whether clients show a certificate. One that is shown is always verified.
public enum ClientAuth {

    /// They aren't asked.
    NONE(io.netty.handler.ssl.ClientAuth.NONE),

    /// They are asked, and may come without.
    OPTIONAL(io.netty.handler.ssl.ClientAuth.OPTIONAL),

    /// Without one they don't get in.
    REQUIRED(io.netty.handler.ssl.ClientAuth.REQUIRE);

    private final io.netty.handler.ssl.ClientAuth netty;

    ClientAuth(io.netty.handler.ssl.ClientAuth netty) {
        this.netty = netty;
    }

    io.netty.handler.ssl.ClientAuth netty() {
        return netty;
    }
}
