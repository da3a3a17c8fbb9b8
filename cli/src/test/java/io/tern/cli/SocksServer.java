package io.tern.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A SOCKS5 proxy that takes everybody to one port of this machine, wherever they want to go.
final class SocksServer implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final String login;
    private final int reply;
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    /// @param login user and password with a colon between; null for none
    /// @param reply what is said to every request; 0 to go on
    SocksServer(int target, String login, int reply) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.login = login;
        this.reply = reply;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Whom it was asked for, since the last call.
    String asked() {
        String all = String.join(" ", asked);
        asked.clear();
        return all;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            in.readUnsignedByte();
            in.readFully(new byte[in.readUnsignedByte()]);
            out.write(new byte[] {5, (byte) (login == null ? 0 : 2)});
            if (login != null) {
                in.readUnsignedByte();
                String given = text(in) + ":" + text(in);
                boolean right = given.equals(login);
                out.write(new byte[] {1, (byte) (right ? 0 : 1)});
                if (!right) {
                    return;
                }
            }
            in.readFully(new byte[3]);
            asked.add(switch (in.readUnsignedByte()) {
                case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
                case 3 -> text(in);
                default -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
            });
            in.readUnsignedShort();
            out.write(new byte[] {5, (byte) reply, 0, 1, 0, 0, 0, 0, 0, 0});
            if (reply == 0) {
                connect(client);
            }
        } catch (IOException e) {
            // Somebody has gone.
        }
    }

    private void connect(Socket client) throws IOException {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // Somebody has gone.
        }
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
