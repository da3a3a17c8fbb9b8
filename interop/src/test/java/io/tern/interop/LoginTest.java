package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients of other makers with passwords and tokens, right and wrong, against a broker with rules.
final class LoginTest {

    private static final int LIFE_SECONDS = 60;
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path folder;

    private static BrokerProcess broker;

    @BeforeAll
    static void start() throws Exception {
        // The password is "geheim", as mosquitto_passwd 2.0 writes it with -H sha512-pbkdf2.
        Files.writeString(folder.resolve("passwords"), "ann:" + PBKDF2 + "\n");
        Files.writeString(folder.resolve("acl"), "user ann\ntopic readwrite home/#\ntopic deny home/secret\n"
                + "pattern readwrite device/%c/#\n");
        Path config = Files.writeString(folder.resolve("tern.yaml"), """
                authentication:
                  - jwt:
                      secret: %s
                  - passwordFile: passwords
                authorization:
                  - aclFile: acl
                """.formatted(SECRET));
        broker = new BrokerProcess(LIFE_SECONDS, "--config", config.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    static final String PBKDF2 = pbkdf2("geheim", "0123456789ab", 101);

    private static String pbkdf2(String password, String salt, int iterations) {
        try {
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
            mac.update(salt.getBytes(StandardCharsets.UTF_8));
            byte[] step = mac.doFinal(new byte[] {0, 0, 0, 1});
            byte[] hash = step.clone();
            for (int i = 1; i < iterations; i++) {
                step = mac.doFinal(step);
                for (int at = 0; at < hash.length; at++) {
                    hash[at] ^= step[at];
                }
            }
            Base64.Encoder base64 = Base64.getEncoder();
            return "$7$" + iterations + "$" + base64.encodeToString(salt.getBytes(StandardCharsets.UTF_8)) + "$"
                    + base64.encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String token(String subject, long lifeSeconds) throws GeneralSecurityException {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String claims = "{\"sub\":\"" + subject + "\",\"exp\":" + (Instant.now().getEpochSecond() + lifeSeconds)
                + ",\"acl\":[{\"permission\":\"allow\",\"action\":\"all\",\"topic\":\"tokens/${username}/#\"}]}";
        String input = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return input + "." + base64.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.UTF_8)));
    }

    private int mosquittoPub(String... more) throws Exception {
        assumeTrue(Tools.HAS_MOSQUITTO, "left out: mosquitto");
        List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-h", "127.0.0.1", "-p",
                String.valueOf(broker.port(Transport.TCP)), "-i", "c7", "-m", "x", "-q", "1"));
        command.addAll(List.of(more));
        try (Child child = new Child("mosquitto_pub", command, Map.of(), LIFE_SECONDS, line -> {})) {
            return child.awaitEnd();
        }
    }

    @Test
    void mosquitto_comes_in_with_the_right_password_only() throws Exception {
        assertThat(mosquittoPub("-t", "home/x", "-u", "ann", "-P", "geheim")).isZero();
        assertThat(mosquittoPub("-t", "device/c7/x", "-u", "ann", "-P", "geheim", "-V", "5")).isZero();
        assertThat(mosquittoPub("-t", "home/x", "-u", "ann", "-P", "falsch")).isEqualTo(4);
        assertThat(mosquittoPub("-t", "home/x")).isEqualTo(5);
        assertThat(mosquittoPub("-t", "home/x", "-V", "5", "-u", "bob", "-P", "x")).isEqualTo(134);
    }

    private MqttClient paho(String user, String password) throws Exception {
        MqttClient client = new MqttClient(
                "tcp://127.0.0.1:" + broker.port(Transport.TCP), "c8", new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName(user);
        options.setPassword(password.toCharArray());
        try {
            client.connect(options);
            return client;
        } catch (MqttException e) {
            client.close();
            throw e;
        }
    }

    @Test
    void paho_subscribes_and_publishes_what_the_rules_say() throws Exception {
        assertThat(catchThrowableOfType(MqttException.class, () -> paho("ann", "falsch")).getReasonCode())
                .isEqualTo(MqttException.REASON_CODE_FAILED_AUTHENTICATION);
        MqttClient client = paho("ann", "geheim");
        try {
            BlockingQueue<String> topics = new LinkedBlockingQueue<>();
            client.subscribe("home/#", 1, (topic, message) -> topics.add(topic));
            assertThat(catchThrowableOfType(MqttException.class, () -> client.subscribe("other/#", 1)).getReasonCode())
                    .isEqualTo(128);
            client.publish("home/secret", new byte[0], 1, false);
            client.publish("home/open", new byte[0], 1, false);
            assertThat(topics.poll(LIFE_SECONDS, TimeUnit.SECONDS)).isEqualTo("home/open");
            client.disconnect();
        } finally {
            client.close();
        }
    }

    private static Mqtt5BlockingClient hiveMq(String id) throws InterruptedException {
        return Mqtt5Client.builder().identifier(id).serverHost("127.0.0.1")
                .serverPort(broker.port(Transport.TCP)).buildBlocking();
    }

    @Test
    void hivemq_brings_a_token_as_its_password_and_does_what_it_says() throws Exception {
        Mqtt5BlockingClient client = hiveMq("c9");
        client.connectWith().simpleAuth().username("whoever").password(bytes(token("dev", 60))).applySimpleAuth()
                .send();
        client.publishWith().topic("tokens/dev/x").qos(MqttQos.AT_LEAST_ONCE).send();
        assertThat(catchThrowableOfType(Mqtt5PubAckException.class, () -> client.publishWith().topic("home/x")
                .qos(MqttQos.AT_LEAST_ONCE).send()).getMqttMessage()
                .getReasonCode().getCode()).isEqualTo(0x87);
        client.disconnect();

        Mqtt5BlockingClient late = hiveMq("c11");
        byte[] expired = bytes(token("dev", -60));
        assertThat(catchThrowableOfType(Mqtt5ConnAckException.class, () -> late.connectWith().simpleAuth()
                .username("dev").password(expired).applySimpleAuth().send()).getMqttMessage().getReasonCode())
                .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void hivemq_brings_a_token_in_CONNECT_with_a_method_and_another_one_later() throws Exception {
        Tokens tokens = new Tokens();
        Mqtt5BlockingClient client = hiveMq("c10");
        client.connectWith().enhancedAuth(tokens).send();
        client.toAsync().reauth().get(LIFE_SECONDS, TimeUnit.SECONDS);
        assertThat(tokens.successes).isEqualTo(2);
        client.publishWith().topic("tokens/dev/x").qos(MqttQos.AT_LEAST_ONCE).send();
        client.disconnect();
    }

    /// The method JWT, with a new token each time.
    private static final class Tokens implements Mqtt5EnhancedAuthMechanism {
        private volatile int successes;

        @Override
        public MqttUtf8String getMethod() {
            return MqttUtf8String.of("JWT");
        }

        @Override
        public int getTimeout() {
            return LIFE_SECONDS;
        }

        private static byte[] fresh() {
            try {
                return bytes(token("dev", 60));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public CompletableFuture<Void> onAuth(
                Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder builder) {
            builder.data(fresh());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
            builder.data(fresh());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Boolean> onContinue(
                Mqtt5ClientConfig config, Mqtt5Auth auth, Mqtt5AuthBuilder builder) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
            successes++;
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
            successes++;
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {}

        @Override
        public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

        @Override
        public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

        @Override
        public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
    }
}
