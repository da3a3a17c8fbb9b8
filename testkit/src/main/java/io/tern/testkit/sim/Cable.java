package io.tern.testkit.sim;

/// What lies between a client and the broker: bytes under way in both directions, and how it ends.
final class Cable {

    /// From the client to the broker, not read yet.
    final Bytes toServer = new Bytes();
    /// From the broker to the client, taken by the network, not read yet.
    final Bytes toClient = new Bytes();
    private final int windowBytes;
    private boolean cut;
    private boolean clientEnded;
    private boolean serverEnded;

    /// @param windowBytes how much the network takes for a client that doesn't read
    Cable(int windowBytes) {
        this.windowBytes = windowBytes;
    }

    /// @return how many bytes the network takes now
    int roomToClient() {
        return cut ? 0 : Math.max(0, windowBytes - toClient.size());
    }

    boolean isCut() {
        return cut;
    }

    boolean clientEnded() {
        return clientEnded;
    }

    boolean serverEnded() {
        return serverEnded;
    }

    /// Breaks it: in each direction some of what was under way still arrives, cut off at any byte.
    void cut(SimRandom random) {
        if (!cut) {
            cut = true;
            toServer.truncate(random.below(toServer.size() + 1));
            toClient.truncate(random.below(toClient.size() + 1));
        }
    }

    void endByClient() {
        clientEnded = true;
    }

    void endByServer() {
        serverEnded = true;
    }
}
