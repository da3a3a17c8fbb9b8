package io.tern.client;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;

/// A SOCKS5 proxy (RFC 1928) to go through. It also looks up the server's name, which need not be known here.
///
/// @param host name or address of the proxy
/// @param port 1 to 65,535
/// @param userName to log in with (RFC 1929); null for nobody. At most 255 bytes
/// @param password null for none; only with a user name. At most 255 bytes
public record SocksProxy(String host, int port, String userName, String password) {

    private static final int VERSION = 5;
    private static final int LOGIN_VERSION = 1;
    private static final int NO_LOGIN = 0;
    private static final int LOGIN = 2;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final int TEXT_BYTES_MAX = 255;
    private static final Pattern IPV4_FORM =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
    private static final String[] REFUSALS = {"", "it has failed", "its rules do not allow it",
        "the network is unreachable", "the host is unreachable", "connection refused", "the way is too long",
        "it does not know CONNECT", "it does not know such addresses"};

    /// Checks the lengths.
    public SocksProxy {
        Objects.requireNonNull(host);
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not within 1 to 65535");
        }
        if (userName == null && password != null) {
            throw new IllegalArgumentException("a password without a user name");
        }
        text("user name", userName);
        text("password", password);
    }

    private static byte[] text(String what, String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException("the " + what + " for a SOCKS proxy has more than 255 bytes");
        }
        return bytes;
    }

    /// Asks the proxy for a connection to a server. Afterwards the socket is that.
    ///
    /// @param socket connected to the proxy, with a limit to how long it is read from
    void connect(Socket socket, String server, int serverPort) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        out.write(userName == null ? new byte[] {VERSION, 1, NO_LOGIN} : new byte[] {VERSION, 2, NO_LOGIN, LOGIN});
        if (in.readUnsignedByte() != VERSION) {
            throw refused("it does not speak SOCKS5");
        }
        int way = in.readUnsignedByte();
        if (way == LOGIN && userName != null) {
            login(in, out);
        } else if (way != NO_LOGIN) {
            throw refused(userName == null ? "it wants a user name" : "it takes no user name and password");
        }
        out.write(request(server, serverPort));
        if (in.readUnsignedByte() != VERSION) {
            throw refused("it does not speak SOCKS5");
        }
        int reply = in.readUnsignedByte();
        if (reply != 0) {
            throw refused(server + " port " + serverPort + ": "
                    + (reply < REFUSALS.length ? REFUSALS[reply] : "reply " + reply));
        }
        in.readUnsignedByte();
        int addressBytes = switch (in.readUnsignedByte()) {
            case IPV4 -> 4;
            case IPV6 -> 16;
            case NAME -> in.readUnsignedByte();
            default -> throw refused("its reply can't be understood");
        };
        in.readFully(new byte[addressBytes + 2]); // Where it comes from itself, and by which port.
    }

    private void login(DataInputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream login = new ByteArrayOutputStream();
        login.write(LOGIN_VERSION);
        for (byte[] each : new byte[][] {text("user name", userName), text("password", password)}) {
            login.write(each.length);
            login.writeBytes(each);
        }
        out.write(login.toByteArray());
        in.readUnsignedByte();
        if (in.readUnsignedByte() != 0) {
            throw refused("it does not accept user name and password");
        }
    }

    private byte[] request(String server, int serverPort) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(new byte[] {VERSION, CONNECT, 0});
        InetAddress literal = literal(server);
        if (literal != null) {
            byte[] address = literal.getAddress();
            request.write(address.length == 4 ? IPV4 : IPV6);
            request.writeBytes(address);
        } else {
            byte[] name = server.getBytes(StandardCharsets.UTF_8);
            if (name.length > TEXT_BYTES_MAX) {
                throw refused("the server's name has more than 255 bytes");
            }
            request.write(NAME);
            request.write(name.length);
            request.writeBytes(name);
        }
        request.write(serverPort >> 8);
        request.write(serverPort);
        return request.toByteArray();
    }

    /// Null if it is a name, which nobody here looks up.
    private static InetAddress literal(String server) throws UnknownHostException {
        return IPV4_FORM.matcher(server).matches() || server.contains(":") ? InetAddress.getByName(server) : null;
    }

    private IOException refused(String why) {
        return new IOException("SOCKS proxy " + host + " port " + port + ": " + why);
    }

    /// Not the password.
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
