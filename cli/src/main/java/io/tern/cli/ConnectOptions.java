package io.tern.cli;

import io.tern.client.ClientBuilder;
import io.tern.client.MqttClient;
import io.tern.client.SocksProxy;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The flags that say whom to connect to, and as whom. Shared by the commands; with mosquitto's names and defaults.
final class ConnectOptions {

    private static final long FOR_EVER_SECONDS = 0xFFFF_FFFFL;
    private static final int PACKET_BYTES_MAX = 268_435_460;

    @Option(names = {"-h", "--host"}, paramLabel = "HOST", description = "Server to connect to. Default: localhost")
    private String host;

    @Option(names = {"-p", "--port"}, paramLabel = "PORT", description = "Its port. Default: 1883, with TLS 8883")
    private Integer port;

    @Option(names = {"-L", "--url"}, paramLabel = "URL",
            description = "Server, user and topic in one: mqtt://[user[:password]@]host[:port]/topic,"
                    + " or mqtts://, ws://, wss://")
    private String url;

    @Option(names = "-A", paramLabel = "ADDRESS", description = "Local address to connect from.")
    private String bindAddress;

    @Option(names = "--ws", description = "Connect through a WebSocket.")
    private boolean webSocket;

    @Option(names = "--ws-path", paramLabel = "PATH", description = "Path of the WebSocket. Default: /mqtt")
    private String webSocketPath = "/mqtt";

    @Option(names = "--unix", paramLabel = "FILE", description = "Connect through this Unix socket.")
    private Path unixSocket;

    @Option(names = "--proxy", paramLabel = "URL",
            description = "Connect through a SOCKS5 proxy: socks5h://[user[:password]@]host[:port]. Default port: 1080")
    private String proxy;

    @Mixin
    private TlsArguments tls;

    @Option(names = {"-V", "--protocol-version"}, paramLabel = "VERSION",
            description = "mqttv31 or 31, mqttv311 or 311, mqttv5 or 5. Default: 311, for request 5")
    private String version;

    @Option(names = {"-i", "--id"}, paramLabel = "ID", description = "Client identifier. Default: the server chooses.")
    private String id;

    @Option(names = {"-I", "--id-prefix"}, paramLabel = "PREFIX",
            description = "Client identifier made of this and the process id.")
    private String idPrefix;

    @Option(names = {"-u", "--username"}, paramLabel = "USER", description = "User name.")
    private String username;

    @Option(names = {"-P", "--pw"}, paramLabel = "PASSWORD", description = "Password.")
    private String password;

    @Option(names = {"-k", "--keepalive"}, paramLabel = "SECS",
            description = "Keep alive, 5 to 65535 seconds. Default: 60")
    private Integer keepAliveSeconds;

    @Option(names = {"-c", "--disable-clean-session"},
            description = "Keep the session when this client is gone. Needs --id.")
    private boolean keepSession;

    @Option(names = {"-x", "--session-expiry-interval"}, paramLabel = "SECS",
            description = "How long the server keeps the session (5.0): 0 to 4294967294, or -1 for ever."
                    + " Default: -1 with -c, else 0")
    private String sessionExpiry;

    @Option(names = "--will-topic", paramLabel = "TOPIC", description = "Topic of the Will.")
    private String willTopic;

    @Option(names = "--will-payload", paramLabel = "TEXT", description = "Payload of the Will. Default: empty")
    private String willPayload;

    @Option(names = "--will-qos", paramLabel = "QOS", description = "QoS of the Will. Default: 0")
    private int willQos;

    @Option(names = "--will-retain", description = "Retain the Will.")
    private boolean willRetain;

    @Option(names = {"-D", "--property"}, arity = "3..4", paramLabel = "COMMAND NAME VALUE",
            hideParamSyntax = true, parameterConsumer = PropertyArguments.Consumer.class,
            description = "A property of 5.0 for connect, publish, subscribe, unsubscribe, disconnect or will,"
                    + " e.g. -D publish content-type text/plain, -D publish user-property KEY VALUE."
                    + " Chooses version 5.")
    private List<List<String>> propertyArguments;

    @Option(names = {"-d", "--debug"}, description = "Print every packet.")
    private boolean debug;

    @Option(names = "--quiet", description = "Print no errors, except wrong usage.")
    private boolean quiet;

