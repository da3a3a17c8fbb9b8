package io.tern.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.RandomGenerator;

/// Spoilt packets by the hundred thousand: whatever comes, the decoder gives packets or a [WireException], ends, and
/// holds no more than came.
///
/// The seed is fixed, so that a failure comes again. With `-Dtern.full=true` the round is a hundred times as long.
class FuzzTest {

    private static final int PACKETS = Boolean.getBoolean("tern.full") ? 30_000_000 : 300_000;
    private static final int SEEDS_PER_KIND = 200;
    private static final int[] TELLING_BYTES = {0x00, 0x01, 0x02, 0x7F, 0x80, 0x81, 0xC0, 0xED, 0xFF, '+', '#', '/'};

    private final Random random = new Random(20_260_101);
    private int refused;
    private int taken;

    @Example
    void no_bytes_harm_the_decoder() throws Exception {
        for (MqttVersion version : MqttVersion.values()) {
            PacketArbitraries any = new PacketArbitraries(version);
            List<byte[]> connects = encoded(any.connect(), version);
            List<byte[]> toServer = encoded(any.toServer(), version);
            List<byte[]> toClient = encoded(any.toClient(), version);
            int rounds = PACKETS / MqttVersion.values().length;
            for (int i = 0; i < rounds; i++) {
                switch (i % 4) {
                    case 0 -> decode(new Decoder(Decoder.Receiver.SERVER, 1 << 16), mutate(connects, toServer));
                    case 1, 2 -> decode(Frames.server(version), mutate(toServer, toServer));
                    default -> decode(Frames.client(version), mutate(toClient, toClient));
                }
            }
        }
        // Both ways are well trodden, else the mutations were too weak or too strong.
        assertThat(refused).isGreaterThan(PACKETS / 5);
        assertThat(taken).isGreaterThan(PACKETS / 20);
    }

    @Example
    void neither_do_random_bytes() throws Exception {
        for (int i = 0; i < PACKETS / 10; i++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            decode(Frames.server(MqttVersion.values()[i % 3]), noise);
            decode(new Decoder(Decoder.Receiver.SERVER, 1 << 16), noise);
        }
        assertThat(refused).isPositive();
    }

    private List<byte[]> encoded(Arbitrary<? extends Packet> arbitrary, MqttVersion version) {
        RandomGenerator<? extends Packet> generator = arbitrary.generator(1_000, false);
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < SEEDS_PER_KIND; i++) {
            ByteWriter out = new ByteWriter(64);
            Encoder.encode(generator.next(random).value(), version, out);
            all.add(Arrays.copyOf(out.array(), out.size()));
        }
        return all;
    }

    private byte[] mutate(List<byte[]> seeds, List<byte[]> others) {
        byte[] bytes = pick(seeds).clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
            bytes = mutateOnce(bytes, others);
        }
        // Half of them claim the length they have, to get beyond the header.
        return random.nextBoolean() ? bytes : withRightLength(bytes);
    }

    private byte[] mutateOnce(byte[] bytes, List<byte[]> others) {
        if (bytes.length == 0) {
            return pick(others).clone();
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes[at] = (byte) TELLING_BYTES[random.nextInt(TELLING_BYTES.length)];
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return spliced(bytes, at, bytes, at, random.nextInt(bytes.length - at + 1));
            }
            case 5 -> {
                byte[] other = pick(others);
                int from = random.nextInt(other.length);
                return spliced(bytes, at, other, from, random.nextInt(other.length - from + 1));
            }
            default -> {
                int cut = Math.min(bytes.length - at, 1 + random.nextInt(4));
                byte[] shorter = new byte[bytes.length - cut];
                System.arraycopy(bytes, 0, shorter, 0, at);
                System.arraycopy(bytes, at + cut, shorter, at, shorter.length - at);
                return shorter;
            }
        }
        return bytes;
    }

    private byte[] pick(List<byte[]> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static byte[] spliced(byte[] into, int at, byte[] piece, int from, int length) {
        byte[] longer = new byte[into.length + length];
        System.arraycopy(into, 0, longer, 0, at);
        System.arraycopy(piece, from, longer, at, length);
        System.arraycopy(into, at, longer, at + length, into.length - at);
        return longer;
    }

    private static byte[] withRightLength(byte[] bytes) {
        int lengthEnd = 1;
        while (lengthEnd < bytes.length && lengthEnd < 4 && bytes[lengthEnd] < 0) {
            lengthEnd++;
        }
        if (lengthEnd >= bytes.length) {
            return bytes;
        }
        return Frames.frame(bytes[0], Arrays.copyOfRange(bytes, lengthEnd + 1, bytes.length));
    }

    private void decode(Decoder decoder, byte[] bytes) {
        try {
            for (int sent = 0; sent < bytes.length; ) {
                int portion = random.nextInt(3) > 0 ? bytes.length - sent : 1 + random.nextInt(bytes.length - sent);
                decoder.feed(bytes, sent, portion);
                sent += portion;
                // The smallest packet has two bytes.
                int packets = 0;
                while (decoder.next() != null) {
                    packets++;
                    taken++;
                }
                decoder.hold();
                if (packets > bytes.length / 2 || decoder.heldBytes() > 2 * sent) {
                    throw new AssertionError(packets + " packets, " + decoder.heldBytes() + " bytes held");
                }
            }
        } catch (WireException expected) {
            refused++;
            if (!expected.reason().isError() || decoder.heldBytes() != 0) {
                throw new AssertionError(Arrays.toString(bytes), expected);
            }
        } catch (RuntimeException e) {
            throw new AssertionError(Arrays.toString(bytes), e);
        }
    }
}
