package io.tern.bench;

/// Who gets whose messages.
enum Shape {

    /// One publisher, all subscribers get everything.
    FANOUT(1, 100, 500),
    /// Each publisher has a subscriber of its own.
    PAIRS(50, 50, 20),
    /// One subscriber gets everything.
    FANIN(100, 1, 20),
    /// Each message goes to one subscriber of a group.
    SHARED(50, 10, 20);

    final int publishers;
    final int subscribers;
    final int window;

    Shape(int publishers, int subscribers, int window) {
        this.publishers = publishers;
        this.subscribers = subscribers;
        this.window = window;
    }

    /// What the subscriber with this number subscribes to.
    String filter(int subscriber) {
        return switch (this) {
            case FANOUT -> topic(0);
            case PAIRS -> topic(subscriber);
            case FANIN -> "bench/+";
            case SHARED -> "$share/group/bench/+";
        };
    }

    /// What the publisher with this number publishes to.
    static String topic(int publisher) {
        return "bench/" + publisher;
    }

    /// How many deliveries one publish makes.
    int deliveries(int subscriberCount) {
        return this == FANOUT ? subscriberCount : 1;
    }
}