    @Option(names = "--nodelay", description = "Send small packets at once. Always so here.")
    private boolean noDelay;

    @Option(names = "--version", versionHelp = true, description = "Say which version this is.")
    private boolean versionAsked;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    private MqttVersion usualVersion = MqttVersion.V3_1_1;
    private ServerUrl serverUrl;
    private SocksProxy socksProxy;
    private PropertyArguments properties;

    /// Checks what needs no more than a look, and reads URL and properties. Comes before everything else.
    ///
    /// @throws UsageException naming what is wrong
    void check() throws UsageException {
        serverUrl = url == null ? null : ServerUrl.parse(url);
        socksProxy = proxy == null ? null : ProxyUrl.parse(proxy);
        boolean overWebSocket = webSocket || serverUrl != null && serverUrl.webSocket();
        if (proxy != null && (unixSocket != null || overWebSocket)) {
            throw new UsageException("Error: --proxy is for TCP and TLS only.");
        }
        properties = new PropertyArguments(propertyArguments);
        tls.check(isSecureUrl());
        if (port != null && (port < 1 || port > 0xFFFF)) {
            throw new UsageException("Error: Invalid port given: " + port);
        }
        if (id != null && idPrefix != null) {
            throw new UsageException("Error: -i and -I argument cannot be used together.");
        }
        if (id != null && id.isEmpty()) {
            throw new UsageException("Error: Invalid id.");
        }
        if (keepAliveSeconds != null && (keepAliveSeconds < 5 || keepAliveSeconds > 0xFFFF)) {
            throw new UsageException("Error: Invalid keepalive given, it must be between 5 and 65535 inclusive.");
        }
        if (willQos < 0 || willQos > 2) {
            throw new UsageException("Error: Invalid will QoS " + willQos + ".");
        }
        if (willTopic == null && willPayload != null) {
            throw new UsageException("Error: Will payload given, but no will topic given.");
        }
        if (willTopic == null && willRetain) {
            throw new UsageException("Error: Will retain given, but no will topic given.");
        }
        if (clientId().isEmpty() && !version().isV5() && keepSession) {
            throw new UsageException("Error: You must provide a client id if you are using the -c option.");
        }
        if (clientId().isEmpty() && version().isV5() && sessionExpirySeconds() == FOR_EVER_SECONDS) {
            throw new UsageException(
                    "Error: You must provide a client id if you are using an infinite session expiry interval.");
        }
        if (password() != null && username() == null && !version().isV5()) {
            throw new UsageException("Error: Problem setting username and/or password.");
        }
    }

    /// Another protocol than 3.1.1 for when no flag says one.
    void usualVersion(MqttVersion usual) {
        usualVersion = usual;
    }

    /// The protocol: 3.1.1, unless the flags say another; properties choose 5.0.
    MqttVersion version() throws UsageException {
        if (propertyArguments != null) {
            return MqttVersion.V5;
        }
        return switch (version) {
            case null -> usualVersion;
            case "31", "mqttv31" -> MqttVersion.V3_1;
            case "311", "mqttv311" -> MqttVersion.V3_1_1;
            case "5", "mqttv5" -> MqttVersion.V5;
            default -> throw new UsageException("Error: Invalid protocol version argument given.");
        };
    }

    private long sessionExpirySeconds() throws UsageException {
        long seconds;
        try {
            seconds = switch (sessionExpiry) {
                case null -> keepSession ? FOR_EVER_SECONDS : 0;
                case "-1", "\u221E" -> FOR_EVER_SECONDS;
                default -> Long.parseLong(sessionExpiry);
            };
        } catch (NumberFormatException e) {
            throw new UsageException("Error: session-expiry-interval not a number.");
        }
        if (seconds < 0 || seconds > FOR_EVER_SECONDS) {
            throw new UsageException("Error: session-expiry-interval out of range.");
        }
        return seconds;
    }

    private boolean isSecureUrl() {
        return serverUrl != null && serverUrl.secure();
    }

    private String clientId() {
        return id != null ? id : idPrefix != null ? idPrefix + ProcessHandle.current().pid() : "";
    }

    private String username() {
        return username == null && serverUrl != null ? serverUrl.user() : username;
    }

