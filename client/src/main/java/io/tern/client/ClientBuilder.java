package io.tern.client;

import io.tern.wire.Connect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import io.tern.wire.codec.Encoder;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.SocketFactory;

/// Makes an [MqttClient]. Everything has a default; units are in the names.
public final class ClientBuilder {

    private static final int PACKET_BYTES_MAX = (int) ServerLimits.PACKET_BYTES_MAX;
    private static final int QUEUE_MESSAGES = 1_000;
    private static final long QUEUE_BYTES = 8L * 1024 * 1024;
    private static final int IN_FLIGHT_MESSAGES_V3 = 64;

    private String host = "localhost";
    private int port = 1883;
    private String webSocketPath;
    private InetAddress bindAddress;
    private SocketFactory socketFactory;
    private ClientTls tls;
    private SocksProxy proxy;
    private Path unixSocket;
    private int connectTimeoutSeconds = 10;
    private MqttVersion version = MqttVersion.V5;
    private String clientId = "";
    private boolean cleanStart = true;
    private long sessionExpirySeconds;
    private int keepAliveSeconds = 60;
    private Will will;
    private String userName;
    private byte[] password;
    private Properties connectProperties = Properties.NONE;
    private Backoff backoff = Backoff.DEFAULT;
    private boolean resubscribe = true;
    private int inFlightMessages;
    private int topicAliasMaximum = 32;
    private int maximumPacketBytes = 16 * 1024 * 1024;
    private int outgoingMessagesMax = QUEUE_MESSAGES;
    private long outgoingBytesMax = QUEUE_BYTES;
    private int incomingMessagesMax = QUEUE_MESSAGES;
    private long incomingBytesMax = QUEUE_BYTES;
    private MessageHandler handler;
    private ConnectionListener listener;
    private PacketTrace trace = PacketTrace.NONE;
    private ThreadFactory connectionThreads = Thread.ofVirtual().factory();

    ClientBuilder() { }

    /// Where the server is.
    ///
    /// @param name host name or address; default localhost. All its addresses are tried in turn
    /// @return this
    public ClientBuilder host(String name) {
        host = Objects.requireNonNull(name);
        return this;
    }

    /// The server's port.
    ///
    /// @param number 1 to 65,535; default 1883
    /// @return this
    public ClientBuilder port(int number) {
        port = within("port", number, 1, 0xFFFF);
        return this;
    }

    /// Speaks through a WebSocket instead of plain TCP.
    ///
    /// @param path of the URL, e.g. `/mqtt`; null for plain TCP, the default
    /// @return this
    public ClientBuilder webSocket(String path) {
        webSocketPath = path;
        return this;
    }

    /// The local address to come from; not used with a Unix socket.
    ///
    /// @param address null (default) lets the system choose
    /// @return this
    public ClientBuilder bindAddress(InetAddress address) {
        bindAddress = address;
        return this;
    }

    /// Connects through a proxy, which also looks up the server's name. Not with a WebSocket or a Unix socket.
    ///
    /// @param through null for none, the default
    /// @return this
    public ClientBuilder socksProxy(SocksProxy through) {
        proxy = through;
        return this;
    }

    /// Makes the sockets. Not used with a WebSocket.
    ///
    /// @param factory default: plain TCP
    /// @return this
    public ClientBuilder socketFactory(SocketFactory factory) {
        socketFactory = Objects.requireNonNull(factory);
        return this;
    }

    /// Speaks TLS, with a WebSocket or without.
    ///
    /// @param how null for none, the default
    /// @return this
    public ClientBuilder tls(ClientTls how) {
        tls = how;
        return this;
    }

    /// Connects to a server on this machine through a Unix socket; host, port, WebSocket and TLS are not used then.
    ///
    /// @param file of the socket; null for none, the default
    /// @return this
    public ClientBuilder unixSocket(Path file) {
        unixSocket = file;
        return this;
    }

    /// How long connecting may take: once for the transport, and once more for the CONNACK.
    ///
    /// @param seconds 1 to 86,400; default 10
    /// @return this
    public ClientBuilder connectTimeoutSeconds(int seconds) {
        connectTimeoutSeconds = within("connectTimeoutSeconds", seconds, 1, 86_400);
        return this;
    }

    /// The protocol.
    ///
    /// @param protocol default 5.0
    /// @return this
    public ClientBuilder version(MqttVersion protocol) {
        version = Objects.requireNonNull(protocol);
        return this;
    }

    /// The client identifier.
    ///
    /// @param id default empty: the server assigns one
    /// @return this
    public ClientBuilder clientId(String id) {
        clientId = Objects.requireNonNull(id);
        return this;
    }

    /// Whether the first connection starts a new session. Later ones resume it if it has not expired.
    ///
    /// @param clean default true; Clean Session in 3.x, where it also ends the session with the connection
    /// @return this
    public ClientBuilder cleanStart(boolean clean) {
        cleanStart = clean;
        return this;
    }

