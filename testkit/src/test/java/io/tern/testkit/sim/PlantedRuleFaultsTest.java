package io.tern.testkit.sim;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import io.tern.api.Options;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.options.Measures;
import io.tern.engine.rules.ListenerRules;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Shows that the simulator finds a broker that doesn't keep to what its operator has set.
class PlantedRuleFaultsTest {

    @Test
    void more_waits_than_the_operator_allows() {
        finds("have waited for", options -> options.with(BrokerOptions.QUEUE_MESSAGES, 0));
    }

    @Test
    void nothing_goes_first() {
        PlantedFaultsTest.finds(120, "has a higher priority", () -> new Faults() {
            @Override
            public Options options(Options options) {
                return options.with(BrokerOptions.PRIORITY_BY_TOPIC, "");
            }
        });
    }

    @Test
    void not_only_the_latest_message_of_a_topic_waits() {
        finds("came after it|on disk is left", options -> options.with(BrokerOptions.WHEN_FULL_BY_TOPIC, ""));
    }

    @Test
    void what_has_to_be_on_the_disk_is_in_memory_only() {
        finds("is lost|never got|retained|times|in use for|before it is safe|before its identifier",
                options -> options.with(BrokerOptions.DURABILITY_BY_TOPIC, "#=none"));
    }

    @Test
    void what_has_to_outlive_a_loss_of_power_outlives_the_process_only() {
        finds("is lost|never got|retained|times|in use for|before it is safe|before its identifier",
                options -> options.with(BrokerOptions.DURABILITY_BY_TOPIC, "#=os"));
    }

    @Test
    void what_is_staged_has_no_bound_while_the_disk_stalls() {
        PlantedFaultsTest.finds(1050, "bytes are staged", () -> new Faults() {
            @Override
            public Measures measures(Measures measures) {
                return new Measures(measures.sliceSubscribers(), measures.sliceSubscriptions(), Integer.MAX_VALUE,
                        measures.packetIds());
            }
        });
    }

    @Test
    void a_listener_knows_no_rules() {
        PlantedFaultsTest.finds(1, "was told|got SubAck", () -> new Faults() {
            @Override
            public ListenerRules rules(ListenerRules rules) {
                return ListenerRules.STANDARD;
            }
        });
    }

    @Test
    void who_may_not_is_let() {
        PlantedFaultsTest.finds(1, "not allowed|got SubAck", () -> new Faults() {
            @Override
            public Authorizer authorizer(Authorizer authorizer) {
                return new Changed(authorizer) {
                    @Override
                    public Decision decide(ClientInfo client, Access access) {
                        super.decide(client, access);
                        return Decision.ALLOW;
                    }
                };
            }
        });
    }

    @Test
    void an_answer_that_never_comes() {
        PlantedFaultsTest.finds(1, "still waits|can't connect|never got|left behind", () -> new Faults() {
            @Override
            public Authorizer authorizer(Authorizer authorizer) {
                return new Changed(authorizer) {
                    private int count;

                    @Override
                    public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
                        if (++count % 5 != 0) {
                            super.ask(client, access, answer);
                        }
                    }
                };
            }
        });
    }

    @Test
    void a_bug_met_while_serving_somebody() {
        PlantedFaultsTest.finds(1, "a bug in the broker", () -> new Faults() {
            @Override
            public Authorizer authorizer(Authorizer authorizer) {
                return new Changed(authorizer) {
                    private int count;

                    @Override
                    public Decision decide(ClientInfo client, Access access) {
                        if (++count == 50) {
                            throw new IllegalStateException("planted");
                        }
                        return super.decide(client, access);
                    }
                };
            }
        });
    }

    private static class Changed implements Authorizer {

        private final Authorizer authorizer;

        Changed(Authorizer authorizer) {
            this.authorizer = authorizer;
        }

        @Override
        public Decision decide(ClientInfo client, Access access) {
            return authorizer.decide(client, access);
        }

        @Override
        public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
            authorizer.ask(client, access, answer);
        }

        @Override
        public boolean mayDeny(ClientInfo client, String filter) {
            return authorizer.mayDeny(client, filter);
        }

        @Override
        public String explain(ClientInfo client, Access access) {
            return authorizer.explain(client, access);
        }
    }

    private static void finds(String violation, UnaryOperator<Options> plant) {
        PlantedFaultsTest.finds(1, violation, () -> new Faults() {
            @Override
            public Options options(Options options) {
                return plant.apply(options);
            }
        });
    }
}
