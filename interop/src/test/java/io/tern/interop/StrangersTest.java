package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.tern.app.Main;
import io.tern.testkit.RawClient;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.TopicName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Strangers try to keep others out; who has a right to be served is served each time. How long that takes at worst is
/// printed in the long rounds. With `tern.broker.libraries` it is only measured, for versions that may fail.
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere the loopback interface has one address")
@DisplayNameGeneration(MethodNames.class)
@Isolated("strangers take what they get of the machine")
final class StrangersTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");
    private static final boolean MEASURED = System.getProperty("tern.broker.libraries") != null;
    private static final int TRIES = FULL || MEASURED ? 60 : 20;
    private static final int LIFE_SECONDS = 600;
    private static final int STRANGERS = 8;
    private static final String THERE = "127.0.0.2";
    private static final String HERE = "127.0.0.3";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private HttpServer service;
    private final CountDownLatch hanging = new CountDownLatch(1);

    @AfterEach
    void stop() {
        hanging.countDown();
        if (service != null) {
            service.stop(0);
        }
    }

    /// @param lines of tern.yaml
    /// @param strangers how many
    /// @param attack by the port of the broker
    private void serves(String name, String lines, int strangers, Attack attack, Login login) throws Exception {
        Path config = Files.writeString(folder.resolve("tern.yaml"), lines + "\n");
        try (BrokerProcess broker = new BrokerProcess(LIFE_SECONDS, "--config", config.toString())) {
            int port = broker.port(Transport.TCP);
            assertThat(login.succeeds(port, 0)).as("before").isTrue();
            Stranger.Served served;
            try (Stranger stranger = new Stranger(strangers, attack.at(port))) {
                served = stranger.serves(TRIES, number -> login.succeeds(port, number));
            }
            if (FULL || MEASURED) {
                System.out.printf("%s: %d of %d served, worst %d ms, %d attacks%n", name, served.served(),
                        served.tries(), served.worstMillis(), served.attacks());
            }
            if (!MEASURED) {
                assertThat(served.served()).as("%s", served).isEqualTo(TRIES);
            }
        }
    }

    @FunctionalInterface
    private interface Attack {
        LongConsumer at(int port);
    }

    @FunctionalInterface
    private interface Login {
        boolean succeeds(int port, int number);
    }

    private String passwords(String hash) throws Exception {
        List<String> lines = new ArrayList<>(List.of("ann:" + hash));
        for (int i = 0; i < TRIES; i++) {
            lines.add("user" + i + ":" + hash);
        }
        Files.write(folder.resolve("passwords"), lines);
        return "authentication: [{passwordFile: passwords}]";
    }

    private static boolean ann(int port) {
        return Stranger.isServed(HERE, port, "ann", "ann", "geheim");
    }

    @Test
    void who_shows_names_as_long_as_can_be() throws Exception {
        String rest = "x".repeat(65_500);
        serves("long names", passwords(LoginTest.PBKDF2), STRANGERS,
                port -> n -> Stranger.login(THERE, port, "c" + n, n + rest, "wrong"), (port, number) -> ann(port));
    }

    private static String token(JWSSigner signer, JWSAlgorithm algorithm, String key) {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(key).build(),
                new JWTClaimsSet.Builder().subject("ann").expirationTime(Date.from(Instant.now().plusSeconds(900)))
                        .build());
        try {
            token.sign(signer);
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new AssertionError(e);
        }
        return token.serialize();
    }

    @Test
    void who_shows_nothing_from_the_same_address() throws Exception {
        String token = token(new MACSigner(SECRET), JWSAlgorithm.HS256, null);
        serves("nothing shown", "authentication: [{jwt: {secret: " + SECRET + "}}]", STRANGERS,
                port -> n -> Stranger.login(HERE, port, "c" + n, null, null),
                (port, number) -> Stranger.isServed(HERE, port, "ann", null, token));
    }

    @Test
    void who_has_many_passwords_verified_at_once() throws Exception {
        Path file = folder.resolve("argon");
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "passwd", "-b", "-c", file.toString(),
                "ann", "geheim");
        try (Child child = new Child("tern passwd", command, Map.of(), LIFE_SECONDS, line -> { })) {
            assertThat(child.awaitEnd()).isZero();
        }
        String hash = Files.readString(file).strip().substring("ann:".length());
        serves("60 passwords at once", passwords(hash), 60,
                port -> n -> Stranger.login(THERE, port, "c" + n, "user" + n % TRIES, "wrong"),
                (port, number) -> Stranger.isServed(HERE, port, "ann", "user" + number, "geheim"));
    }

    private int service(com.sun.net.httpserver.HttpHandler handler) throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        service.createContext("/", handler);
        service.start();
        return service.getAddress().getPort();
    }

    private static void answer(com.sun.net.httpserver.HttpExchange exchange, int status, String text)
            throws java.io.IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void whose_names_make_a_service_fail() throws Exception {
        int at = service(exchange -> {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean bad = asked.contains("evil");
            answer(exchange, bad ? 500 : 200, bad ? "" : "{\"result\":\"allow\"}");
        });
        serves("a service that fails", "authentication: [{http: {url: \"http://127.0.0.1:" + at + "/\"}}]", STRANGERS,
                port -> n -> Stranger.login(THERE, port, "c" + n, "evil" + n, "x"), (port, number) -> ann(port));
    }

    @Test
    void whose_tokens_have_keys_that_nobody_knows_while_the_service_of_keys_hangs() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("known").generate();
        ECKey other = new ECKeyGenerator(Curve.P_256).keyID("unknown").generate();
        AtomicInteger asked = new AtomicInteger();
        int at = service(exchange -> {
            if (asked.getAndIncrement() > 0) {
                try {
                    hanging.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
        });
        String token = token(new ECDSASigner(key), JWSAlgorithm.ES256, "known");
        JWSSigner forger = new ECDSASigner(other);
        serves("keys that hang", "authentication: [{jwt: {jwks.url: \"http://127.0.0.1:" + at + "/\"}}]", STRANGERS,
                port -> n -> Stranger.login(THERE, port, "c" + n, null, token(forger, JWSAlgorithm.ES256, "k" + n)),
                (port, number) -> Stranger.isServed(HERE, port, "ann", null, token));
    }

    @Test
    void who_asks_about_ever_new_topics() throws Exception {
        int at = service(exchange -> answer(exchange, 200, "{\"result\":\"allow\"}"));
        String rest = "/x".repeat(30_000);
        serves("new topics", passwords(LoginTest.PBKDF2) + "\nauthorization: [{http: {url: \"http://127.0.0.1:" + at
                        + "/\", cache: 1 m}}]", STRANGERS, port -> n -> {
                            try (RawClient client = RawClient.tcp(THERE, "127.0.0.1", port)) {
                                client.connect(Stranger.hello("c" + n, "user" + n % TRIES, "geheim"));
                                for (int i = 0; i < 50; i++) {
                                    client.send(new Publish(false, 0, false, TopicName.of(n + "/" + i + rest), 0,
                                            Properties.NONE, new byte[0]));
                                }
                                client.expectNothing();
                            }
                        }, (port, number) -> ann(port));
    }

    @Test
    void who_takes_the_name_of_a_client_without_its_password() throws Exception {
        serves("flapping", passwords(LoginTest.PBKDF2) + "\ndefence.flapping.connects: " + 2 * TRIES, STRANGERS,
                port -> n -> Stranger.login(THERE, port, "ann", "user" + n % TRIES, "wrong"),
                (port, number) -> ann(port));
    }

    @Test
    void who_sends_large_properties_past_a_limit_of_bytes() throws Exception {
        Properties large = Properties.builder().user("k", "v".repeat(60_000)).build();
        serves("large properties", passwords(LoginTest.PBKDF2) + "\ndefence.publish_bytes_per_second: 10 KiB",
                STRANGERS, port -> n -> {
                    try (RawClient client = RawClient.tcp(THERE, "127.0.0.1", port)) {
                        client.connect(Stranger.hello("c" + n, "user" + n % TRIES, "geheim"));
                        for (int i = 0; i < 30; i++) {
                            client.send(new Publish(false, 0, false, TopicName.of("flood"), 0, large, new byte[0]));
                        }
                    }
                }, (port, number) -> ann(port));
    }
}
