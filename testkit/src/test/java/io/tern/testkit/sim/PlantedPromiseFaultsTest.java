package io.tern.testkit.sim;

import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import io.tern.broker.options.BrokerOptions;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Shows that the simulator finds a broker that breaks what it promises over a stop, over a restart, on a full disk,
/// and where a plug-in has a bug.
class PlantedPromiseFaultsTest {

    @Test
    void a_will_is_lost_at_a_stop() {
        findsInStore(440, "never got .* a will", store -> new FaultyStore(store, (record, arguments, journal) -> {
            if (record.equals("sessionLeft")) {
                arguments[3] = false;
            }
            return true;
        }));
    }

    @Test
    void a_retained_message_outlives_its_expiry_over_a_restart() {
        findsInStore(1, "has expired|expiry of -1|retained for", Unexpiring::new);
    }

    @Test
    void a_bug_of_a_plug_in_strands_a_client() {
        PlantedFaultsTest.finds(1, "still waits|can't connect|was let in while|are open, though", () -> new Faults() {
            @Override
            public boolean strandsAfterBug() {
                return true;
            }
        });
    }

    @Test
    void a_shared_group_knows_no_limit() {
        PlantedFaultsTest.findsAmongOthers("have waited for group", () -> new Faults() {
            @Override
            public Options options(Options options) {
                return options.with(BrokerOptions.QUEUE_MESSAGES, 0);
            }
        });
    }

    @Test
    void a_full_disk_refuses_what_nobody_has_to_keep() {
        PlantedFaultsTest.findsAmongOthers("which nobody has to keep", () -> new Faults() {
            private Store store;

            @Override
            public Store store(Store of) {
                store = of;
                return of;
            }

            @Override
            public byte[] toClient(MqttVersion version, byte[] packet) {
                if (version != MqttVersion.V5 || packet[0] != 0x40 || packet.length > 4 || !store.full()) {
                    return packet;
                }
                byte[] refusal = Arrays.copyOf(packet, 5);
                refusal[1] = 3;
                refusal[4] = (byte) ReasonCode.QUOTA_EXCEEDED.value();
                return refusal;
            }
        });
    }

    /// Nothing that it gives back expires.
    private static final class Unexpiring extends FaultyStore {

        Unexpiring(Store store) {
            super(store, (record, arguments, journal) -> true);
        }

        @Override
        public void recover(Recovered into) {
            super.recover((Recovered) Proxy.newProxyInstance(
                    Recovered.class.getClassLoader(), new Class<?>[] {Recovered.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("retained")) {
                            Supplier<?> message = (Supplier<?>) arguments[4];
                            arguments[2] = Message.NEVER;
                            arguments[4] = (Supplier<Message>) () -> forEver((Message) message.get());
                        }
                        return method.invoke(into, arguments);
                    }));
        }

        @Override
        public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
            super.readRetained(wanted, loop, waits, messages -> {
                messages.replaceAll(Unexpiring::forEver);
                then.accept(messages);
            });
        }

        private static Message forEver(Message old) {
            return old == null
                    ? null
                    : new Message(old.topic(), old.payload(), old.qos(), old.retain(), old.properties(),
                            old.publisherId(), Message.NEVER);
        }
    }

    private static void findsInStore(int from, String violation, UnaryOperator<Store> plant) {
        PlantedFaultsTest.finds(from, violation, () -> new Faults() {
            @Override
            public boolean comparesStore() {
                return false;
            }

            @Override
            public Store store(Store store) {
                return plant.apply(store);
            }
        });
    }
}
