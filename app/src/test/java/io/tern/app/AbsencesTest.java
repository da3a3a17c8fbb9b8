package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.ConnectionInfo;
import io.tern.api.Decision;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.EnhancedAuthenticator.Step;
import io.tern.api.PeerCertificate;
import io.tern.api.Verdict;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What it means that something is absent: each row of the table in docs/security.md, which has to have a test here.
class AbsencesTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String JWT = "authentication: [{jwt: {secret: " + SECRET + "}}]\n";
    private static final String ANYTHING = "authorization: [{policy: {rules: [{allow: all, topics: \"#\"}]}}]\n";
    private static final Access PUBLISH = Access.publish("a", 0, false);
    private static final Access CONTROL = Access.publish("$CONTROL/tern/v1", 1, false);

    /// The first cell of the row that a test holds.
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Row {
        String value();
    }

    @TempDir
    private Path folder;

    private Settings settings(String yaml) throws Exception {
        return Settings.read(Files.writeString(folder.resolve("tern.yaml"), yaml));
    }

    private Protection protection(String yaml) throws Exception {
        return Protection.of(settings(yaml), folder.resolve("tern.yaml"), Clock.system());
    }

    private String refused(String yaml) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, () -> protection(yaml));
        return refused == null ? null : String.join("\n", refused.problems());
    }

    private static ClientInfo client(String user, String listener, PeerCertificate certificate) {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new ClientInfo(
                "c", user, MqttVersion.V5, new ConnectionInfo(listener, "tcp", remote, certificate));
    }

    private static Verdict verdict(Protection protection, ClientInfo client, String password) throws Exception {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        byte[] shown = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
        protection.authenticate(client, shown, verdict::complete);
        return verdict.get(30, TimeUnit.SECONDS);
    }

    /// A source without settings is meant by `true` alone, and a list that is there has something in it.
    @Test
    void what_is_empty_or_null_means_neither_true_nor_everybody() throws Exception {
        for (String value : List.of("~", "false", "nonsense", "[]", "\"\"")) {
            assertThat(refused("authentication: [{x509: " + value + "}]\n")).as(value).contains("x509", "true");
            assertThat(refused("authentication: [{anonymous: " + value + "}]\n")).as(value).contains("anonymous");
            assertThat(refused(JWT + "authorization: [{jwtClaim: " + value + "}]\n")).as(value).contains("jwtClaim");
        }
        for (String key : List.of("audience", "clients")) {
            for (String value : List.of("[]", "[\"\"]", "~", "[~]")) {
                assertThat(refused("authentication: [{introspection: {url: \"http://127.0.0.1:1/\", " + key + ": "
                        + value + "}}]\n")).as(key + ": " + value).contains(key);
            }
        }
    }

    @Test
    void an_exchange_with_a_source_that_holds_no_more_lets_nobody_in() throws Exception {
        String old = "authentication: [{jwt: {secret: " + SECRET + ", auth_methods: [JWT]}}]\n";
        Protection protection = protection(old);
        ClientInfo client = client(null, "mqtt", null);
        byte[] token = token(claims -> { }).getBytes(StandardCharsets.UTF_8);
        assertThat(step(protection.begin("JWT", client, null), token)).isInstanceOf(Step.Success.class);
        EnhancedAuthenticator.Exchange begun = protection.begin("JWT", client, null);

        protection.reload(settings(old.replace(SECRET, SECRET.replace('0', 'x'))));

        assertThat(step(begun, token)).isEqualTo(new Step.Failure(ReasonCode.SERVER_BUSY));
        assertThat(step(protection.begin("JWT", client, null), token)).isInstanceOf(Step.Failure.class);
    }

    private static Step step(EnhancedAuthenticator.Exchange exchange, byte[] data) throws Exception {
        CompletableFuture<Step> step = new CompletableFuture<>();
        exchange.step(data, step::complete);
        return step.get(30, TimeUnit.SECONDS);
    }

    private static ReasonCode reason(Protection protection, ClientInfo client, String password) throws Exception {
        return verdict(protection, client, password) instanceof Verdict.Deny deny ? deny.reason() : null;
    }

    private static ClientInfo letIn(Protection protection, ClientInfo client, String password) throws Exception {
        return client.with(((Verdict.Allow) verdict(protection, client, password)).identity());
    }

    private static Decision decision(Protection protection, ClientInfo client, Access access) {
        return protection.authorization().rules().decide(client, access).decision();
    }

    private static String token(Consumer<JWTClaimsSet.Builder> more) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject("ann")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
        more.accept(claims);
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        try {
            token.sign(new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
        return token.serialize();
    }

    @Test
    void each_row_of_the_table_is_held() throws IOException {
        List<String> rows = Files.readAllLines(Tree.root().resolve("docs/security.md")).stream()
                .dropWhile(line -> !line.startsWith("| what is absent |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|")[1].strip())
                .toList();

        List<String> held = Arrays.stream(getClass().getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Row.class))
                .map((Method method) -> method.getAnnotation(Row.class).value())
                .toList();
        assertThat(rows).isNotEmpty().containsExactlyInAnyOrderElementsOf(held);
    }

    @Test
    @Row("`authentication`")
    void no_authentication() throws Exception {
        Protection here = protection("");
        ClientInfo client = letIn(here, client("root", "mqtt", null), "x");
        assertThat(client.userName()).isNull();
        assertThat(client.identity().superuser()).isFalse();
        assertThat(here.begin("JWT", client, null)).isNull();
        assertThat(refused("listeners.mqtt.host: 0.0.0.0\n")).contains("without a password");
        assertThat(refused("listeners.mqtt.host: no.such.host.invalid\n")).contains("without a password");
        assertThat(refused("listeners.mqtt: {proxy_protocol: true, trusted_proxies: 10.0.0.1}\n"))
                .contains("without a password");
        assertThat(refused("listeners.mqtt: {host: 0.0.0.0, allow_anonymous: true}\n")).isNull();
    }

    @Test
    @Row("a source in `authentication`, or one for the listener")
    void no_source() throws Exception {
        assertThat(reason(protection("authentication: []\n"), client(null, "mqtt", null), null))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        Protection elsewhere = protection("authentication: [{anonymous: true, listeners: [ws]}]\n");
        assertThat(reason(elsewhere, client(null, "mqtt", null), null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(reason(elsewhere, client(null, "ws", null), null)).isNull();
    }

    @Test
    @Row("`authorization`")
    void no_authorization() throws Exception {
        Protection plain = protection("authentication: [{anonymous: true}]\n");
        ClientInfo client = letIn(plain, client(null, "mqtt", null), null);
        assertThat(decision(plain, client, PUBLISH)).isEqualTo(Decision.ALLOW);

        Protection tokens = protection(JWT);
        ClientInfo without = letIn(tokens, client(null, "mqtt", null), token(claims -> { }));
        assertThat(decision(tokens, without, PUBLISH)).isEqualTo(Decision.ALLOW);
        ClientInfo with = letIn(tokens, client(null, "mqtt", null), token(claims -> claims.claim("acl", List.of())));
        assertThat(decision(tokens, with, PUBLISH)).isEqualTo(Decision.DENY);
    }

    @Test
    @Row("a source in `authorization`, or a rule that speaks of it")
    void no_rule() throws Exception {
        for (String nothing : List.of("[]", "{sources: []}", "{deny_action: ignore}", "[{jwtClaim: true}]",
                "[{policy: {rules: []}}]", "[{policy: {rules: [{allow: all, topics: b}]}}]")) {
            Protection protection = protection("authentication: [{anonymous: true}]\nauthorization: " + nothing + "\n");
            ClientInfo client = letIn(protection, client(null, "mqtt", null), null);
            assertThat(decision(protection, client, PUBLISH)).as(nothing).isEqualTo(Decision.DENY);
        }
    }

    @Test
    @Row("a rule that names `$CONTROL/`")
    void no_rule_for_control() throws Exception {
        for (String yaml : List.of("", JWT, ANYTHING, JWT + ANYTHING, "authentication: [{anonymous: true}]\n")) {
            Protection protection = protection(yaml);
            String shown = yaml.contains("jwt") ? token(claims -> { }) : null;
            ClientInfo client = letIn(protection, client(null, "mqtt", null), shown);
            assertThat(decision(protection, client, CONTROL)).as(yaml).isEqualTo(Decision.DENY);
            assertThat(decision(protection, client, Access.subscribe("$CONTROL/#", 0)))
                    .as(yaml)
                    .isEqualTo(Decision.DENY);
        }
    }

    @Test
    @Row("what a list, a name or a condition should name")
    void empty_lists() {
        for (String wrong : List.of(
                "authentication: [{anonymous: true, listeners: []}]",
                "authentication: [{anonymous: true, listeners: ~}]",
                "authentication: [{anonymous: true, listeners: [~]}]",
                "authentication: [{jwt: {secret: " + SECRET + ", audience: []}}]",
                "authentication: [{jwt: {secret: " + SECRET + ", algorithms: []}}]",
                "authentication: [{jwt: {secret: " + SECRET + ", issuer: ''}}]",
                "authentication: [{jwt: {secret: " + SECRET + ", claims: {}}}]",
                "authentication: [{jwt: {secret: " + SECRET + ", claims: {a: ~}}}]",
                "authentication: ~",
                "authorization: ~",
                "authorization: [{policy: {rules: [{allow: all, topics: a, users: []}]}}]",
                "authorization: [{policy: {rules: [{allow: all, topics: a, users: [null]}]}}]",
                "authorization: [{policy: {groups: {g: {}}, rules: []}}]")) {
            assertThat(catchThrowableOfType(ConfigException.class, () -> protection(wrong + "\n")))
                    .as(wrong)
                    .isNotNull();
        }
    }

    @Test
    @Row("a listener of that name")
    void unknown_listener() {
        assertThat(refused("authentication: [{anonymous: true, listeners: [mqt]}]\n"))
                .contains("tern.yaml:1: authentication.anonymous: listeners: there is no listener mqt;"
                        + " there are mqtt, ws");
        assertThat(refused("authorization: [{policy: {rules: [{allow: all, topics: a, listeners: mqt}]}}]\n"))
                .contains("there is no listener mqt");
    }

    @Test
    @Row("a user of that name")
    void unknown_user() throws Exception {
        Files.writeString(folder.resolve("passwords"), "");
        Protection protection = protection("authentication: [{passwordFile: passwords}]\n");
        assertThat(reason(protection, client("eve", "mqtt", null), "x"))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        Files.writeString(folder.resolve("acl"), "topic read news\nuser ann\ntopic a\n");
        Protection rules = protection("authorization: [{aclFile: acl}]\n");
        ClientInfo eve = ClientInfo.remembered("c", "eve");
        assertThat(decision(rules, eve, PUBLISH)).isEqualTo(Decision.DENY);
        assertThat(decision(rules, eve, Access.receive("news", 0))).isEqualTo(Decision.DENY);
    }

    @Test
    @Row("somebody who has verified the user name")
    void unverified_name() throws Exception {
        String root = "authorization: [{policy: {rules: "
                + "[{allow: all, topics: [\"#\", \"$CONTROL/#\"], users: root}]}}]\n";
        for (String yaml : List.of(
                root,
                "listeners.mqtt: {host: 0.0.0.0, allow_anonymous: true}\n" + root,
                "authentication: [{x509: {user_name: none}}]\n" + root,
                "authentication: [{jwt: {secret: " + SECRET + ", user_name_claim: ''}}]\n" + root)) {
            Protection protection = protection(yaml);
            PeerCertificate certificate = new PeerCertificate("CN=x", "x", List.of(), "CN=ca", "1", "f");
            String shown = yaml.contains("jwt") ? token(claims -> { }) : null;
            ClientInfo client = letIn(protection, client("root", "mqtt", certificate), shown);
            assertThat(client.userName()).as(yaml).isNull();
            assertThat(decision(protection, client, PUBLISH)).as(yaml).isEqualTo(Decision.DENY);
            assertThat(decision(protection, client, CONTROL)).as(yaml).isEqualTo(Decision.DENY);
        }
    }

    @Test
    @Row("a user name")
    void no_user_name() throws Exception {
        Files.writeString(folder.resolve("acl"), "pattern readwrite %u/#\n");
        Protection file = protection("authorization: [{aclFile: acl}]\n");
        Protection policy = protection("authorization: [{policy: {rules: "
                + "[{allow: all, topics: [\"${username}/#\"]}, {allow: all, topics: \"#\", users: \"*\"}]}}]\n");
        for (Protection each : List.of(file, policy)) {
            ClientInfo nobody = letIn(each, client(null, "mqtt", null), null);
            assertThat(decision(each, nobody, Access.publish("/x", 0, false))).isEqualTo(Decision.DENY);
            assertThat(decision(each, nobody, Access.subscribe("/#", 0))).isEqualTo(Decision.DENY);
        }
    }

    @Test
    @Row("an answer of a source")
    void source_is_down() throws Exception {
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String url = "http: {url: \"http://127.0.0.1:" + nobody.getLocalPort() + "/\", timeout: 1 s}";
            assertThat(reason(protection("authentication: [{" + url + "}, {anonymous: true}]\n"),
                    client(null, "mqtt", null), null)).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            Protection rules = protection("authorization: [{" + url + "}]\n");
            ClientInfo client = letIn(rules, client(null, "mqtt", null), null);
            var later = rules.authorization().rules().decide(client, PUBLISH);
            CompletableFuture<Decision> answer = new CompletableFuture<>();
            rules.authorization().rules().ask(later, client, PUBLISH, ruling -> answer.complete(ruling.decision()));
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(Decision.UNKNOWN);
        }
    }

    @Test
    @Row("a claim that is asked for")
    void token_without_claims() throws Exception {
        Protection plain = protection(JWT);
        ClientInfo client = client(null, "mqtt", null);
        assertThat(reason(plain, client, token(claims -> claims.expirationTime(null)))).isNotNull();
        assertThat(reason(plain, client, token(claims -> claims.subject(null)))).isNotNull();
        Protection asking = protection("authentication: [{jwt: {secret: " + SECRET
                + ", issuer: me, audience: tern, client_id_claim: dev, claims: {floor: \"7\"}}}]\n");
        Consumer<JWTClaimsSet.Builder> all =
                claims -> claims.issuer("me").audience("tern").claim("dev", "d").claim("floor", "7");
        assertThat(reason(asking, client, token(all))).isNull();
        for (String each : List.of("iss", "aud", "dev", "floor")) {
            assertThat(reason(asking, client, token(all.andThen(claims -> claims.claim(each, null)))))
                    .as(each)
                    .isNotNull();
        }
    }

    @Test
    @Row("roles or rules in a token or a reply")
    void token_without_roles() throws Exception {
        Protection protection = protection(JWT + "authorization: [{policy: {rules: "
                + "[{allow: publish, topics: a, roles: boss}, {allow: publish, topics: b}]}}]\n");
        ClientInfo client = letIn(protection, client(null, "mqtt", null), token(claims -> { }));
        assertThat(decision(protection, client, PUBLISH)).isEqualTo(Decision.DENY);
        assertThat(decision(protection, client, Access.publish("b", 0, false))).isEqualTo(Decision.ALLOW);
        assertThat(reason(protection, client, token(claims -> claims.claim("acl", "everything")))).isNotNull();
        assertThat(reason(protection, client, token(claims -> claims.claim("roles", 7)))).isNotNull();
    }

    @Test
    @Row("a certificate, or the name in it that is asked for")
    void certificate_without_name() throws Exception {
        PeerCertificate nameless = new PeerCertificate("O=x", null, List.of(), "CN=ca", "1", "f");
        Protection protection = protection("authentication: [{x509: true}, {anonymous: true}]\n");
        assertThat(reason(protection, client(null, "mqtt", nameless), null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(letIn(protection, client(null, "mqtt", null), null).identity().source()).isEqualTo("anonymous");
        Protection required = protection("authentication: [{x509: {required: true}}, {anonymous: true}]\n");
        assertThat(reason(required, client(null, "mqtt", null), null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    @Row("all but the names of a client, whose will is due after a restart")
    void remembered_client() throws Exception {
        Protection protection = protection("authorization: [{policy: {rules: "
                + "[{deny: publish, topics: d, addresses: 10.0.0.0/8}, {allow: publish, topics: [a, d], users: ann},"
                + " {allow: publish, topics: b, listeners: mqtt}]}}]\n");
        ClientInfo ann = ClientInfo.remembered("c", "ann");
        assertThat(decision(protection, ann, PUBLISH)).isEqualTo(Decision.ALLOW);
        assertThat(decision(protection, ann, Access.publish("b", 0, false))).isEqualTo(Decision.DENY);
        assertThat(decision(protection, ann, Access.publish("d", 0, false))).isEqualTo(Decision.DENY);
    }

    @Test
    @Row("the rules by which something was granted")
    void rules_changed() throws Exception {
        Protection protection = protection(ANYTHING);
        ClientInfo client = letIn(protection, client(null, "mqtt", null), null);
        long before = protection.authorization().rules().version();
        assertThat(decision(protection, client, PUBLISH)).isEqualTo(Decision.ALLOW);

        protection.reload(settings("authorization: []\n"));

        assertThat(protection.authorization().rules().version()).isNotEqualTo(before);
        assertThat(decision(protection, client, PUBLISH)).isEqualTo(Decision.DENY);
    }

    @Test
    @Row("the listener that the configuration means, until a restart")
    void listener_still_bound() throws Exception {
        Files.writeString(folder.resolve("passwords"), "");
        String passwords = "authentication: [{passwordFile: passwords}]\n";
        Protection wide = protection("listeners: {mqtt: {host: 0.0.0.0}, ws: {host: 0.0.0.0}}\n" + passwords);
        String wideWs = "listeners.ws.host: 0.0.0.0\n";
        for (String opened : List.of(
                "listeners: {mqtt: {host: 127.0.0.1}, ws: {host: 127.0.0.1}}\n",
                "listeners: {mqtt: {enabled: false}, ws: {host: 0.0.0.0, allow_anonymous: true}}\n",
                wideWs + "listeners.mqtt: {host: 127.0.0.1, allow_anonymous: true}\n" + passwords,
                wideWs + "listeners.mqtt: {host: 127.0.0.1}\n"
                        + "authentication: [{passwordFile: passwords}, {anonymous: true, listeners: [mqtt]}]\n",
                wideWs + "listeners.mqtt: {host: 127.0.0.1}\n" + passwords
                        + "authorization: [{policy: {rules: [{allow: all, topics: \"#\", listeners: mqtt}]}}]\n")) {
            Settings next = settings(opened);
            assertThat(catchThrowableOfType(ConfigException.class, () -> wide.reload(next)))
                    .as(opened)
                    .hasMessageContaining("restart");
            assertThat(reason(wide, client(null, "mqtt", null), null)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(wide.authorization().rules().version()).isZero();
        }
        wide.reload(settings("listeners: {mqtt: {host: 0.0.0.0, allow_anonymous: true}}\n" + passwords));
        assertThat(reason(wide, client(null, "mqtt", null), null)).isNull();
    }

    @Test
    @Row("a file that can be read")
    void unreadable_file() throws Exception {
        for (String yaml : List.of("authentication: [{passwordFile: nowhere}]\n",
                "authorization: [{aclFile: nowhere}]\n", "authorization: [{policy: nowhere.yaml}]\n",
                "authentication: [{jwt: {public_key: nowhere}}]\n")) {
            assertThat(refused(yaml)).as(yaml).contains("nowhere");
        }
        Protection protection = protection(ANYTHING);
        Settings next = settings("authorization: [{aclFile: nowhere}]\n");
        assertThat(catchThrowableOfType(ConfigException.class, () -> protection.reload(next))).isNotNull();
        ClientInfo client = letIn(protection, client(null, "mqtt", null), null);
        assertThat(decision(protection, client, PUBLISH)).isEqualTo(Decision.ALLOW);
        Files.writeString(folder.resolve("empty"), "");
        Protection empty = protection("authorization: [{aclFile: empty}]\n");
        assertThat(decision(empty, client, PUBLISH)).isEqualTo(Decision.DENY);
    }
}
