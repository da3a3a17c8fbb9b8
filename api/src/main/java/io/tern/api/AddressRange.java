package io.tern.api;

import java.net.InetAddress;
import java.net.UnknownHostException;
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
        try {
            if (!NUMERIC.matcher(address).matches()) {
                throw new IllegalArgumentException("'" + text + "' is no address");
            }
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > bytes.length * 8) {
                throw new IllegalArgumentException("'" + text + "' has not 0 to " + bytes.length * 8 + " bits");
            }
            return new AddressRange(text, bytes, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no address", e);
        }
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
