package io.tern.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.wire.MqttVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameScannerTest {

    private final List<Integer> bodyBytes = new ArrayList<>();

    private int scan(ByteBuffer in, int from, int to) {
        return FrameScanner.scan(in, from, to, (buffer, header, body, end) -> bodyBytes.add(end - body));
    }

    @Test
    void findsPacketsOfAnyLengthAndLeavesTheRest() {
        int[] payloads = {24, 200, 20_000, 24};
        ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
        List<Integer> wanted = new ArrayList<>();
        for (int payload : payloads) {
            byte[] frame = Packets.publish(MqttVersion.V3_1_1, "bench/0", 1, false, payload);
            in.put(frame);
            wanted.add(2 + "bench/0".length() + 2 + payload);
        }
        int end = in.position();
        int start = 0;
        // However the bytes are cut, each packet is found once.
        for (int to = 0; to <= end; to++) {
            start = scan(in, start, to);
        }
        assertThat(start).isEqualTo(end);
        assertThat(bodyBytes).isEqualTo(wanted);
    }

    @Test
    void refusesRemainingLengthOfFiveBytes() {
        ByteBuffer in = ByteBuffer.wrap(new byte[] {0x30, -1, -1, -1, -1, 1});
        assertThatThrownBy(() -> scan(in, 0, 6)).isInstanceOf(IllegalStateException.class);
    }
}
