package io.tern.api;

import java.net.InetAddress;
import java.util.regex.Pattern;

/// An address of the network, or all that begin alike: `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`.
///
/// @param text as written
/// @param prefix bytes of the address
/// @param bits how many of them count
public record AddressRange(String text, byte[] prefix, int bits) {

    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /// Reads a range. Asks no name server.
    ///
    /// @param text as above
    /// @return the range
    /// @throws IllegalArgumentException saying what is wrong
    public static AddressRange of(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] bytes;
        int bits;
        try {
            // Not all that looks like an address is one, and the others must not be looked up as names.
            bytes = InetAddress.ofLiteral(address).getAddress();
            bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no address", e);
        }
        if (!NUMERIC.matcher(address).matches()) {
            // One with a zone, such as fe80::1%eth0.
            throw new IllegalArgumentException("'" + text + "' is no address");
        }
        if (bits < 0 || bits > bytes.length * 8) {
            throw new IllegalArgumentException("'" + text + "' has not 0 to " + bytes.length * 8 + " bits");
        }
        return new AddressRange(text, bytes, bits);
    }

    /// Whether an address lies in it.
    ///
    /// @param address IPv4 or IPv6
    /// @return false also for the other kind of address
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != prefix[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((bytes[whole] ^ prefix[whole]) & 0xFF) >> 8 - rest == 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
