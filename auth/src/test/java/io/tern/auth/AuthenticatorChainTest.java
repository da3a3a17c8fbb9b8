package io.tern.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Answer;
import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.EnhancedAuthenticator.Exchange;
import io.tern.api.EnhancedAuthenticator.Step;
import io.tern.api.Identity;
import io.tern.api.Verdict;
import io.tern.api.Waited;
import io.tern.auth.AuthenticatorChain.Source;
import io.tern.wire.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The order in which sources are asked, by CONNECT alone and by AUTH packets.
class AuthenticatorChainTest {

    private static final ClientInfo ANN = Asking.client("c", "ann");
    private static final Verdict LET_IN = Verdict.allow(Identity.of("stub").withUserName("ann"));
    private static final Verdict BLOCKED = Verdict.deny(ReasonCode.NOT_AUTHORIZED, "blocked");

    private final List<String> asked = new ArrayList<>();

    private Source plain(String name, Verdict verdict, String... listeners) {
        Authenticator authenticator = (client, password, answer) -> {
            asked.add(name + " about " + client.userName() + " with "
                    + (password == null ? null : new String(password, StandardCharsets.UTF_8)));
            answer.accept(verdict);
        };
        return new Source(name, Set.of(listeners), authenticator, EnhancedAuthenticator.none());
    }

    /// Knows the method `JWT`; lets in who says `right` in the second of two steps.
    private Source token(String... listeners) {
        EnhancedAuthenticator enhanced = (method, client, password) -> method.equals("JWT")
                ? (data, answer) -> {
                    String text = new String(data, StandardCharsets.UTF_8);
                    asked.add("token about " + text);
                    answer.accept(switch (text) {
                        case "first" -> new Step.More(null);
                        case "right" -> new Step.Success(null, Identity.of("jwt").withUserName("ann"));
                        default -> new Step.Failure(ReasonCode.NOT_AUTHORIZED);
                    });
                }
                : null;
        Authenticator none = (client, password, answer) -> answer.accept(Verdict.NEXT);
        return new Source("jwt", Set.of(listeners), none, enhanced);
    }

    private static Step step(Exchange exchange, String data) {
        List<Step> steps = new ArrayList<>();
        exchange.step(data.getBytes(StandardCharsets.UTF_8), steps::add);
        assertThat(steps).hasSize(1);
        return steps.getFirst();
    }

