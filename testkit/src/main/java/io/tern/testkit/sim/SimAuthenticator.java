package io.tern.testkit.sim;

import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Identity;
import io.tern.api.Verdict;
import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Lets clients in at once or later, in any order, on any thread, and refuses a few.
final class SimAuthenticator implements Authenticator, Actor {

    private record Question(String clientId, String userName, Consumer<Verdict> answer) {}

    private final Simulation sim;
    private final List<Question> waiting = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();

    SimAuthenticator(Simulation sim) {
        this.sim = sim;
    }

    @Override
    public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        Question question = new Question(client.clientId(), client.userName(), answer);
        if (sim.random().chance(sim.profile().lateAuthPerMille())) {
            waiting.add(question);
        } else {
            answer(question);
        }
    }

    @Override
    public int options() {
        return waiting.isEmpty() ? 0 : 1;
    }

    @Override
    public void act(int option) {
        Question question = waiting.remove(sim.random().below(waiting.size()));
        int loop = sim.random().below(sim.loops().size() * 2);
        if (loop < sim.loops().size()) {
            sim.loops().get(loop).run(() -> answer(question));
        } else {
            answer(question);
        }
    }

    private void answer(Question question) {
        boolean refuse = !sim.calm() && sim.random().chance(sim.profile().refusePerMille());
        sim.trace().event(question.clientId(), "authenticated", refuse ? 0 : 1, waiting.size());
        if (refuse) {
            refused.add(question.clientId());
        }
        Verdict known = Verdict.allow(Identity.of("simulated").withUserName(sim.faults().user(question.userName())));
        question.answer().accept(refuse ? Verdict.deny(ReasonCode.NOT_AUTHORIZED, "by chance") : known);
    }

    /// The process has ended that asked.
    void crash() {
        waiting.clear();
    }

    boolean hasRefused(String clientId) {
        return refused.contains(clientId);
    }
}
