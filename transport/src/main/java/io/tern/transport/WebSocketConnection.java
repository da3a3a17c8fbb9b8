package io.tern.transport;

import io.netty.channel.socket.DuplexChannel;
import io.tern.api.ConnectionInfo;
import java.net.ProtocolException;
import java.net.SocketAddress;

/// MQTT in a WebSocket: binary frames, in which packets lie as they please [MQTT-6.0.0-1], [MQTT-6.0.0-2].
///
/// The door sees it once the handshake is done. Each packet goes out as one frame, several frames in one write; or, if
/// packets are packed, each flush. Of several pings in one read only the last is answered, as RFC 6455 section 5.5.3
/// allows, so that pings can't make us write more than we read.
final class WebSocketConnection extends SocketConnection implements WebSocketFrames.Listener {

    private static final byte[] NOTHING = {};

    private final ListenerOptions options;
    private final Approach approach;
    private final WebSocketFrames frames;
    private Handshake handshake;
    private byte[] pong;
    private int closeCode = WebSocketFrames.NORMAL;
    /// Whether the peer has said its last frame, or one after which no other is understood.
    private boolean isOver;

    WebSocketConnection(DuplexChannel channel, NettyLoop loop, ConnectionInfo info, Approach approach,
            ListenerOptions options) {
        super(channel, loop, info, approach, options);
        this.options = options;
        this.approach = approach;
        this.handshake = new Handshake(options.web(), options.origins(), options.headMaxBytes());
        this.frames = new WebSocketFrames(this);
    }

    @Override
    void connected() {
        if (!limit().isSet()) {
            limit(options.handshakeMillis());
        }
    }

    @Override
    int input(byte[] src, int offset, int length) {
        int taken = handshake == null ? 0 : greet(src, offset, length);
        if (handshake == null && takesInput()) {
            taken += frames.take(src, offset + taken, length - taken);
            sendPong();
        }
        return taken;
    }

    @Override
    byte[] lastWords() {
        return hasCompany() ? FrameHeader.close(closeCode) : NOTHING;
    }

    @Override
    void writable() {
        sendPong();
    }

    @Override
    void released() {
        pong = null;
    }

    private int greet(byte[] src, int offset, int length) {
        int taken = handshake.take(src, offset, length);
        if (handshake.isComplete() || handshake.isTooLong()) {
            Handshake.Answer answer = handshake.answer(options.proxies().forwards(info().remote()));
            output().ahead(answer.response());
            if (answer.upgrades()) {
                SocketAddress client = options.proxies().client(info().remote(), handshake.forwardedFor());
                known(new ConnectionInfo(info().listener(), info().transport(), client, info().certificate()), null);
                handshake = null;
                opened();
            } else {
                if (handshake.refusedOrigin() != null) {
                    approach.originRefused(handshake.refusedOrigin());
                }
                finish(null);
            }
        }
        return taken;
    }

    private void sendPong() {
        if (pong != null && output().takesMore() && isOpen()) {
            byte[] frame = pong;
            pong = null;
            output().ahead(frame);
        }
    }

    // WebSocketFrames.Listener.

    @Override
    public void peerErred() {
        closeCode = WebSocketFrames.PROTOCOL_ERROR;
    }

    @Override
    public void payload(byte[] src, int offset, int length) {
        deliver(src, offset, length);
    }

    @Override
    public void ping(byte[] payload, int length) {
        pong = FrameHeader.control(FrameHeader.PONG, length == 0 ? NOTHING : payload, length);
    }

    @Override
    public void closed(int code) {
        closeCode = code;
        isOver = true;
        inputEnds(null);
    }

    @Override
    public void broken(int code, String why) {
        closeCode = code;
        isOver = true;
        inputEnds(new ProtocolException("WebSocket: " + why));
    }

    @Override
    public boolean isStopped() {
        return isOver || !takesInput();
    }
}