    private static Exchange exchange(Source... sources) {
        return new AuthenticatorChain(List.of(sources)).begin("JWT", ANN, "x".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_method_is_no_way_around_a_source_that_denies() {
        Exchange exchange = exchange(plain("http", BLOCKED), token());

        assertThat(step(exchange, "right")).isEqualTo(new Step.Failure(ReasonCode.NOT_AUTHORIZED));
        assertThat(asked).containsExactly("http about ann with x");
    }

    @Test
    void a_wrong_password_counts_by_the_name_whatever_it_looks_like_where_no_source_reads_tokens() {
        Verdict wrong = Verdict.wrongPassword("wrong password");
        assertThat(step(exchange(plain("passwordFile", wrong), token()), "right"))
                .isEqualTo(new Step.Failure(ReasonCode.BAD_USER_NAME_OR_PASSWORD, true));
        assertThat(end(plain("passwordFile", wrong)).ofName()).isTrue();
        assertThat(end(plain("passwordFile", Verdict.NEXT), plain("x509", Verdict.NEXT)).ofName()).isTrue();
        assertThat(end(plain("passwordFile", Verdict.NEXT), plain("jwt", Verdict.NEXT)).ofName()).isFalse();
        assertThat(end(plain("passwordFile", Verdict.NEXT), plain("jwt", Verdict.NEXT, "other")).ofName()).isTrue();
        assertThat(end(plain("http", Verdict.NEXT)).ofName()).isFalse();
    }

    private static Verdict.Deny end(Source... sources) {
        List<Verdict> verdicts = new ArrayList<>();
        new AuthenticatorChain(List.of(sources)).authenticate(ANN, new byte[] {1}, verdicts::add);
        return (Verdict.Deny) verdicts.getFirst();
    }

    @Test
    void those_before_are_asked_once_in_order_and_cannot_let_in_alone() {
        Exchange exchange =
                exchange(plain("first", Verdict.NEXT), plain("second", LET_IN), token(), plain("last", BLOCKED));

        assertThat(step(exchange, "first")).isEqualTo(new Step.More(null));
        assertThat(step(exchange, "wrong")).isEqualTo(new Step.Failure(ReasonCode.NOT_AUTHORIZED));
        assertThat(asked).containsExactly(
                "first about ann with x", "second about ann with x", "token about first", "token about wrong");
        assertThat(step(exchange(plain("first", LET_IN), token()), "right")).isInstanceOf(Step.Success.class);
    }

    @Test
    void sources_of_other_listeners_are_not_asked() {
        assertThat(exchange(token("ws"))).isNull();
        assertThat(step(exchange(plain("http", BLOCKED, "ws"), token("mqtt")), "right"))
                .isInstanceOf(Step.Success.class);
        assertThat(step(exchange(plain("http", BLOCKED, "mqtt"), token("mqtt")), "right"))
                .isInstanceOf(Step.Failure.class);
    }

    @Test
    void one_that_answers_later_is_waited_for() {
        ArrayDeque<Runnable> later = new ArrayDeque<>();
        Source slow = new Source(
                "slow",
                Set.of(),
                (client, password, answer) -> later.add(() -> answer.accept(Verdict.NEXT)),
                EnhancedAuthenticator.none());
        List<Step> steps = new ArrayList<>();

        exchange(slow, token()).step("right".getBytes(StandardCharsets.UTF_8), steps::add);

        assertThat(steps).isEmpty();
        later.poll().run();
        assertThat(steps).singleElement().isInstanceOf(Step.Success.class);
    }

    @Test
    void a_source_that_is_asked_before_a_method_can_ask_whether_anybody_waits() {
        List<Consumer<Verdict>> answers = new ArrayList<>();
        Source slow = new Source(
                "slow", Set.of(), (client, password, answer) -> answers.add(answer), EnhancedAuthenticator.none());

        exchange(slow, token()).step(new byte[0], Waited.taking(() -> false, step -> { }));
        exchange(slow, token()).step(new byte[0], step -> { });

        assertThat(answers).extracting(Answer::isWanted).containsExactly(false, true);
    }

    @Test
    void one_that_fails_lets_nobody_in() {
        ArrayDeque<Runnable> later = new ArrayDeque<>();
        Source slow = new Source(
                "slow",
                Set.of(),
                (client, password, answer) -> later.add(() -> answer.accept(Verdict.NEXT)),
                EnhancedAuthenticator.none());
        Source bug = new Source("bug", Set.of(), (client, password, answer) -> {
            throw new IllegalStateException("a bug");
        }, EnhancedAuthenticator.none());
        List<Step> steps = new ArrayList<>();

        exchange(slow, bug, token()).step("right".getBytes(StandardCharsets.UTF_8), steps::add);
        later.poll().run();

        assertThat(steps).containsExactly(new Step.Failure(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
    }

    @Test
    void whom_none_knows_is_refused_and_so_is_everybody_where_there_is_none() {
        assertThat(Asking.reason(Asking.verdict(new AuthenticatorChain(List.of()), ANN, "x")))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        AuthenticatorChain elsewhere = new AuthenticatorChain(List.of(plain("http", LET_IN, "ws")));
        assertThat(Asking.reason(Asking.verdict(elsewhere, ANN, "x")))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(Asking.reason(Asking.verdict(elsewhere, Asking.client("c", null), null)))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(asked).isEmpty();
    }
}
