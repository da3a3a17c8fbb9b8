package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Each client as publisher to each as subscriber, at each QoS: what the broker translates between versions.
@Execution(ExecutionMode.SAME_THREAD)
final class CrossTest extends Scenario {

    private static final Extras EXTRAS = new Extras("text/plain", "answer", "c-1", List.of("a=1", "a=2"), -1, 0);

    CrossTest(Stage stage) {
        super(stage);
    }

    @TestFactory
    List<DynamicTest> reach_all_others() throws Exception {
        Map<Variant, ForeignClient> subscribers = new LinkedHashMap<>();
        for (Variant variant : Variant.present()) {
            ForeignClient subscriber = connected(variant);
            subscriber.subscribe(root + "/#", 2);
            subscribers.put(variant, subscriber);
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Variant from : subscribers.keySet()) {
            tests.add(dynamicTest("[" + from + "]", () -> reach(from, subscribers)));
        }
        return tests;
    }

    private void reach(Variant from, Map<Variant, ForeignClient> subscribers) throws Exception {
        ForeignClient publisher = connected(from);
        boolean v5 = from.version().isV5();
        for (int qos = 0; qos <= 2; qos++) {
            Message message = Message.of(root + "/" + qos, from + " at " + qos, qos);
            publisher.publish(v5 ? message.with(EXTRAS) : message);
        }
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<Variant, ForeignClient> entry : subscribers.entrySet()) {
            Variant to = entry.getKey();
            Extras extras = v5 && to.version().isV5() ? EXTRAS : Extras.NONE;
            for (int qos = 0; qos <= 2; qos++) {
                Message wanted = Message.of(root + "/" + qos, from + " at " + qos, qos).with(extras);
                Message got = entry.getValue().receive();
                if (!got.toString().equals(wanted.toString())) {
                    wrong.add(to + " received " + got + " in place of " + wanted);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
