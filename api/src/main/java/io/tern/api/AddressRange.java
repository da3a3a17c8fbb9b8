package io.tern.api;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// A block of IP addresses, written `10.0.0.0/8`, `fd00::/8`, or as one address. Immutable, for any thread.
public final class AddressRange {

    private final byte[] first;
    private final int prefixBits;
    private final String text;

    private AddressRange(byte[] first, int prefixBits, String text) {
        this.first = first;
        this.prefixBits = prefixBits;
        this.text = text;
    }

    /// Reads a block.
    ///
    /// @param text an address, and after a slash how many of its bits all addresses of the block share
    /// @return the block
    /// @throws IllegalArgumentException if it is none; a host name is none
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        // A name would be looked up; what has only these characters is an address or nothing.
        if (!address.matches("[0-9.]+\\.[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw wrong(text);
        }
        byte[] bytes;
        try {
            bytes = InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw wrong(text);
        }
        int bits = bytes.length * Byte.SIZE;
        if (slash >= 0) {
            String length = text.substring(slash + 1);
            if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > bits) {
                throw wrong(text);
            }
            bits = Integer.parseInt(length);
        }
        return new AddressRange(bytes, bits, text);
    }

    /// Says whether an address lies in the block. An IPv4 address lies in no IPv6 block, and the other way round; one
    /// that is IPv4 written as IPv6 counts as IPv4.
    ///
    /// @param address any
    /// @return true if so
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != first.length) {
            return false;
        }
        int whole = prefixBits / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != first[i]) {
                return false;
            }
        }
        int rest = prefixBits % Byte.SIZE;
        return rest == 0 || ((bytes[whole] ^ first[whole]) & 0xFF) >>> Byte.SIZE - rest == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range && text.equals(range.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(text + " is no block of addresses; write 10.0.0.0/8, fd00::/8 or 10.0.0.1");
    }
}
