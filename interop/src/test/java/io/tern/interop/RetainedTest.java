package io.tern.interop;

/// Retained messages.
final class RetainedTest extends Scenario {

    RetainedTest(Stage stage) {
        super(stage);
    }

    @EachClient
    void keep_the_last_retained_message(Variant variant) throws Exception {
        ForeignClient live = connected(variant);
        ForeignClient publisher = connected(variant);
        live.subscribe(root + "/#", 2);
        Message first = Message.of(root + "/state", "first", 1).retained();
        Message last = Message.of(root + "/state", "last", 2).retained();
        publisher.publish(first);
        publisher.publish(last);
        assertReceives(live, first, 1, false);
        assertReceives(live, last, 2, false);

        ForeignClient later = connected(variant);
        later.subscribe(root + "/+", 2);
        assertReceives(later, last, 2, true);
        ForeignClient atQos0 = connected(variant);
        atQos0.subscribe(root + "/state", 0);
        assertReceives(atQos0, last, 0, true);
    }

    @EachClient
    void forget_what_an_empty_payload_clears(Variant variant) throws Exception {
        ForeignClient publisher = connected(variant);
        Message kept = Message.of(root + "/kept", "kept", 1).retained();
        publisher.publish(Message.of(root + "/cleared", "cleared", 1).retained());
        publisher.publish(kept);
        publisher.publish(Message.of(root + "/cleared", "", 1).retained());

        ForeignClient later = connected(variant);
        later.subscribe(root + "/#", 1);
        assertReceives(later, kept, 1, true);
        Message behind = Message.of(root + "/behind", "behind it", 1);
        publisher.publish(behind);
        assertReceives(later, behind, 1, false);
    }
}
