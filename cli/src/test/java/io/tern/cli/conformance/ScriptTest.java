package io.tern.cli.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.MqttVersion;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The language of the scripts, and that a broker that does wrong is found out.
class ScriptTest {

    private static final String CONNACK_311 = "20020000";
    private static final String CONNACK_5 = "2003000000";

    private static Outcome run(CannedPeer peer, MqttVersion version, String... lines) {
        List<ConformanceCase> cases = Script.parse("test", "== a case\n" + String.join("\n", lines));
        return new Runner(peer, "r").run(cases.get(0), version);
    }

    private static String assembled(String words, MqttVersion version) {
        return HexFormat.of().formatHex(Assembler.packet(words, version, new Names("U"), "a"));
    }

    @Test
    void all_scripts_are_read() {
        assertThat(Script.all()).hasSizeGreaterThan(300);
    }

    @Test
    void a_line_that_means_nothing_is_named() {
        assertThatThrownBy(() -> Script.parse("file", "== a\n\nwhat?"))
                .hasMessageStartingWith("file:3: not understood");
        assertThatThrownBy(() -> Script.parse("file", "> connect")).hasMessageContaining("before the first case");
        assertThatThrownBy(() -> Script.parse("file", "== a\nin 4")).hasMessageContaining("no version: 4");
        assertThatThrownBy(() -> Script.parse("file", "== a\n== a")).hasMessageContaining("second case");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "connect id=@x keepalive=10 | 5 | 100f00044d5154540502000a0000025578",
        "connect id=x will=t willpayload=w willqos=1 willretain user=u password=p | 311 | "
                + "101900044d51545404ee003c000178000174000177000175000170",
        "publish topic=t payload='ab'*2 qos=2 pid=258 retain dup | 311 | 3d0900017401026162 6162",
        "publish topic=t alias=7 prop=a:b | 5 | 300e0001740a2300072600016100016 2",
        "subscribe filter=a qos=1 nolocal rap rh=2 filter=b | 5 | 820b0001000001612d00016200",
        "puback pid=1 reason=80 why=x | 5 | 4008000180041f000178",
        "disconnect | 5 | e000",
        "bytes 10 len proto 02 { 11 00000001 } \"ab\" 'c' ff*2 | 5 | "
                + "1015 00044d51545405 02 05 1100000001 0002 6162 63 ffff",
        "bytes c0 len proto { 11 } | 31 | c00900064d514973647003"
    }, delimiter = '|')
    void packets_are_assembled(String words, String version, String hex) {
        MqttVersion of = switch (version) {
            case "31" -> MqttVersion.V3_1;
            case "311" -> MqttVersion.V3_1_1;
            default -> MqttVersion.V5;
        };
        assertThat(assembled(words, of)).isEqualTo(hex.replace(" ", ""));
    }

    @Test
    void a_broker_that_does_right_passes() {
        CannedPeer peer = new CannedPeer(CONNACK_311, "9003000101", "40020009", CannedPeer.CLOSE);
        assertThat(run(peer, MqttVersion.V3_1_1, "> connect", "< connack", "> subscribe filter=@ qos=1",
                "< suback codes=01", "> publish topic=@ qos=1 pid=9", "< puback pid=9", "> disconnect", "< closed"))
                .matches(Outcome::passed);
    }

    @Test
    void what_is_expected_and_what_came_is_said() {
        Outcome outcome = run(new CannedPeer("20020100"), MqttVersion.V3_1_1, "> connect", "< connack");
        assertThat(outcome.line()).isEqualTo(3);
        assertThat(outcome.expected()).isEqualTo("connack");
        assertThat(outcome.got()).isEqualTo("connack session=1 reason=00 (session is 1)");
    }

    @Test
    void silence_ends_the_wait() {
        assertThat(run(new CannedPeer(), MqttVersion.V5, "> connect", "< connack").got())
                .isEqualTo("nothing in 5 seconds");
    }

    @Test
    void a_reason_before_the_end_has_to_be_one_of_those_named() {
        String[] lines = {"> connect", "< connack", "> pingreq", "< closed 81|82"};
        assertThat(run(new CannedPeer(CONNACK_5, CannedPeer.CLOSE), MqttVersion.V5, lines).passed()).isTrue();
        assertThat(run(new CannedPeer(CONNACK_5, "e00180"), MqttVersion.V5, lines).got()).contains("reason is 80");
    }

    @Test
    void captures_are_compared() {
        String[] lines = {"> connect", "< connack", "> pingreq", "< publish topic=t qos=1 pid=$p", "> pingreq",
            "< publish topic=t qos=1 pid=$p"};
        assertThat(run(new CannedPeer(CONNACK_5, "32060001740007" + "00", "32060001740007" + "00"),
                MqttVersion.V5, lines).passed()).isTrue();
        assertThat(run(new CannedPeer(CONNACK_5, "32060001740007" + "00", "32060001740008" + "00"),
                MqttVersion.V5, lines).got()).contains("pid is 8");
    }

    @Test
    void any_order_means_each_once() {
        String[] lines = {"> connect", "<~ connack", "<~ publish topic=t"};
        assertThat(run(new CannedPeer("30040001740020" + "03000000"), MqttVersion.V5, lines).passed()).isTrue();
        assertThat(run(new CannedPeer("30040001740030" + "0400017400"), MqttVersion.V5, lines).passed()).isFalse();
    }

    @Test
    void what_a_broker_may_never_do_is_found_without_being_asked_for() {
        assertThat(run(new CannedPeer(CONNACK_5, "30070001740323" + "0005"), MqttVersion.V5, "> connect alias-max=4",
                "< connack", "> pingreq", "< publish topic=t").got()).contains("topic alias 5");
        assertThat(run(new CannedPeer(CONNACK_5, "300400017400"), MqttVersion.V5, "> connect max-packet=5",
                "< connack", "> pingreq", "< publish topic=t").got()).contains("too large");
        assertThat(run(new CannedPeer("21020000"), MqttVersion.V3_1_1, "> connect", "< connack").got())
                .contains("header flags");
    }

    @Test
    void what_a_case_leaves_is_taken_away() {
        CannedPeer peer = new CannedPeer(CONNACK_311, "40020001");
        run(peer, MqttVersion.V3_1_1, "> connect id=keeper clean=0", "< connack",
                "> publish topic=kept payload=x retain qos=1", "< puback");
        String cleanConnect = assembled("connect id=keeper clean=1", MqttVersion.V3_1_1);
        assertThat(peer.heard()).contains(cleanConnect);
    }
}
