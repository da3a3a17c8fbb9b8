package io.tern.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/// All connections that are not gone yet.
final class SimNet {

    private final Simulation sim;
    private final List<SimConnection> connections = new ArrayList<>();

    SimNet(Simulation sim) {
        this.sim = sim;
    }

    /// Opens a connection that will arrive at some loop.
    ///
    /// @return the client's end
    SimSocket open(Attempt attempt) {
        SimLoop loop = sim.loops().get(sim.random().below(sim.loops().size()));
        Cable cable = new Cable(sim.profile().windowBytes());
        connections.add(new SimConnection(sim, attempt, cable, loop));
        sim.trace().event(attempt.client(), "opens", attempt.number(), loop.number());
        return new SimSocket(sim, cable);
    }

    /// Breaks one connection, whichever.
    void cutOne() {
        if (!connections.isEmpty()) {
            SimConnection victim = connections.get(sim.random().below(connections.size()));
            sim.trace().event(victim, "cut", victim.attempt().number(), victim.cable().toServer.size());
            victim.cable().cut(sim.random());
        }
    }

    /// The broker's process has ended, and with it its end of every connection.
    void crash() {
        connections.forEach(SimConnection::crash);
        connections.clear();
    }

    List<SimConnection> connections() {
        return connections;
    }

    void forgetGone() {
        connections.removeIf(SimConnection::isGone);
    }

    /// @return when the next one does something by itself
    long deadlineMillis() {
        long deadline = Long.MAX_VALUE;
        for (SimConnection connection : connections) {
            deadline = Math.min(deadline, connection.deadlineMillis());
        }
        return deadline;
    }
}
