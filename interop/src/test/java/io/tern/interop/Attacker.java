package io.tern.interop;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// Somebody who means no good: one hostile connection after the other, each of another kind, until it is told to end.
/// What it sends comes from its random numbers alone.
final class Attacker implements Runnable {

    /// What is done to the broker.
    enum Attack {
        /// Bytes that mean nothing, to any port.
        NOISE,
        /// Packets, some of them spoilt.
        SPOILT,
        /// Packets that end in the middle, and a peer that says that nothing more will come, or doesn't.
        CUT,
        /// Packets byte by byte.
        DRIP,
        /// Nothing at all, or the beginning of a handshake.
        SILENT,
        /// Subscribes to all there is and reads nothing.
        DEAF,
        /// More than anybody wants.
        OVERSIZED,
        /// A WebSocket with a spoilt upgrade or spoilt frames, in TLS or not.
        WEB_SOCKET,
        /// A spoilt beginning of TLS.
        TLS_HELLO,
        /// Packets in TLS, and then what is no TLS.
        TLS_BROKEN,
        /// A spoilt header of the PROXY protocol, or a right one and packets.
        PROXY
    }

    private static final String UPGRADE = "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
    private static final byte[] PROXY_2 = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
        0x21, 0x11, 0, 12, 10, 1, 2, 3, 127, 0, 0, 1, 0x12, 0x34, 0x07, 0x5B};
    private static final long PAUSE_NANOS = 60_000_000;
    private static final int READ_BYTES = 16 * 1024;

    private final Target target;
    private final RandomGenerator random;
    private final AtomicIntegerArray attacks;
    private final BooleanSupplier ends;

    /// @param attacks counts each [Attack]
    /// @param ends says whether to end
    Attacker(Target target, RandomGenerator random, AtomicIntegerArray attacks, BooleanSupplier ends) {
        this.target = target;
        this.random = random;
        this.attacks = attacks;
        this.ends = ends;
    }

    @Override
    public void run() {
        while (!ends.getAsBoolean()) {
            Attack attack = Attack.values()[random.nextInt(Attack.values().length)];
            try (Site site = new Site(port(attack))) {
                attacks.incrementAndGet(attack.ordinal());
                attack(attack, site, new Tongue(random));
                end(site);
            } catch (IOException e) {
                // The broker has ended it, as it should.
                LockSupport.parkNanos(1);
            }
            LockSupport.parkNanos(random.nextLong(PAUSE_NANOS));
        }
    }

    private int port(Attack attack) {
        return switch (attack) {
            case NOISE, SILENT -> target.any(random);
            case SPOILT, CUT, DRIP, DEAF, OVERSIZED -> target.tcp();
            case WEB_SOCKET -> random.nextInt(3) == 0 ? target.wss() : target.ws();
            case TLS_HELLO, TLS_BROKEN -> target.tls();
            case PROXY -> target.proxied();
        };
    }

    /// One connection of it.
    private final class Site implements AutoCloseable {
        final Socket socket;
        private Socket secured;

        Site(int port) throws IOException {
            socket = target.connect(port, random);
        }

        void send(byte[] bytes) throws IOException {
            (secured == null ? socket : secured).getOutputStream().write(bytes);
        }

        void secure() throws IOException {
            SSLSocket tls = (SSLSocket) target.context().getSocketFactory()
                    .createSocket(socket, "localhost", socket.getPort(), true);
            tls.startHandshake();
            secured = tls;
        }

        InputStream input() throws IOException {
            return (secured == null ? socket : secured).getInputStream();
        }

        @Override
        public void close() throws IOException {
            target.gone(socket);
        }
    }

    private void attack(Attack attack, Site site, Tongue tongue) throws IOException {
        switch (attack) {
            case NOISE -> site.send(tongue.noise(1 + random.nextInt(3_000)));
            case SPOILT -> talk(site, tongue, true);
            case CUT -> {
                byte[] all = Tongue.joined(tongue.connect(), tongue.packet(), tongue.packet(), tongue.packet());
                site.send(Arrays.copyOf(all, random.nextInt(all.length)));
            }
            case DRIP -> drip(site, Tongue.joined(tongue.connect(), tongue.subscribe(), tongue.packet()));
            case SILENT -> site.send(random.nextBoolean() ? new byte[0] : new byte[] {(byte) random.nextInt(256)});
            case DEAF -> {
                site.send(Tongue.joined(tongue.connect(), tongue.subscribe(), tongue.subscribe()));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000)));
            }
            case OVERSIZED -> site.send(tongue.oversized());
            case WEB_SOCKET -> webSocket(site, tongue);
            case TLS_HELLO -> {
                byte[] hello = hello();
                site.send(random.nextBoolean() ? tongue.spoilt(hello) : Arrays.copyOf(hello, hello.length / 2));
                if (random.nextInt(3) == 0) {
                    site.send(tongue.noise(500));
                }
            }
            case TLS_BROKEN -> {
                site.secure();
                talk(site, tongue, random.nextBoolean());
                byte[] record = Tongue.joined(new byte[] {(byte) (20 + random.nextInt(6)), 3, 3, 0, 100},
                        tongue.noise(100));
                site.socket.getOutputStream().write(record);
            }
            case PROXY -> {
                byte[] header = random.nextBoolean() ? PROXY_2
                        : "PROXY TCP4 10.1.2.3 127.0.0.1 4660 1883\r\n".getBytes(StandardCharsets.US_ASCII);
                site.send(random.nextBoolean() ? header : tongue.spoilt(header));
                talk(site, tongue, true);
            }
        }
    }

    private void talk(Site site, Tongue tongue, boolean spoils) throws IOException {
        site.send(spoils && random.nextInt(4) == 0 ? tongue.spoilt(tongue.connect()) : tongue.connect());
        for (int n = random.nextInt(12); n >= 0; n--) {
            site.send(spoils && random.nextInt(6) == 0 ? tongue.spoilt(tongue.packet()) : tongue.packet());
        }
    }

    private void drip(Site site, byte[] bytes) throws IOException {
        for (int i = 0; i < Math.min(bytes.length, 300); i++) {
            site.send(new byte[] {bytes[i]});
            LockSupport.parkNanos(random.nextInt(5) == 0 ? random.nextLong(PAUSE_NANOS / 10) : 1);
        }
    }

    private void webSocket(Site site, Tongue tongue) throws IOException {
        if (site.socket.getPort() == target.wss()) {
            site.secure();
        }
        byte[] upgrade = UPGRADE.getBytes(StandardCharsets.US_ASCII);
        switch (random.nextInt(6)) {
            case 0 -> site.send(tongue.spoilt(upgrade));
            case 1 -> site.send(Arrays.copyOf(upgrade, random.nextInt(upgrade.length)));
            case 2 -> site.send(("GET /mqtt HTTP/1.1\r\nX: " + "y".repeat(random.nextInt(100_000)))
                    .getBytes(StandardCharsets.US_ASCII));
            default -> {
                site.send(upgrade);
                site.send(frame(tongue.connect(), 0x82));
                for (int n = random.nextInt(8); n >= 0; n--) {
                    byte[] frame = frame(tongue.packet(), random.nextInt(4) > 0 ? 0x82 : random.nextInt(256));
                    site.send(random.nextInt(4) > 0 ? frame : tongue.spoilt(frame));
                }
            }
        }
    }

    /// A frame from a client to a server.
    private byte[] frame(byte[] payload, int first) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length <= 0xFFFF) {
            frame.put((byte) 0xFE).putShort((short) payload.length);
        } else {
            frame.put((byte) 0xFF).putLong(payload.length);
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % 4]));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private byte[] hello() throws SSLException {
        SSLEngine engine = target.context().createSSLEngine("localhost", target.tls());
        engine.setUseClientMode(true);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private void end(Site site) throws IOException {
        if (random.nextBoolean()) {
            read(site);
        }
        switch (random.nextInt(4)) {
            case 0 -> site.socket.setSoLinger(true, 0); // Ends by a reset.
            case 1 -> {
                site.socket.shutdownOutput();
                read(site);
            }
            case 2 -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500)));
            default -> { }
        }
    }

    /// Reads until nothing has come for a while.
    private static void read(Site site) throws IOException {
        InputStream input = site.input();
        byte[] bytes = new byte[READ_BYTES];
        int left = 500;
        while (left > 0 && input.read(bytes) >= 0) {
            left--;
        }
    }
}
