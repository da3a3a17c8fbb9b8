package io.tern.examples.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.testkit.BrokerExtension;
import io.tern.wire.MqttVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/// The house against this tree's broker.
@Timeout(120)
class HouseTest {

    private static final boolean FULL = Boolean.getBoolean("tern.full");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int house(Object... args) {
        CommandLine line = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true));
        return line.execute(Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    }

    @Test
    void a_house_of_200_sensors_gets_what_it_is_promised() throws Exception {
        int seconds = FULL ? 60 : 10;
        Broker broker = new Broker("127.0.0.1", BROKER.port(), MqttVersion.V5, false);
        Report report = new House(broker, new House.Size("house", 200, seconds, null), happens -> { }).run();
        assertThat(report.isKept()).as(report.toString()).isTrue();
        assertThat(report.troubles()).as(report.toString()).isEmpty();
        // 199 sensors say all they have to say, each once as a reading and once as a state, and make commands of it.
        assertThat(report.published()).isGreaterThan(199L * seconds * 2 + 40L * seconds);
        if (FULL) {
            System.out.println(report);
        }
    }

    @Test
    void a_small_house_speaks_3_1_1() {
        int code = house("--port", BROKER.port(), "--version", "3.1.1", "--sensors", 40, "--seconds", 3, "--qos", 2);
        assertThat(code).as("%s%s", out, err).isZero();
        assertThat(out.toString()).contains("All promises were kept").contains("with MQTT 3.1.1");
    }

    @Test
    void a_small_house_speaks_over_WebSocket() {
        int code = house("--ws", "--port", BROKER.wsPort(), "--sensors", 40, "--seconds", 3, "--root", "hut");
        assertThat(code).as("%s%s", out, err).isZero();
        assertThat(out.toString()).contains("All promises were kept").contains("over WebSocket");
    }

    @Test
    void what_cannot_be_run_is_said_in_one_line() {
        assertThat(house("--port", 1, "--sensors", 5, "--seconds", 3)).isEqualTo(2);
        assertThat(err.toString()).startsWith("house: cannot connect to localhost:1").hasLineCount(1);
    }

    @Test
    void options_out_of_range_are_refused() {
        assertThat(house("--sensors", 4)).isEqualTo(2);
        assertThat(house("--qos", 3)).isEqualTo(2);
        assertThat(house("--version", "6")).isEqualTo(2);
        assertThat(house("--root", "a/b")).isEqualTo(2);
        assertThat(err.toString()).contains("--sensors is 5 to 2000");
    }
}
