package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.AddressRange;
import io.tern.api.Clock;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.TlsOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Proxies that say whom they speak for, and others who would like to.
class ProxyTest {

    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final Peer.Script LISTEN = (connection, bytes) -> { };
    private static final List<AddressRange> LOOPBACK = List.of(AddressRange.of("127.0.0.0/8"));

    @TempDir
    private Path folder;

    private static ListenerOptions behind(ListenerOptions options, List<AddressRange> trusted) {
        return options.withProxies(new ProxyOptions(trusted, true, false));
    }

    private static Site site(IoKind kind, ListenerOptions options) throws ListenException {
        return new Site(kind, 2, options, Clock.system(), LISTEN);
    }

    private static Site site(IoKind kind) throws ListenException {
        return site(kind, behind(ListenerOptions.tcp("mqtt", "127.0.0.1", 0), LOOPBACK));
    }

    private static byte[] v1(String line) {
        return (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// Version 2: command and family as bytes, then the addresses.
    private static byte[] v2(int command, int family, String hex) {
        byte[] addresses = HexFormat.of().parseHex(hex);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(command);
        header.write(family);
        header.write(addresses.length >> 8);
        header.write(addresses.length);
        header.writeBytes(addresses);
        return header.toByteArray();
    }

    private static void says(Socket client, byte[] header, int... mqtt) throws IOException {
        byte[] all = Arrays.copyOf(header, header.length + mqtt.length);
        for (int i = 0; i < mqtt.length; i++) {
            all[header.length + i] = (byte) mqtt[i];
        }
        client.getOutputStream().write(all);
    }

    private static String remote(Peer peer) {
        InetSocketAddress remote = (InetSocketAddress) peer.connection().info().remote();
        return remote.getAddress().getHostAddress() + " " + remote.getPort();
    }

    @ParameterizedTest
    @EnumSource
    void version_1_names_the_client(IoKind kind) throws Exception {
        try (Site site = site(kind); Socket four = site.connect(); Socket six = site.connect()) {
            says(four, v1("PROXY TCP4 203.0.113.7 198.51.100.1 40000 1883"), 1, 2, 3);
            Peer peer = site.accepted();
            assertThat(remote(peer)).isEqualTo("203.0.113.7 40000");
            assertThat(peer.bytes(3)).containsExactly(1, 2, 3);
            says(six, v1("PROXY TCP6 2001:db8::7 2001:db8::1 40001 1883"));
            assertThat(remote(site.accepted())).isEqualTo("2001:db8:0:0:0:0:0:7 40001");
            assertThat(site.listener().counters().get(Event.OPENED)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void version_2_names_the_client(IoKind kind) throws Exception {
        try (Site site = site(kind); Socket four = site.connect(); Socket six = site.connect()) {
            says(four, v2(0x21, 0x11, "cb007107" + "c6336401" + "9c40" + "075b"), 4, 5);
            Peer peer = site.accepted();
            assertThat(remote(peer)).isEqualTo("203.0.113.7 40000");
            assertThat(peer.bytes(2)).containsExactly(4, 5);
            says(six, v2(0x21, 0x21, "20010db8000000000000000000000007" + "20010db8000000000000000000000001" + "9c41"
                    + "075b" + "040001aa"));
            assertThat(remote(site.accepted())).isEqualTo("2001:db8:0:0:0:0:0:7 40001");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_header_byte_by_byte_is_a_header(IoKind kind) throws Exception {
        try (Site site = site(kind); Socket client = site.connect()) {
            for (byte each : v1("PROXY TCP4 203.0.113.7 198.51.100.1 40000 1883")) {
                client.getOutputStream().write(each);
            }
            client.getOutputStream().write(9);
            Peer peer = site.accepted();
            assertThat(remote(peer)).isEqualTo("203.0.113.7 40000");
            assertThat(peer.bytes(1)).containsExactly(9);
        }
    }

    @Test
    void a_proxy_that_speaks_for_itself_is_taken_for_what_it_is() throws Exception {
        try (Site site = site(IoKind.best()); Socket local = site.connect(); Socket unknown = site.connect();
                Socket unix = site.connect()) {
            says(local, v2(0x20, 0x00, ""));
            assertThat(remote(site.accepted())).isEqualTo("127.0.0.1 " + local.getLocalPort());
            says(unknown, v1("PROXY UNKNOWN"));
            assertThat(remote(site.accepted())).isEqualTo("127.0.0.1 " + unknown.getLocalPort());
            says(unix, v2(0x21, 0x31, "2f61".repeat(108)));
            assertThat(remote(site.accepted())).isEqualTo("127.0.0.1 " + unix.getLocalPort());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoever_is_not_trusted_is_closed_and_counted(IoKind kind) throws Exception {
        ListenerOptions elsewhere = behind(ListenerOptions.tcp("mqtt", "127.0.0.1", 0),
                List.of(AddressRange.of("10.0.0.0/8")));
        try (Site site = site(kind, elsewhere); Socket client = site.connect()) {
            assertThat(Site.drained(client)).isZero();
            assertThat(site.listener().counters().get(Event.PROXY_NOT_TRUSTED)).isEqualTo(1);
            assertThat(site.hasAccepted()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 203.0.113.7 198.51.100.1 40000",
        "PROXY TCP4 203.0.113.777 198.51.100.1 40000 1883",
        "PROXY TCP4 a.example 198.51.100.1 40000 1883",
        "PROXY TCP4 203.0.113.7 198.51.100.1 40000 188333",
        "PROXY NONE",
        "GET / HTTP/1.1"
    })
    void a_header_that_is_none_is_closed_and_counted(String line) throws Exception {
        try (Site site = site(IoKind.best()); Socket client = site.connect()) {
            says(client, v1(line), 1, 2, 3);
            assertThat(Site.drained(client)).isZero();
            ListenerCounters counters = site.listener().counters();
            while (counters.get(Event.PROXY_BROKEN) == 0) {
                Thread.onSpinWait(); // It is counted right after the socket is closed.
            }
            assertThat(counters.get(Event.PROXY_BROKEN)).isEqualTo(1);
            assertThat(site.hasAccepted()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"04000aaa", "2000100101", "20000a0100000001210100ffff"})
    void a_header_whose_further_facts_are_broken_is_closed_and_counted(String facts) throws Exception {
        try (Site site = site(IoKind.best()); Socket client = site.connect()) {
            says(client, v2(0x21, 0x11, "cb007107" + "c6336401" + "9c40" + "075b" + facts), 1, 2, 3);
            assertThat(Site.drained(client)).isZero();
            Site.until(() -> site.listener().counters().get(Event.PROXY_BROKEN) == 1);
            assertThat(site.hasAccepted()).isFalse();
        }
    }

    @Test
    void a_proxy_that_keeps_silent_is_closed_in_time_and_counted_as_such() throws Exception {
        ListenerOptions impatient = behind(ListenerOptions.tcp("mqtt", "127.0.0.1", 0), LOOPBACK)
                .withLimits(100, 8 * 1024, 10);
        try (Site site = site(IoKind.best(), impatient); Socket client = site.connect()) {
            assertThat(Site.drained(client)).isZero();
            Site.until(() -> site.listener().counters().get(Event.PROXY_BROKEN) == 1);
            assertThat(site.listener().counters().get(Event.TOO_SLOW)).isZero();
        }
        try (Site site = site(IoKind.best(), ListenerOptions.ws("ws", "127.0.0.1", 0)
                        .withProxies(new ProxyOptions(LOOPBACK, true, false)).withLimits(100, 8 * 1024, 10));
                Socket client = site.connect()) {
            says(client, v1("PROXY TCP4 203.0.113.7 198.51.100.1 40000 80"));
            assertThat(Site.drained(client)).isZero();
            Site.until(() -> site.listener().counters().get(Event.TOO_SLOW) == 1);
            assertThat(site.listener().counters().get(Event.PROXY_BROKEN)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void TLS_comes_behind_the_header(IoKind kind) throws Exception {
        TestAuthority authority = TestAuthority.of("root");
        TestFiles files = authority.issue("server", "localhost").write(folder, "server");
        ListenerOptions options = behind(ListenerOptions.tcp("mqtts", "127.0.0.1", 0), LOOPBACK)
                .withTls(TlsOptions.of(files.certificate(), files.key()));
        try (Site site = site(kind, options); Socket plain = site.connect()) {
            says(plain, v1("PROXY TCP4 203.0.113.7 198.51.100.1 40000 8883"));
            SSLSocket client = new TlsClients(authority, null).over(plain, "localhost", true);
            client.getOutputStream().write(new byte[] {1, 2, 3});
            Peer peer = site.accepted();
            assertThat(remote(peer)).isEqualTo("203.0.113.7 40000");
            assertThat(peer.connection().info().transport()).isEqualTo("tls");
            assertThat(peer.bytes(3)).containsExactly(1, 2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void so_does_the_web_socket(IoKind kind) throws Exception {
        ListenerOptions options = behind(ListenerOptions.ws("ws", "127.0.0.1", 0), LOOPBACK);
        try (Site site = site(kind, options); Socket client = site.connect()) {
            says(client, v1("PROXY TCP4 203.0.113.7 198.51.100.1 40000 80"));
            RawWebSocket.open(client).send(ClientFrame.of(ClientFrame.FINAL | ClientFrame.BINARY, new byte[] {6}));
            Peer peer = site.accepted();
            assertThat(remote(peer)).isEqualTo("203.0.113.7 40000");
            assertThat(peer.bytes(1)).containsExactly(6);
        }
    }

    private static String forwarded(String peer, String header, boolean believed) {
        ProxyOptions proxies = new ProxyOptions(
                List.of(AddressRange.of("10.0.0.0/8"), AddressRange.of("fd00::/8")), false, believed);
        SocketAddress client = proxies.client(new InetSocketAddress(peer, 5000),
                Arrays.stream(header.split(",")).map(String::strip).filter(each -> !each.isEmpty()).toList());
        InetSocketAddress found = (InetSocketAddress) client;
        return found.getAddress().getHostAddress() + ":" + found.getPort();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "10.0.0.1 | 203.0.113.7 | 203.0.113.7:0",
        "10.0.0.1 | 999.1.1.1 | 10.0.0.1:5000",
        "10.0.0.1 | 203.0.113.7:4711 | 203.0.113.7:4711",
        "10.0.0.1 | [2001:db8::7]:4711 | 2001:db8:0:0:0:0:0:7:4711",
        "10.0.0.1 | 2001:db8::7 | 2001:db8:0:0:0:0:0:7:0",
        "10.0.0.1 | 192.0.2.1, 203.0.113.7, 10.0.0.9, fd00::1 | 203.0.113.7:0",
        "10.0.0.1 | 10.0.0.9 | 10.0.0.9:0",
        "10.0.0.1 | '' | 10.0.0.1:5000",
        "10.0.0.1 | a.example | 10.0.0.1:5000",
        "10.0.0.1 | 192.0.2.1, unknown, 10.0.0.9 | 10.0.0.9:0",
        "10.0.0.1 | 203.0.113.7:99999 | 10.0.0.1:5000",
        "10.0.0.1 | 203.0.113.777 | 10.0.0.1:5000",
        "192.0.2.9 | 203.0.113.7 | 192.0.2.9:5000"
    })
    void what_was_forwarded_is_believed_as_far_as_proxies_wrote_it(String peer, String header, String client) {
        assertThat(forwarded(peer, header, true)).isEqualTo(client);
        assertThat(forwarded(peer, header, false)).isEqualTo(peer + ":5000");
    }

    @Test
    void a_web_socket_s_header_reaches_the_door() throws Exception {
        ListenerOptions options = ListenerOptions.ws("ws", "127.0.0.1", 0)
                .withProxies(new ProxyOptions(LOOPBACK, false, true));
        try (Site site = site(IoKind.best(), options); Socket client = site.connect()) {
            String request = HandshakeTest.GOOD.replaceFirst("\r\n", "\r\nX-Forwarded-For: 192.0.2.1, 203.0.113.7\r\n");
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(remote(site.accepted())).isEqualTo("203.0.113.7 0");
        }
    }

    /// A proxy writes another Host, but says whom the browser has asked for.
    @ParameterizedTest
    @CsvSource({"127.0.0.0/8,app.example.com,101", "127.0.0.0/8,other.example.com,403",
        "10.0.0.0/8,app.example.com,403"})
    void a_page_of_the_host_that_a_proxy_names_may_connect(String trusted, String named, String status)
            throws Exception {
        ListenerOptions options = ListenerOptions.ws("ws", "127.0.0.1", 0)
                .withProxies(new ProxyOptions(List.of(AddressRange.of(trusted)), false, true));
        try (Site site = site(IoKind.best(), options); Socket client = site.connect()) {
            String request = HandshakeTest.GOOD.replaceFirst("\r\n",
                    "\r\nOrigin: https://app.example.com\r\nX-Forwarded-Host: " + named + ", inner:8083\r\n");
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] line = client.getInputStream().readNBytes(12);
            assertThat(new String(line, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 " + status);
        }
    }
}
