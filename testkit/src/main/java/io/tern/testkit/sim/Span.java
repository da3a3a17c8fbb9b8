package io.tern.testkit.sim;

import io.tern.wire.Subscribe;
import io.tern.wire.TopicName;

/// One SUBSCRIBE for one filter, and from when to when it holds: certainly from its SUBACK until something is sent that
/// ends it, possibly from when it was sent until the end of it is acknowledged. Unit of all times: steps.
final class Span {

    static final int NEVER = Integer.MAX_VALUE;

    private final Subscribe.Item item;
    private int requestedStep;
    private int ackedStep = NEVER;
    private int endRequestedStep = NEVER;
    private int endAckedStep = NEVER;

    Span(Subscribe.Item item, int step) {
        this.item = item;
        this.requestedStep = step;
    }

    /// The same for a session that may be the old one: it may still hold, but nothing is certain.
    Span doubted() {
        Span span = new Span(item, requestedStep);
        span.endRequestedStep = 0;
        span.endAckedStep = endAckedStep;
        return span;
    }

    /// It was sent before CONNACK, and counts from when the broker had let its connection in: another connection that
    /// was opened later may have been let in before.
    void requested(int step) {
        requestedStep = step;
    }

    void acked(int step) {
        ackedStep = Math.min(ackedStep, step);
    }

    void endRequested(int step) {
        endRequestedStep = Math.min(endRequestedStep, step);
    }

    void endAcked(int step) {
        endAckedStep = Math.min(endAckedStep, step);
    }

    boolean isOlderThan(Span other) {
        return requestedStep < other.requestedStep;
    }

    Subscribe.Item item() {
        return item;
    }

    String filter() {
        return item.filter().value();
    }

    boolean matches(TopicName topic) {
        return item.filter().matches(topic);
    }

    /// Whether it held all the time.
    boolean heldFrom(int from, int to) {
        return ackedStep <= from && endRequestedStep > to;
    }

    /// Whether it held since then, and still does.
    boolean holdsSince(int from) {
        return ackedStep <= from && endRequestedStep == NEVER;
    }

    /// Whether it may have held at some time since then.
    boolean mayHold(int from) {
        return endAckedStep > from;
    }

    @Override
    public String toString() {
        return filter() + "@" + item.qos() + "[" + requestedStep + " " + ackedStep + " " + endRequestedStep + " "
                + endAckedStep + "]";
    }
}