    /// How long the server keeps the session when the connection is gone (5.0).
    ///
    /// @param seconds 0 (default) to 4,294,967,295, which means for ever
    /// @return this
    public ClientBuilder sessionExpirySeconds(long seconds) {
        sessionExpirySeconds = within("sessionExpirySeconds", seconds, 0, 0xFFFF_FFFFL);
        return this;
    }

    /// The Keep Alive: longest silence of this client. Without any answer to a PINGREQ for as long, the server is
    /// taken for dead.
    ///
    /// @param seconds 0 (none) to 65,535; default 60. The server may name another
    /// @return this
    public ClientBuilder keepAliveSeconds(int seconds) {
        keepAliveSeconds = within("keepAliveSeconds", seconds, 0, 0xFFFF);
        return this;
    }

    /// What the server publishes if this client vanishes.
    ///
    /// @param topic no wildcards
    /// @param payload 0 to 65,535 bytes
    /// @param qos 0 to 2
    /// @param retain whether the server keeps it for later subscribers
    /// @return this
    /// @throws IllegalArgumentException if the topic is no topic name, or a value out of range
    public ClientBuilder will(String topic, byte[] payload, int qos, boolean retain) {
        return will(new Will(TopicName.of(topic), payload, qos, retain, Properties.NONE));
    }

    /// What the server publishes if this client vanishes, with Will Properties (5.0).
    ///
    /// @param message null (default) for none
    /// @return this
    public ClientBuilder will(Will message) {
        will = message;
        return this;
    }

    /// Who connects.
    ///
    /// @param name null (default) for nobody
    /// @return this
    public ClientBuilder userName(String name) {
        userName = name;
        return this;
    }

    /// The password, as UTF-8.
    ///
    /// @param secret null (default) for none
    /// @return this
    public ClientBuilder password(String secret) {
        return password(secret == null ? null : secret.getBytes(StandardCharsets.UTF_8));
    }

    /// The password.
    ///
    /// @param secret 0 to 65,535 bytes, or null (default) for none
    /// @return this
    public ClientBuilder password(byte[] secret) {
        password = secret == null ? null : secret.clone();
        return this;
    }

    /// Further properties of CONNECT (5.0). Those that this builder has a method for may be set here, too; then this
    /// wins.
    ///
    /// @param properties default none
    /// @return this
    public ClientBuilder connectProperties(Properties properties) {
        connectProperties = Objects.requireNonNull(properties);
        return this;
    }

    /// How to connect again after a loss of the connection.
    ///
    /// @param waits default [Backoff#DEFAULT]; [Backoff#NONE] ends the client with its first connection
    /// @return this
    public ClientBuilder reconnect(Backoff waits) {
        backoff = Objects.requireNonNull(waits);
        return this;
    }

    /// Whether to subscribe again as the application once asked, when the server has lost the session.
    ///
    /// @param wanted default true
    /// @return this
    public ClientBuilder resubscribe(boolean wanted) {
        resubscribe = wanted;
        return this;
    }

    /// How many QoS 1 and 2 messages may be sent and not yet acknowledged.
    ///
    /// @param messages 1 to 65,535; default: what the server takes (its Receive Maximum) in 5.0, 64 in 3.x
    /// @return this
    public ClientBuilder inFlightMessages(int messages) {
        inFlightMessages = within("inFlightMessages", messages, 1, 0xFFFF);
        return this;
    }

    /// How many topic aliases the server may use (5.0).
    ///
    /// @param aliases 0 to 65,535; default 32
    /// @return this
    public ClientBuilder topicAliasMaximum(int aliases) {
        topicAliasMaximum = within("topicAliasMaximum", aliases, 0, 0xFFFF);
        return this;
    }

    /// The largest packet accepted; a larger one ends the connection. Told to the server in 5.0.
    ///
    /// @param bytes 16 to 268,435,460; default 16 MiB
    /// @return this
    public ClientBuilder maximumPacketBytes(int bytes) {
        maximumPacketBytes = within("maximumPacketBytes", bytes, 16, PACKET_BYTES_MAX);
        return this;
    }

    /// Bounds of what waits to be published or acknowledged; publishing blocks at the first one reached. A single
    /// message may always go.
    ///
    /// @param messages 1 or more; default 1,000
    /// @param bytes 1 or more; default 8 MiB
    /// @return this
    public ClientBuilder outgoingLimits(int messages, long bytes) {
        outgoingMessagesMax = within("outgoing messages", messages, 1, Integer.MAX_VALUE);
        outgoingBytesMax = within("outgoing bytes", bytes, 1, Long.MAX_VALUE / 4);
        return this;
    }

    /// Bounds of what has arrived and was not taken by the application; reading stops at the first one reached. The
    /// number is the Receive Maximum in 5.0.
    ///
    /// @param messages 1 to 65,535; default 1,000
    /// @param bytes 1 or more; default 8 MiB
    /// @return this
    public ClientBuilder incomingLimits(int messages, long bytes) {
        incomingMessagesMax = within("incoming messages", messages, 1, 0xFFFF);
        incomingBytesMax = within("incoming bytes", bytes, 1, Long.MAX_VALUE / 4);
        return this;
    }

