package io.tern.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// What a listener's files were turned into at one time: a context for each identity. Immutable, for any thread.
final class TlsContext {

    /// One identity, ready for handshakes.
    ///
    /// @param context what makes engines
    /// @param staple has the response to staple; null for never
    /// @param names hosts it is for, in lower case; a first level of `*` stands for any one
    record Entry(SslContext context, Staple staple, List<String> names) {

        /// A handler for one connection, without timers of its own.
        ///
        /// @throws io.netty.util.IllegalReferenceCountException if the context was replaced in the meantime
        SslHandler newHandler(ByteBufAllocator memory) {
            SslHandler handler = context.newHandler(memory);
            // Timers of Netty's would not move with the connection; it has a deadline of ours.
            handler.setHandshakeTimeoutMillis(0);
            handler.setCloseNotifyFlushTimeoutMillis(0);
            handler.setCloseNotifyReadTimeoutMillis(0);
            byte[] response = staple == null ? null : staple.response();
            if (response != null && handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
                engine.setOcspResponse(response);
            }
            return handler;
        }

        void release() {
            ReferenceCountUtil.release(context);
        }
    }

    private final List<Entry> entries;
    private final List<CertificateLife> lives;
    private final ClientTrust clients;
    private final Map<String, Entry> byName = new HashMap<>();

    /// @param entries the first serves whoever asks for a name that none has
    /// @param clients who may be one; null if they aren't asked
    TlsContext(List<Entry> entries, List<CertificateLife> lives, ClientTrust clients) {
        this.entries = List.copyOf(entries);
        this.lives = List.copyOf(lives);
        this.clients = clients;
        for (Entry entry : entries) {
            entry.names().forEach(name -> byName.putIfAbsent(name, entry));
        }
    }

    /// The responses to be looked after.
    List<Staple> staples() {
        return entries.stream().map(Entry::staple).filter(Objects::nonNull).toList();
    }

    /// Who may be a client; null if they aren't asked.
    ClientTrust clients() {
        return clients;
    }

    List<CertificateLife> lives() {
        return lives;
    }

    /// The identity for a host.
    ///
    /// @param host null if the client names none
    Entry forHost(String host) {
        Entry found = null;
        if (host != null) {
            String name = host.toLowerCase(Locale.ROOT);
            found = byName.get(name);
            int dot = name.indexOf('.');
            if (found == null && dot >= 0) {
                found = byName.get("*" + name.substring(dot));
            }
        }
        return found == null ? entries.getFirst() : found;
    }

    /// Gives the native memory back, once the last connection that uses it is closed.
    void release() {
        entries.forEach(Entry::release);
    }
}