    private String password() {
        return password == null && serverUrl != null ? serverUrl.password() : password;
    }

    /// The topic of the URL.
    ///
    /// @return null if there is no URL
    String urlTopic() {
        return serverUrl == null ? null : serverUrl.topic();
    }

    /// The properties given for a packet.
    Properties properties(PropertyArguments.Target target) {
        return properties.of(target);
    }

    boolean isQuiet() {
        return quiet;
    }

    /// Whether the flags say who the user is.
    boolean namesUser() {
        return username() != null || tls.hasCertificate();
    }

    /// Where on this machine it is to connect.
    ///
    /// @return a port, or the path of a Unix socket; null for another machine
    String localPlace() {
        if (unixSocket != null) {
            return unixSocket.toAbsolutePath().toString();
        }
        String name = hostName();
        boolean here = name.equals("localhost") || name.startsWith("127.") || name.equals("::1");
        return here ? String.valueOf(portNumber()) : null;
    }

    private String hostName() {
        return host != null ? host : serverUrl != null ? serverUrl.host() : "localhost";
    }

    private int portNumber() {
        return port != null ? port : serverUrl != null ? serverUrl.port() : tls.port(1883);
    }

    /// A client that connects as the flags say.
    ///
    /// @param out where `-d` writes
    /// @throws UsageException naming what is wrong
    ClientBuilder client(PrintStream out) throws UsageException {
        MqttVersion protocol = version();
        // MQTT 3.1 has no empty identifier.
        String clientId = protocol == MqttVersion.V3_1 && clientId().isEmpty() ? randomId() : clientId();
        Properties connect = properties.of(PropertyArguments.Target.CONNECT);
        ClientBuilder client = MqttClient.builder()
                .host(hostName())
                .port(portNumber())
                .tls(tls.tls(isSecureUrl()))
                .unixSocket(unixSocket)
                .socksProxy(socksProxy)
                .webSocket(webSocket || serverUrl != null && serverUrl.webSocket() ? webSocketPath : null)
                .version(protocol)
                .clientId(clientId)
                .cleanStart(!keepSession)
                .keepAliveSeconds(keepAliveSeconds == null ? 60 : keepAliveSeconds)
                .userName(username())
                .password(password() == null ? null : RawArguments.bytes(password()))
                .will(will())
                .connectProperties(withSessionExpiry(connect))
                .connectionThreads(Thread.ofPlatform().daemon().factory())
                .topicAliasMaximum(0)
                .maximumPacketBytes(Math.clamp(
                        connect.number(Property.MAXIMUM_PACKET_SIZE, PACKET_BYTES_MAX), 16, PACKET_BYTES_MAX));
        if (bindAddress != null) {
            client.bindAddress(bindAddress());
        }
        if (debug) {
            client.trace(new DebugTrace(out, protocol, clientId));
        }
        return client;
    }

    private Properties withSessionExpiry(Properties connect) throws UsageException {
        boolean said = sessionExpiry != null || keepSession && !connect.has(Property.SESSION_EXPIRY_INTERVAL);
        return said ? connect.toBuilder().with(Property.SESSION_EXPIRY_INTERVAL, sessionExpirySeconds()).build()
                : connect;
    }

    private InetAddress bindAddress() throws UsageException {
        try {
            return InetAddress.getByName(bindAddress);
        } catch (UnknownHostException e) {
            throw new UsageException("Error: Unknown address " + bindAddress + " given with -A.");
        }
    }

    private Will will() throws UsageException {
        if (willTopic == null) {
            return null;
        }
        byte[] payload = willPayload == null ? new byte[0] : RawArguments.bytes(willPayload);
        try {
            return new Will(TopicName.of(willTopic), payload, willQos, willRetain,
                    properties.of(PropertyArguments.Target.WILL));
        } catch (InvalidTopicException e) {
            throw new UsageException("Error: Invalid will topic '" + willTopic + "', does it contain '+' or '#'?");
        } catch (IllegalArgumentException e) {
            throw new UsageException("Error: " + e.getMessage() + ".");
        }
    }

    private static String randomId() {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder("mosq-");
        for (int i = 0; i < 18; i++) {
            text.append(Character.forDigit(random.nextInt(36), 36));
        }
        return text.toString();
    }
}