    /// Gets the messages that arrive. Without a handler they are taken by [MqttClient#receive].
    ///
    /// @param messageHandler null (default) for none
    /// @return this
    public ClientBuilder onMessage(MessageHandler messageHandler) {
        handler = messageHandler;
        return this;
    }

    /// Hears what happens to the connection.
    ///
    /// @param connectionListener null (default) for nobody
    /// @return this
    public ClientBuilder listener(ConnectionListener connectionListener) {
        listener = connectionListener;
        return this;
    }

    /// Sees every packet.
    ///
    /// @param packetTrace default [PacketTrace#NONE]
    /// @return this
    public ClientBuilder trace(PacketTrace packetTrace) {
        trace = Objects.requireNonNull(packetTrace);
        return this;
    }

    /// What serves a connection: one thread reads, one writes, one looks after the time. A process that lives for a
    /// moment only does better with platform threads: what watches sockets for virtual ones delays its end by 300 ms.
    ///
    /// @param factory default virtual threads
    /// @return this
    public ClientBuilder connectionThreads(ThreadFactory factory) {
        connectionThreads = Objects.requireNonNull(factory);
        return this;
    }

    /// Makes the client; nothing is connected yet.
    ///
    /// @return a client in need of [MqttClient#connect]
    /// @throws IllegalArgumentException if the protocol has no way to say this
    public MqttClient build() {
        if (proxy != null && (unixSocket != null || webSocketPath != null)) {
            throw new IllegalArgumentException("a SOCKS proxy is for TCP and TLS only");
        }
        boolean keepsSession = !cleanStart;
        if (clientId.isEmpty() && (version == MqttVersion.V3_1 || version == MqttVersion.V3_1_1 && keepsSession)) {
            throw new IllegalArgumentException("MQTT 3.x needs a client identifier here [MQTT-3.1.3-8]");
        }
        if (password != null && userName == null && !version.isV5()) {
            throw new IllegalArgumentException("MQTT 3.x has no password without a user name [MQTT-3.1.2-22]");
        }
        Connect connect = new Connect(version, false, cleanStart, keepAliveSeconds, clientId, properties(), will,
                userName, password);
        // Says here what could not be sent later, a text too long for instance.
        Encoder.encodedBytes(connect, version);
        int inFlight = inFlightMessages != 0 ? inFlightMessages : version.isV5() ? 0xFFFF : IN_FLIGHT_MESSAGES_V3;
        int firstPacketId = keepsSession ? ThreadLocalRandom.current().nextInt(1, 0x10000) : 1;
        SessionOptions session = new SessionOptions(inFlight, connectTimeoutSeconds * 1_000L, resubscribe,
                firstPacketId);
        return new MqttClient(new ClientOptions(opener(), server(), connect, session, backoff, handler, listener,
                trace, maximumPacketBytes, outgoingMessagesMax, outgoingBytesMax, incomingMessagesMax,
                incomingBytesMax, connectionThreads));
    }

    private Properties properties() {
        if (!version.isV5()) {
            return Properties.NONE;
        }
        Properties.Builder all = connectProperties.toBuilder();
        withDefault(all, Property.SESSION_EXPIRY_INTERVAL, sessionExpirySeconds, 0);
        withDefault(all, Property.RECEIVE_MAXIMUM, incomingMessagesMax, 0xFFFF);
        withDefault(all, Property.TOPIC_ALIAS_MAXIMUM, topicAliasMaximum, 0);
        withDefault(all, Property.MAXIMUM_PACKET_SIZE, maximumPacketBytes, PACKET_BYTES_MAX);
        return all.build();
    }

    private void withDefault(Properties.Builder all, Property property, long value, long unsaid) {
        if (!connectProperties.has(property) && value != unsaid) {
            all.with(property, value);
        }
    }

    private String server() {
        if (unixSocket != null) {
            return unixSocket.toString();
        }
        return host + ":" + port + (webSocketPath == null ? "" : " (WebSocket " + webSocketPath + ")");
    }

    private Link.Opener opener() {
        String toHost = host;
        int toPort = port;
        int timeoutMillis = connectTimeoutSeconds * 1_000;
        ClientTls secured = tls;
        InetAddress from = bindAddress;
        SocksProxy through = proxy;
        if (unixSocket != null) {
            Path file = unixSocket;
            return () -> UnixLink.open(file);
        }
        if (webSocketPath != null) {
            String hostPart = host.contains(":") ? "[" + host + "]" : host;
            URI uri = URI.create((tls == null ? "ws://" : "wss://") + hostPart + ":" + port + webSocketPath);
            String subprotocol = version == MqttVersion.V3_1 ? "mqttv3.1" : "mqtt";
            return () -> WebSocketLink.open(uri, subprotocol, secured, from, timeoutMillis);
        }
        SocketFactory factory = socketFactory == null ? SocketFactory.getDefault() : socketFactory;
        return () -> TcpLink.open(factory, secured, through, toHost, toPort, from, timeoutMillis);
    }

    private static int within(String name, int value, int min, int max) {
        return (int) within(name, (long) value, min, max);
    }

    private static long within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " " + value + " is not within " + min + " to " + max);
        }
        return value;
    }
}
