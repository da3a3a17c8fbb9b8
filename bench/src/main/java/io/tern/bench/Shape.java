package io.tern.bench;

/// Who gets whose messages.
enum Shape {

    /// One publisher, all subscribers get everything.
    FANOUT(1, 100, 500, 100, 100),
    /// The same, and besides them there are subscribers who read nothing.
    OVERLOAD(1, 10, 500, 100, 100),
    /// Each publisher has a subscriber of its own.
    PAIRS(50, 50, 100, 100, 50),
    /// One subscriber gets everything.
    FANIN(100, 1, 20, 20, 20),
    /// Each message goes to one subscriber of a group.
    SHARED(50, 8, 20, 20, 20);

    /// What a publisher's window is if messages leave at a rate: only a broker that is far behind fills it.
    private static final int PACED_WINDOW = 1000;

    /// Who reads nothing is noticed after a while.
    private static final Flag LONGER = new Flag("seconds", 60, 1, 3600, "How long it is measured.");

    private static final int MOST = 5000;

    private final Flag publishers;
    private final Flag subscribers;
    private final int[] windows;

    Shape(int publishers, int subscribers, int... windows) {
        boolean pairs = name().equals("PAIRS");
        this.publishers = pairs
                ? new Flag("pairs", publishers, 1, MOST, "Of a publisher and a subscriber.")
                : new Flag("publishers", publishers, 1, MOST, "How many.");
        this.subscribers = pairs ? this.publishers : new Flag("subscribers", subscribers, 1, MOST, "How many.");
        this.windows = windows;
    }

    /// How many publishers there are.
    Flag publishers() {
        return publishers;
    }

    /// How many subscribers there are: the same flag, where each has a publisher of its own.
    Flag subscribers() {
        return subscribers;
    }

    /// How long it is measured.
    Flag seconds() {
        return this == OVERLOAD ? LONGER : Stretch.SECONDS;
    }

    /// How many messages of one publisher are under way at most.
    int window(int qos, boolean paced) {
        return paced ? PACED_WINDOW : windows[qos];
    }

    /// Whether each message goes to all subscribers.
    boolean toAll() {
        return this == FANOUT || this == OVERLOAD;
    }

    /// What the subscriber with this number subscribes to.
    String filter(int subscriber) {
        return switch (this) {
            case FANOUT, OVERLOAD -> topic(0);
            case PAIRS -> topic(subscriber);
            case FANIN -> "bench/+";
            case SHARED -> "$share/group/bench/+";
        };
    }

    /// What the publisher with this number publishes to.
    static String topic(int publisher) {
        return "bench/" + publisher;
    }
}
