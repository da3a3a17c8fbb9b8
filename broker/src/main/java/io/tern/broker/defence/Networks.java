package io.tern.broker.defence;

import io.tern.api.AddressRange;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Bans of addresses and networks: for each size of network a table by its first bits, so that it doesn't matter how
/// many they are. For any thread; one at a time changes it.
final class Networks {

    /// Networks of one size.
    private record Size(int addressBytes, int bits, Map<ByteBuffer, Ban> bans) {

        /// What the addresses of a network have in common, the rest being zeros.
        ByteBuffer begin(byte[] address) {
            byte[] begin = new byte[addressBytes];
            int whole = bits / 8;
            System.arraycopy(address, 0, begin, 0, whole);
            if (bits % 8 > 0) {
                begin[whole] = (byte) (address[whole] & 0xFF00 >> bits % 8);
            }
            return ByteBuffer.wrap(begin);
        }
    }

    private final List<Size> sizes = new CopyOnWriteArrayList<>();

    boolean isEmpty() {
        return sizes.isEmpty();
    }

    void put(AddressRange range, Ban ban) {
        Size size = size(range);
        if (size == null) {
            size = new Size(range.prefix().length, range.bits(), new ConcurrentHashMap<>());
            size.bans.put(size.begin(range.prefix()), ban);
            sizes.add(size);
        } else {
            size.bans.put(size.begin(range.prefix()), ban);
        }
    }

    void remove(AddressRange range) {
        Size size = size(range);
        if (size != null) {
            size.bans.remove(size.begin(range.prefix()));
            if (size.bans.isEmpty()) {
                sizes.remove(size);
            }
        }
    }

    private Size size(AddressRange range) {
        for (Size each : sizes) {
            if (each.addressBytes == range.prefix().length && each.bits == range.bits()) {
                return each;
            }
        }
        return null;
    }

    /// @return a ban of a network that an address lies in and that is not over; null if there is none
    Ban of(byte[] address, long nowMillis) {
        for (Size each : sizes) {
            Ban ban = each.addressBytes == address.length ? each.bans.get(each.begin(address)) : null;
            if (ban != null && !ban.isOver(nowMillis)) {
                return ban;
            }
        }
        return null;
    }

    /// The same for all ways to write a network.
    static String name(AddressRange range) {
        Size size = new Size(range.prefix().length, range.bits(), Map.of());
        StringBuilder name = new StringBuilder();
        for (byte each : size.begin(range.prefix()).array()) {
            name.append(each & 0xFF).append('.');
        }
        return name.append('/').append(range.bits()).toString();
    }
}
