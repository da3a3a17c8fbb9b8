package io.tern.testkit.sim;

/// The client's end of one connection.
final class SimSocket {

    private final Simulation sim;
    private final Cable cable;

    SimSocket(Simulation sim, Cable cable) {
        this.sim = sim;
        this.cable = cable;
    }

    /// Sends one packet; who sends into a broken connection doesn't notice.
    void send(byte[] packet) {
        if (!cable.isCut() && !cable.serverEnded()) {
            for (int i = sim.faults().copiesToBroker(packet); i > 0; i--) {
                cable.toServer.add(packet, 0, packet.length);
            }
        }
    }

    int readable() {
        return cable.toClient.size();
    }

    byte[] read(int length) {
        return cable.toClient.take(length);
    }

    /// Whether nothing will come any more.
    boolean ended() {
        return cable.toClient.size() == 0 && (cable.isCut() || cable.serverEnded());
    }

    /// Ends it in the ordinary way: the broker reads what was sent, then the end.
    void close() {
        cable.endByClient();
    }

    /// Ends it with a reset: the broker may not read all that was sent.
    void reset() {
        cable.cut(sim.random());
    }
}
