package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tern.api.AddressRange;
import io.tern.api.ConnectionInfo;
import io.tern.api.Identity;
import io.tern.api.Verdict;
import io.tern.client.ClientBuilder;
import io.tern.client.ClientTls;
import io.tern.client.MqttClient;
import io.tern.testkit.TestBroker;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import io.tern.testpki.TestIdentity;
import io.tern.transport.ListenerOptions;
import io.tern.transport.ProxyOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// nginx and haproxy in front of the broker: TLS ends there, and they say where each client comes from.
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere the loopback interface has one address")
@DisplayNameGeneration(MethodNames.class)
final class ProxyTest {

    private static final int LIFE_SECONDS = 60;
    private static final String ELSEWHERE = "127.0.0.77";
    private static final Path NGINX_STREAMS = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @TempDir
    private Path folder;

    private final TestAuthority authority = TestAuthority.of("root");
    private final BlockingQueue<ConnectionInfo> seen = new LinkedBlockingQueue<>();
    private TestFiles server;
    private Path ca;
    private TestBroker broker;

    @BeforeEach
    void start() {
        TestIdentity identity = authority.issue("server", "localhost", "127.0.0.1");
        server = identity.write(folder, "server");
        TestIdentity.replace(folder.resolve("both.pem"), identity.certificatesPem() + identity.keyPem());
        ca = authority.write(folder, "ca");
        List<AddressRange> trusted = List.of(AddressRange.of("127.0.0.1"));
        broker = TestBroker.builder()
                .authenticator((client, password, answer) -> {
                    seen.add(client.connection());
                    answer.accept(Verdict.allow(Identity.of("test")));
                })
                .listener(ListenerOptions.tcp("behind", "127.0.0.1", 0)
                        .withProxies(new ProxyOptions(trusted, true, false)))
                .listener(ListenerOptions.ws("wsbehind", "127.0.0.1", 0)
                        .withProxies(new ProxyOptions(trusted, false, true)))
                .start();
    }

    @AfterEach
    void stop() {
        long bugs = broker.bugs();
        broker.close();
        assertThat(bugs).isZero();
    }

    private int port(String listener) {
        return broker.listener(listener).port();
    }

    private Child nginx(String config) throws IOException {
        assumeTrue(Tools.program("nginx") != null, "left out: nginx (apt install nginx-light)");
        Path file = Files.writeString(folder.resolve("nginx.conf"), config);
        return new Child("nginx", List.of(Tools.program("nginx").toString(), "-p", folder.toString(),
                "-e", "stderr", "-c", file.toString()), Map.of(), LIFE_SECONDS, line -> { });
    }

    /// A session through the proxy: both ways, at all QoS, and more than one buffer of a proxy's.
    private void works(ReservedPort port, String path, Child proxy) throws Exception {
        Waiting.until(() -> port.listens(), "listening. " + proxy.lastWords());
        seen.clear();
        ClientBuilder builder = MqttClient.builder().host("localhost").port(port.number()).clientId("c")
                .bindAddress(InetAddress.getByName(ELSEWHERE))
                .tls(ClientTls.builder().authorities(ca).build());
        if (path != null) {
            builder.webSocket(path);
        }
        try (MqttClient client = builder.build()) {
            client.connect();
            ConnectionInfo from = seen.poll(LIFE_SECONDS, TimeUnit.SECONDS);
            assertThat(from).as(proxy.lastWords()).isNotNull();
            assertThat(((InetSocketAddress) from.remote()).getAddress().getHostAddress()).isEqualTo(ELSEWHERE);
            client.subscribe("t/#", 2);
            byte[] large = new byte[300_000];
            for (int qos = 0; qos <= 2; qos++) {
                large[1] = (byte) qos;
                client.publish("t/" + qos, large, qos, false);
                assertThat(client.receive(Duration.ofSeconds(20)).payload()).isEqualTo(large);
            }
            client.disconnect();
        }
    }

    @Test
    void nginx_ends_TLS_and_sends_the_PROXY_protocol() throws Exception {
        assumeTrue(Files.exists(NGINX_STREAMS), "left out: nginx's streams (apt install libnginx-mod-stream)");
        try (ReservedPort port = new ReservedPort(); Child nginx = nginx("""
                load_module %s;
                daemon off; pid nginx.pid; worker_processes 1; error_log stderr;
                events {}
                stream {
                    server {
                        listen 127.0.0.1:%d ssl;
                        ssl_certificate %s; ssl_certificate_key %s;
                        proxy_pass 127.0.0.1:%d;
                        proxy_protocol on;
                    }
                }
                """.formatted(NGINX_STREAMS, port.number(), server.certificate(), server.key(), port("behind")))) {
            works(port, null, nginx);
        }
    }

    @Test
    void nginx_ends_TLS_of_WebSockets_and_says_X_Forwarded_For() throws Exception {
        try (ReservedPort port = new ReservedPort(); Child nginx = nginx("""
                daemon off; pid nginx.pid; worker_processes 1; error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    server {
                        listen 127.0.0.1:%d ssl;
                        ssl_certificate %s; ssl_certificate_key %s;
                        location /mqtt {
                            proxy_pass http://127.0.0.1:%d;
                            proxy_http_version 1.1;
                            proxy_set_header Upgrade $http_upgrade;
                            proxy_set_header Connection upgrade;
                            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                        }
                    }
                }
                """.formatted(port.number(), server.certificate(), server.key(), port("wsbehind")))) {
            works(port, "/mqtt", nginx);
        }
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(strings = {"send-proxy", "send-proxy-v2"})
    void haproxy_ends_TLS_and_sends_the_PROXY_protocol(String how) throws Exception {
        assumeTrue(Tools.program("haproxy") != null, "left out: haproxy (apt install haproxy)");
        ReservedPort port = new ReservedPort();
        Path config = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 1m
                    timeout server 1m
                listen mqtt
                    bind 127.0.0.1:%d ssl crt %s
                    server tern 127.0.0.1:%d %s
                """.formatted(port.number(), folder.resolve("both.pem"), port("behind"), how));
        List<String> command = List.of(Tools.program("haproxy").toString(), "-db", "-f", config.toString());
        try (port; Child haproxy = new Child("haproxy", command, Map.of(), LIFE_SECONDS, line -> { })) {
            works(port, null, haproxy);
        }
    }
}
