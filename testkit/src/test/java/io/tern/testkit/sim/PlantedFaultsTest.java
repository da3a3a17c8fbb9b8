package io.tern.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Shows that the simulator finds mistakes: each is planted between the broker and its world, once in a run, and has to
/// be found within some seeds. With `-Dsim.where=true` it is printed after how many.
class PlantedFaultsTest {

    private static final int SEEDS = 400;
    private static final int PUBLISH = 0x30;
    private static final int PUBACK = 0x40;
    private static final int PUBREL = 0x60;
    private static final int UNSUBACK = 0xB0;

    @Test
    void publisher_without_its_puback() {
        finds("next in order|still waits", () -> new Faults() {
            private int count;

            @Override
            public int copiesToClient(byte[] packet) {
                return type(packet) == PUBACK && ++count == 20 ? 0 : 1;
            }
        });
    }

    @Test
    void puback_without_effect() {
        finds("never got|retained for|are retained, but|was settled", () -> new Faults() {
            private int count;

            @Override
            public int copiesToBroker(byte[] packet) {
                return type(packet) == PUBACK && ++count >= 5 ? 0 : 1;
            }
        });
    }

    @Test
    void message_that_does_not_arrive() {
        String signs = "never got|last, but retained is|are retained, but|retained for|4.6.0-5|queue was full";
        finds(signs, () -> new Faults() {
            private int count;

            @Override
            public int copiesToClient(byte[] packet) {
                return type(packet) == PUBLISH && qos(packet) > 0 && ++count == 30 ? 0 : 1;
            }
        });
    }

    @Test
    void qos_2_twice_under_one_identifier() {
        finds("twice", () -> new Faults() {
            private int count;

            @Override
            public int copiesToClient(byte[] packet) {
                return type(packet) == PUBLISH && qos(packet) == 2 && ++count == 10 ? 2 : 1;
            }
        });
    }

    @Test
    void qos_2_twice_under_two_identifiers() {
        finds("got message .* 2 times|Receive Maximum|waits for PUBREL", () -> new Faults() {
            private int count;

            @Override
            public byte[] toClient(MqttVersion version, byte[] packet) {
                if (type(packet) != PUBLISH || qos(packet) != 2 || ++count != 10) {
                    return packet;
                }
                byte[] both = Arrays.copyOf(packet, packet.length * 2);
                System.arraycopy(packet, 0, both, packet.length, packet.length);
                both[packet.length + packetIdAt(packet)] ^= 0x40;
                return both;
            }
        });
    }

    @Test
    void repeat_without_dup() {
        finds("without DUP|times", () -> new Faults() {
            @Override
            public byte[] toClient(MqttVersion version, byte[] packet) {
                if (type(packet) == PUBLISH) {
                    packet[0] &= ~0x08;
                }
                return packet;
            }
        });
    }

    @Test
    void release_that_does_not_arrive() {
        finds("PUBREL|still waits|retained for|never got", () -> new Faults() {
            private int count;

            @Override
            public int copiesToClient(byte[] packet) {
                return type(packet) == PUBREL && ++count == 5 ? 0 : 1;
            }
        });
    }

    @Test
    void unsuback_twice() {
        finds("without a subscription|never got|UnsubAck", () -> new Faults() {
            @Override
            public int copiesToClient(byte[] packet) {
                return type(packet) == UNSUBACK ? 2 : 1;
            }
        });
    }

    @Test
    void wrong_answer_that_is_let_pass() {
        finds("though its client has answered wrongly", () -> new Faults() {
            @Override
            public boolean losesWrongAnswers() {
                return true;
            }
        });
    }

    @Test
    void session_that_anybody_gets() {
        finds("was told of a session that can't be there", () -> new Faults() {
            @Override
            public String user(String userName) {
                return "the same";
            }
        });
    }

    @Test
    void room_that_nobody_hears_of() {
        finds("never got|still waits|last, but retained|retained for|are retained, but", () -> new Faults() {
            @Override
            public boolean losesWritable() {
                return true;
            }
        });
    }

    @Test
    void what_the_server_says_of_itself_is_not_sent() {
        findsAmongOthers("heard .* last, but", () -> new Faults() {
            @Override
            public int copiesToClient(byte[] packet) {
                return type(packet) == PUBLISH && new String(packet, StandardCharsets.ISO_8859_1).contains("$SYS")
                        ? 0
                        : 1;
            }
        });
    }

    @Test
    void what_goes_to_one_client_is_lost() {
        findsAmongOthers("never got message .* to \\$p2p/", () -> new Faults() {
            @Override
            public int copiesToClient(byte[] packet) {
                return type(packet) == PUBLISH && qos(packet) > 0
                                && new String(packet, StandardCharsets.ISO_8859_1).contains("$p2p/c1/")
                        ? 0
                        : 1;
            }
        });
    }

    @Test
    void what_goes_to_one_client_comes_twice() {
        findsAmongOthers("to \\$p2p/", () -> new Faults() {
            @Override
            public int copiesToClient(byte[] packet) {
                boolean fresh = type(packet) == PUBLISH && qos(packet) == 0;
                return fresh && new String(packet, StandardCharsets.ISO_8859_1).contains("$p2p/") ? 2 : 1;
            }
        });
    }

    @Test
    void one_lost_wake() {
        int[] lost = {0};
        finds("never got|still waits|can't connect|last, but retained", () -> {
            int which = ++lost[0] * 7;
            return new Faults() {
                private int count;

                @Override
                public boolean losesWake(int loop, boolean own) {
                    return ++count == which;
                }
            };
        });
    }

    private static void finds(String violation, Supplier<Faults> faults) {
        finds(1, violation, faults);
    }

    /// @param from where to begin, so that it doesn't take long
    static void finds(int from, String violation, Supplier<Faults> faults) {
        for (int seed = from; seed < from + SEEDS; seed++) {
            try {
                Simulation.run(seed, faults.get());
            } catch (Violation found) {
                if (Boolean.getBoolean("sim.where")) {
                    System.out.printf("%d seeds from %d: %s%n", seed - from + 1, from, found.what());
                }
                assertThat(found.what()).containsPattern(violation);
                return;
            }
        }
        throw new AssertionError("not found in " + SEEDS + " seeds");
    }

    /// For a fault that is mostly found by other signs before.
    ///
    /// @param sign that has to be among them
    static void findsAmongOthers(String sign, Supplier<Faults> faults) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            try {
                Simulation.run(seed, faults.get());
            } catch (Violation found) {
                if (Pattern.compile(sign).matcher(found.what()).find()) {
                    if (Boolean.getBoolean("sim.where")) {
                        System.out.printf("%d seeds: %s%n", seed, found.what());
                    }
                    return;
                }
            }
        }
        throw new AssertionError("not found in " + SEEDS + " seeds");
    }

    private static int type(byte[] packet) {
        return packet[0] & 0xF0;
    }

    private static int qos(byte[] packet) {
        return packet[0] >> 1 & 3;
    }

    private static int packetIdAt(byte[] publish) {
        int at = 1;
        while (publish[at] < 0) {
            at++;
        }
        return at + 3 + ((publish[at + 1] & 0xFF) << 8 | publish[at + 2] & 0xFF);
    }
}
