package io.tern.wire.codec;

import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Puts packets together byte by byte, right or wrong.
final class Frames {

    private Frames() {
    }

    /// A packet with the right Remaining Length.
    ///
    /// @param parts an Integer is a byte, a String is text with its length in front, a `byte[]` stands as it is
    static byte[] frame(int first, Object... parts) {
        byte[] body = bytes(parts);
        ByteWriter out = new ByteWriter(8);
        out.writeByte(first);
        out.writeVarInt(body.length);
        out.writeBytes(body);
        return written(out);
    }

    static byte[] bytes(Object... parts) {
        ByteWriter out = new ByteWriter(8);
        for (Object part : parts) {
            switch (part) {
                case Integer b -> out.writeByte(b);
                case String s -> out.writeBinary(s.getBytes(StandardCharsets.UTF_8));
                case byte[] raw -> out.writeBytes(raw);
                default -> throw new IllegalArgumentException(part.getClass().toString());
            }
        }
        return written(out);
    }

    /// Text that stands as it is, without a length.
    static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Any bytes as a text with its length in front.
    static byte[] text(int... values) {
        ByteWriter out = new ByteWriter(8);
        out.writeShort(values.length);
        for (int value : values) {
            out.writeByte(value);
        }
        return written(out);
    }

    private static byte[] written(ByteWriter out) {
        byte[] bytes = new byte[out.size()];
        System.arraycopy(out.array(), 0, bytes, 0, bytes.length);
        return bytes;
    }

    /// The smallest CONNECT.
    static byte[] connect(MqttVersion version) {
        byte[] properties = version.isV5() ? new byte[1] : new byte[0];
        return frame(0x10, version.protocolName(), version.level(), 0x02, 0, 0, properties, "c");
    }

    /// A server's decoder that has read CONNECT.
    static Decoder server(MqttVersion version) throws WireException {
        Decoder decoder = new Decoder(Decoder.Receiver.SERVER, 1 << 20);
        byte[] connect = connect(version);
        decoder.feed(connect, 0, connect.length);
        decoder.next();
        return decoder;
    }

    static Decoder client(MqttVersion version) {
        Decoder decoder = new Decoder(Decoder.Receiver.CLIENT, 1 << 20);
        decoder.version(version);
        return decoder;
    }

    static List<Packet> readAll(Decoder decoder, byte[] bytes) throws WireException {
        decoder.feed(bytes, 0, bytes.length);
        List<Packet> packets = new ArrayList<>();
        for (Packet packet = decoder.next(); packet != null; packet = decoder.next()) {
            packets.add(packet);
        }
        decoder.hold();
        return packets;
    }

    static Packet readOne(Decoder decoder, byte[] bytes) throws WireException {
        return readAll(decoder, bytes).getFirst();
    }
}
