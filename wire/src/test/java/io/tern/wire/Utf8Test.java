package io.tern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The check agrees with the JDK's strict decoder, wherever in a text the bytes stand.
class Utf8Test {

    private final CharsetDecoder jdk = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(256);

    @Spec({"MQTT-1.5.4-1", "3.1.1:MQTT-1.5.3-1"})
    @Test
    void every_sequence_of_up_to_three_bytes_is_judged_as_the_jdk_does() {
        byte[] bytes = new byte[3];
        for (int n = 0; n < 1 << 24; n++) {
            bytes[0] = (byte) (n >> 16);
            bytes[1] = (byte) (n >> 8);
            bytes[2] = (byte) n;
            // Behind ASCII a sample of the rest is enough.
            if (bytes[0] < 0 || n % 251 == 0) {
                agrees(bytes, 0, 3);
            }
        }
    }

    @Spec("MQTT-1.5.4-1")
    @Test
    void sequences_of_four_bytes_are_judged_as_the_jdk_does() {
        int[] interesting = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
        byte[] bytes = new byte[6];
        for (int first = 0xEF; first <= 0xFF; first++) {
            for (int second : interesting) {
                for (int third : interesting) {
                    for (int fourth : interesting) {
                        bytes[1] = (byte) first;
                        bytes[2] = (byte) second;
                        bytes[3] = (byte) third;
                        bytes[4] = (byte) fourth;
                        agrees(bytes, 1, 4);
                    }
                }
            }
        }
    }

    @Test
    void the_place_in_a_long_text_makes_no_difference() {
        Random random = new Random(1);
        String[] pieces = {"a", "temperature", "é", "語", "😀", "\uFEFF", "/", "~"};
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] good = text.toString().getBytes(StandardCharsets.UTF_8);
            assertThat(Utf8.check(good, 0, good.length)).isEqualTo(Utf8.Fault.NONE);
            assertThat(Utf8.encodedBytes(text.toString())).isEqualTo(good.length);
            assertThat(Utf8.encode(text.toString())).isEqualTo(good);
            assertThat(Utf8.decode(good, 0, good.length)).isEqualTo(text.toString());
            byte[] spoilt = good.clone();
            spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt(256);
            agrees(spoilt, 0, spoilt.length);
            int offset = random.nextInt(spoilt.length);
            agrees(spoilt, offset, random.nextInt(spoilt.length - offset + 1));
        }
    }

    /// A fault for ill-formed bytes or U+0000, exactly where the JDK or a zero says so; discouraged characters by
    /// looking at what the JDK decoded.
    private void agrees(byte[] bytes, int offset, int length) {
        Utf8.Fault fault = Utf8.check(bytes, offset, length);
        chars.clear();
        CoderResult result = jdk.reset().decode(ByteBuffer.wrap(bytes, offset, length), chars, true);
        if (result.isError()) {
            // Which of two faults is found first doesn't matter: either is refused.
            if (fault != Utf8.Fault.ILL_FORMED && fault != Utf8.Fault.NULL_CHARACTER) {
                throw new AssertionError(Arrays.toString(bytes) + " " + fault);
            }
            return;
        }
        String text = chars.flip().toString();
        Utf8.Fault expected = text.indexOf(0) >= 0 ? Utf8.Fault.NULL_CHARACTER
                : text.codePoints().anyMatch(Utf8Test::isDiscouraged) ? Utf8.Fault.DISCOURAGED
                : Utf8.Fault.NONE;
        if (fault != expected || Utf8.check(text) != expected) {
            throw new AssertionError(Arrays.toString(bytes) + " " + fault);
        }
    }

    private static boolean isDiscouraged(int c) {
        return Character.isISOControl(c) || c >= 0xFDD0 && c <= 0xFDEF || c % 0x10000 >= 0xFFFE;
    }

    @Spec({"MQTT-1.5.4-3", "3.1.1:MQTT-1.5.3-3"})
    @Test
    void a_byte_order_mark_stays() {
        byte[] marked = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a'};
        assertThat(Utf8.check(marked, 0, 4)).isEqualTo(Utf8.Fault.NONE);
        assertThat(Utf8.decode(marked, 0, 4)).isEqualTo("\uFEFFa");
        assertThat(Utf8.encode("\uFEFFa")).isEqualTo(marked);
    }

    @Spec({"MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-4.7.3-3"})
    @Test
    void what_must_not_be_sent_is_not_encoded() {
        for (String text : new String[] {"\0", "a\uD800", "\uDC00a", "\uDC00\uD800", "\n", "\uFFFF", "x".repeat(65_536),
            "é".repeat(32_768)}) {
            assertThatThrownBy(() -> Utf8.encode(text)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(Utf8.encode("x".repeat(65_535))).hasSize(65_535);
    }
}
