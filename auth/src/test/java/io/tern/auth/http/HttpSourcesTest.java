package io.tern.auth.http;

import static io.tern.auth.Asking.client;
import static io.tern.auth.Asking.options;
import static io.tern.auth.Asking.reason;
import static io.tern.auth.Asking.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Decision;
import io.tern.api.Identity;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.auth.Service;
import io.tern.auth.token.TokenAuthenticator;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sources that are asked over HTTP, by a real service that answers, refuses, hangs and fails.
class HttpSourcesTest {

    private final Service service = new Service();
    private long nowMillis = 1_000_000_000L;

    @AfterEach
    void close() {
        service.close();
    }

    private HttpAuthenticator authenticator(String... more) {
        return new HttpAuthenticator(with(HttpOptions.ofAuthentication(), more), () -> nowMillis);
    }

    private Options with(List<Option<?>> declared, String... more) {
        return options(declared, more).with(HttpOptions.URL, service.url());
    }

    private static final ClientInfo ANN = client("c\"7", "ann");

    @Test
    void who_the_service_allows_comes_in_with_what_it_says_about_him() {
        service.body = """
                {"result": "allow", "is_superuser": true, "clientid_override": "other", "expire_at": 2000000,
                 "acl": [{"permission": "allow", "action": "publish", "topic": "a"}], "roles": ["r"]}""";

        Verdict verdict = verdict(authenticator(), ANN, "p${username}w");

        Identity identity = ((Verdict.Allow) verdict).identity();
        assertThat(identity.superuser()).isTrue();
        assertThat(identity.clientId()).isEqualTo("other");
        assertThat(identity.expiresAtMillis()).isEqualTo(2_000_000_000L);
        assertThat(identity.roles()).containsExactly("r");
        assertThat(identity.rules().decide(ANN, Access.publish("a", 0, false))).isEqualTo(Decision.ALLOW);
        // What a client says is never looked through for placeholders, and can't break out of its text.
        assertThat(service.asked.poll()).isEqualTo(
                "POST /auth null {\"clientid\":\"c\\\"7\",\"username\":\"ann\",\"password\":\"p${username}w\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "200 | {\"result\": \"deny\"} | NOT_AUTHORIZED",
        "200 | {\"result\": \"perhaps\"} | SERVER_UNAVAILABLE",
        "200 | {\"result\": \"allow\", \"acl\": \"all\"} | SERVER_UNAVAILABLE",
        "200 | {\"result\": \"allow\", \"expire_at\": 1} | NOT_AUTHORIZED",
        "200 | nonsense | SERVER_UNAVAILABLE",
        "302 | {\"result\": \"allow\"} | SERVER_UNAVAILABLE",
        "401 | {\"result\": \"allow\"} | BAD_USER_NAME_OR_PASSWORD",
        "403 | {\"result\": \"ignore\"} | BAD_USER_NAME_OR_PASSWORD",
        "404 | {\"result\": \"ignore\"} | SERVER_UNAVAILABLE",
        "429 | {\"result\": \"ignore\"} | SERVER_UNAVAILABLE",
        "500 | {\"result\": \"allow\"} | SERVER_UNAVAILABLE"
    })
    void whatever_else_is_answered_is_a_refusal(int status, String body, ReasonCode expected) {
        service.status = status;
        service.body = body;

        assertThat(reason(verdict(authenticator(), ANN, "x"))).isEqualTo(expected);
    }

    @Test
    void it_may_leave_it_to_others_or_allow_without_a_word() {
        service.body = "{\"result\": \"ignore\"}";
        assertThat(verdict(authenticator(), ANN, "x")).isEqualTo(Verdict.NEXT);
        service.body = "";
        service.status = 204;
        assertThat(verdict(authenticator(), ANN, "x")).isInstanceOf(Verdict.Allow.class);
    }

    @Test
    void a_query_or_a_form_is_encoded() {
        service.status = 204;
        verdict(authenticator("method", "get"), ANN, "a&b=c");
        assertThat(service.asked.poll()).startsWith("GET /auth?clientid=c%227&username=ann&password=a%26b%3Dc ");
    }

    private static ClientInfo elsewhere(String user) {
        return new ClientInfo("c", user, MqttVersion.V5,
                new ConnectionInfo("mqtt", "tcp", new InetSocketAddress("10.7.7.7", 4711)));
    }

    @Test
    void one_who_makes_the_service_fail_makes_it_fail_for_himself_alone() {
        HttpAuthenticator authenticator = authenticator();
        for (int i = 0; i < 57; i++) {
            service.status = 500;
            verdict(authenticator, ANN, "x" + i);
            service.status = 204;
            assertThat(verdict(authenticator, elsewhere("bob"), "x" + i)).isInstanceOf(Verdict.Allow.class);
        }
        assertThat(reason(verdict(authenticator, ANN, "x"))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }

    @Test
    void headers_that_can_not_be_sent_are_refused_at_the_start() {
        assertThat(catchThrowable(() -> new HttpAuthenticator(
                        with(HttpOptions.ofAuthentication()).with(HttpOptions.HEADERS, Map.of("Host", "x")),
                        () -> nowMillis)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("headers: ");
    }

    @Test
    void a_service_that_hangs_refuses_in_time_and_is_spared_after_a_few_failures() {
        service.hangs = true;
        HttpAuthenticator authenticator = authenticator("timeout", "50 ms");
        for (int i = 0; i < 5; i++) {
            assertThat(reason(verdict(authenticator, ANN, "x"))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        }
        int asked = service.asked.size();

        assertThat(reason(verdict(authenticator, ANN, "x"))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        assertThat(service.asked).hasSize(asked);
        // Those from elsewhere need not pay for it.
        assertThat(reason(verdict(authenticator, elsewhere("bob"), "x"))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        assertThat(service.asked).hasSize(asked + 1);

        service.hangs = false;
        service.status = 204;
        nowMillis += 5_000;
        assertThat(verdict(authenticator("timeout", "10 s"), ANN, "x")).isInstanceOf(Verdict.Allow.class);
    }

    @Test
    void an_acceptance_is_remembered_as_long_as_it_is_set_and_a_refusal_never() {
        HttpAuthenticator authenticator = authenticator("cache", "1 m");
        service.body = "{\"result\": \"deny\"}";
        verdict(authenticator, ANN, "x");
        service.body = "{\"result\": \"allow\"}";
        assertThat(verdict(authenticator, ANN, "x")).isInstanceOf(Verdict.Allow.class);
        service.body = "{\"result\": \"deny\"}";

        assertThat(verdict(authenticator, ANN, "x")).isInstanceOf(Verdict.Allow.class);
        assertThat(reason(verdict(authenticator, ANN, "y"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        nowMillis += 60_000;
        assertThat(reason(verdict(authenticator, ANN, "x"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void the_service_answers_for_the_name_it_was_asked_about_and_for_no_other() {
        service.body = "{\"result\": \"allow\"}";

        assertThat(((Verdict.Allow) verdict(authenticator(), ANN, "x")).identity().userName()).isEqualTo("ann");
        Options tokenOnly = with(HttpOptions.ofAuthentication()).with(
                HttpOptions.BODY, Map.of("token", "${password}", "id", "${clientid}"));
        assertThat(((Verdict.Allow) verdict(new HttpAuthenticator(tokenOnly, () -> nowMillis), ANN, "x"))
                        .identity().userName())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"acl\": null", "\"acl\": \"all\"", "\"expire_at\": null", "\"expire_at\": \"soon\"",
        "\"clientid_override\": null", "\"clientid_override\": 5", "\"clientid_override\": \"\"",
        "\"roles\": null", "\"roles\": \"r\"", "\"roles\": [null]", "\"roles\": [1]"})
    void a_field_that_is_not_what_it_should_be_lets_nobody_in(String field) {
        service.body = "{\"result\": \"allow\", " + field + "}";

        assertThat(reason(verdict(authenticator(), ANN, "x"))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"exp\": null", "\"exp\": \"soon\"", "\"scope\": null", "\"scope\": [\"a\"]"})
    void nor_does_one_of_an_introspection(String field) {
        Introspection introspection = new Introspection(with(HttpOptions.ofIntrospection()), "", () -> nowMillis);
        service.body = "{\"active\": true, \"sub\": \"ann\", " + field + "}";

        assertThat(reason(verdict(new TokenAuthenticator(introspection, false), ANN, "x")))
                .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    }

    @Test
    void a_body_asks_about_something_that_is_known() {
        for (Map<String, String> wrong : List.of(
                Map.<String, String>of(), Map.of("a", "${topic}"), Map.of("a", "x${user-name}"), Map.of("a", "${x"),
                Map.of("a", "${ClientId}"))) {
            Options options = with(HttpOptions.ofAuthentication()).with(HttpOptions.BODY, wrong);
            assertThatThrownBy(() -> new HttpAuthenticator(options, () -> nowMillis))
                    .as("%s", wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("body");
        }
        Options password = with(HttpOptions.ofAuthorization()).with(HttpOptions.BODY, Map.of("p", "${password}"));
        assertThatThrownBy(() -> new HttpAuthorizer(password, () -> nowMillis))
                .hasMessageStartingWith("body.p: '${password}' has a placeholder that is not known here");
    }

    private static ClientInfo from(String address, String listener) {
        return new ClientInfo("c", "ann", MqttVersion.V5,
                new ConnectionInfo(listener, "tcp", new InetSocketAddress(address, 1)), Identity.of("test"));
    }

    @Test
    void an_answer_about_one_place_is_none_about_another() throws Exception {
        Options options = with(HttpOptions.ofAuthorization())
                .with(HttpOptions.BODY, Map.of("from", "${peerhost}", "by", "${listener}", "what", "${topic}"));
        HttpAuthorizer authorizer = new HttpAuthorizer(options, () -> nowMillis);
        Access access = Access.publish("a/b", 1, true);
        service.body = "{\"result\": \"allow\"}";
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        authorizer.ask(from("10.0.0.5", "mqtt"), access, answer::complete);
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(Decision.ALLOW);

        assertThat(authorizer.decide(from("10.0.0.5", "mqtt"), access)).isEqualTo(Decision.ALLOW);
        assertThat(authorizer.decide(from("10.0.0.6", "mqtt"), access)).isEqualTo(Decision.LATER);
        assertThat(authorizer.decide(from("10.0.0.5", "ws"), access)).isEqualTo(Decision.LATER);
        assertThat(authorizer.decide(from("10.0.0.5", "mqtt"), Access.publish("a/c", 1, true)))
                .isEqualTo(Decision.LATER);
        // The question is the same word by word.
        assertThat(authorizer.decide(from("10.0.0.5", "mqtt"), Access.publish("a/b", 0, false)))
                .isEqualTo(Decision.ALLOW);
    }

    private Decision asked(HttpAuthorizer authorizer, Access access) throws Exception {
        assertThat(authorizer.decide(ANN, access)).isEqualTo(Decision.LATER);
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        authorizer.ask(ANN, access, answer::complete);
        return answer.get(20, TimeUnit.SECONDS);
    }

    @Test
    void what_was_asked_before_everything_was_forgotten_is_not_known_afterwards() throws Exception {
        HttpAuthorizer authorizer = new HttpAuthorizer(with(HttpOptions.ofAuthorization()), () -> nowMillis);
        Access access = Access.publish("a/b", 1, true);
        service.body = "{\"result\": \"allow\"}";
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        authorizer.ask(ANN, access, answer::complete);
        authorizer.forget();
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(Decision.ALLOW);

        assertThat(authorizer.decide(ANN, access)).isEqualTo(Decision.LATER);
        assertThat(asked(authorizer, access)).isEqualTo(Decision.ALLOW);
        assertThat(authorizer.decide(ANN, access)).isEqualTo(Decision.ALLOW);
    }

    @Test
    void rules_are_asked_for_once_and_known_for_a_while() throws Exception {
        HttpAuthorizer authorizer = new HttpAuthorizer(with(HttpOptions.ofAuthorization()), () -> nowMillis);
        Access access = Access.publish("a/b", 1, true);
        service.body = "{\"result\": \"allow\"}";

        assertThat(asked(authorizer, access)).isEqualTo(Decision.ALLOW);

        assertThat(authorizer.decide(ANN, access)).isEqualTo(Decision.ALLOW);
        assertThat(authorizer.decide(ANN, Access.receive("a/b", 0))).isEqualTo(Decision.NEXT);
        assertThat(service.asked.poll()).contains(
                "\"action\":\"publish\"", "\"topic\":\"a/b\"", "\"qos\":\"1\"", "\"retain\":\"true\"",
                "\"peerhost\":\"10.1.2.3\"");
        assertThat(authorizer.decide(client("d", "ann"), access)).isEqualTo(Decision.LATER);
        nowMillis += 60_000;
        service.status = 500;
        assertThat(asked(authorizer, access)).isEqualTo(Decision.UNKNOWN);
        service.status = 200;
        service.body = "{\"result\": \"ignore\"}";
        assertThat(asked(authorizer, access)).isEqualTo(Decision.NEXT);
    }

    @Test
    void opaque_tokens_of_other_services_and_applications_are_none_here() {
        TokenAuthenticator authenticator = new TokenAuthenticator(new Introspection(
                with(HttpOptions.ofIntrospection(), "audience", "tern", "clients", "app"), "", () -> nowMillis), false);
        for (String right : List.of("\"tern\"", "[\"x\", \"tern\"]")) {
            service.body = "{\"active\": true, \"username\": \"bob\", \"client_id\": \"app\", \"aud\": " + right + "}";
            assertThat(verdict(authenticator, client("c", "x"), "t")).isInstanceOf(Verdict.Allow.class);
        }
        for (String wrong : List.of(
                "\"aud\": \"other\", \"client_id\": \"app\"", "\"client_id\": \"app\"", "\"aud\": \"tern\"",
                "\"aud\": {\"tern\": 1}, \"client_id\": \"app\"", "\"aud\": \"tern\", \"client_id\": \"other\"")) {
            service.body = "{\"active\": true, \"username\": \"bob\", " + wrong + "}";
            assertThat(reason(verdict(authenticator, client("c", "x"), "t"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    @Test
    void opaque_tokens_are_introspected() {
        Introspection introspection = new Introspection(
                with(HttpOptions.ofIntrospection(), "client_id", "tern", "auth_method", "opaque"),
                "s:e",
                () -> nowMillis);
        TokenAuthenticator authenticator = new TokenAuthenticator(introspection, false);
        service.body = "{\"active\": true, \"username\": \"bob\", \"scope\": \"read write\", \"exp\": 2000000}";

        Identity identity = ((Verdict.Allow) verdict(authenticator, client("c", "x"), "tok/en")).identity();

        assertThat(identity.userName()).isEqualTo("bob");
        assertThat(identity.roles()).containsExactlyInAnyOrder("read", "write");
        assertThat(identity.expiresAtMillis()).isEqualTo(2_000_000_000L);
        assertThat(service.asked.poll()).isEqualTo("POST /auth Basic dGVybjpzJTNBZQ== token=tok%2Fen");
        service.body = "{\"active\": false}";
        assertThat(reason(verdict(authenticator, client("c", "x"), "t")))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        service.body = "{\"active\": true}";
        assertThat(reason(verdict(authenticator, client("c", "x"), "t"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        service.body = "{\"active\": \"true\", \"sub\": \"eve\"}";
        assertThat(reason(verdict(authenticator, client("c", "x"), "t"))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        assertThat(authenticator.begin("opaque", ANN, null)).isNotNull();
        assertThat(authenticator.begin("other", ANN, null)).isNull();
    }
}
