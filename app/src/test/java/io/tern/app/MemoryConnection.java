package io.tern.app;

import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Loop;
import io.tern.cli.conformance.Peer;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;

/// Both ends of a connection that goes through no network.
final class MemoryConnection implements Connection, Peer.Link {

    private static final ConnectionInfo INFO =
            new ConnectionInfo("mqtt", "tcp", InetSocketAddress.createUnresolved("memory", 1));

    private final MemoryPeer peer;
    private final ByteArrayOutputStream toServer = new ByteArrayOutputStream();
    private final ByteArrayOutputStream unflushed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
    private MemoryLoop loop;
    private ConnectionHandler handler;
    private boolean reading = true;
    private boolean open = true;

    MemoryConnection(MemoryPeer peer, MemoryLoop loop) {
        this.peer = peer;
        this.loop = loop;
    }

    void handledBy(ConnectionHandler by) {
        handler = by;
    }

    @Override
    public ConnectionInfo info() {
        return INFO;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public boolean write(byte[] src, int offset, int length) {
        if (open) {
            unflushed.write(src, offset, length);
        }
        return true;
    }

    @Override
    public void flush() {
        toClient.writeBytes(unflushed.toByteArray());
        unflushed.reset();
    }

    @Override
    public int pendingBytes() {
        return unflushed.size();
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        if (on) {
            loop.execute(this::deliver);
        }
    }

    @Override
    public void abort() {
        close();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (loop.inLoop()) {
            flush();
            end();
        } else {
            loop.execute(this::end);
            peer.settle();
        }
    }

    private void end() {
        if (open) {
            open = false;
            loop.execute(this::tellClosed);
        }
    }

    private void tellClosed() {
        if (loop.inLoop()) {
            handler.onClosed(null);
        } else {
            loop.execute(this::tellClosed);
        }
    }

    @Override
    public void move(Loop target, Runnable arrived) {
        reading = false;
        loop = (MemoryLoop) target;
        target.execute(arrived);
    }

    @Override
    public void send(byte[] bytes) {
        toServer.writeBytes(bytes);
        loop.execute(this::deliver);
        peer.settle();
    }

    private void deliver() {
        if (!loop.inLoop()) {
            loop.execute(this::deliver);
        } else if (open && reading && toServer.size() > 0) {
            byte[] bytes = toServer.toByteArray();
            toServer.reset();
            handler.onBytes(bytes, 0, bytes.length);
        }
    }

    @Override
    public byte[] receive(long untilMillis) {
        peer.waitFor(() -> toClient.size() > 0 || !open, untilMillis);
        if (toClient.size() == 0) {
            return open ? null : new byte[0];
        }
        byte[] bytes = toClient.toByteArray();
        toClient.reset();
        return bytes;
    }
}
