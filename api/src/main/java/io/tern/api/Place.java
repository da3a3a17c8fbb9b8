package io.tern.api;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;

/// Where clients come from, as far as they can be told apart by it: an address, or a network of IPv6.
public final class Place {

    private static final int NETWORK_BYTES = 8;

    private Place() {}

    /// What an address counts by. Of IPv6 only the first 64 bits, since the rest is its owner's to choose.
    ///
    /// @param remote any
    /// @return an address, or a range of them, as [AddressRange] reads it; null for what has no address, such as a Unix
    ///     socket: all its clients are not one
    public static String address(SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            return null;
        }
        InetAddress address = socket.getAddress();
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        String hex = HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES));
        return String.join(":", hex.substring(0, 4), hex.substring(4, 8), hex.substring(8, 12), hex.substring(12))
                + "::/64";
    }

    /// Whether somebody comes from this machine.
    ///
    /// @param remote any
    /// @return true for a loopback address and for a Unix socket
    public static boolean isHere(SocketAddress remote) {
        return remote instanceof InetSocketAddress socket
                ? socket.getAddress() != null && socket.getAddress().isLoopbackAddress()
                : remote instanceof UnixDomainSocketAddress;
    }

    /// What those count by together who come from one place, also where that is no address.
    ///
    /// @param connection any
    /// @return the address, or else the listener
    public static String of(ConnectionInfo connection) {
        String address = address(connection.remote());
        return address == null ? connection.listener() : address;
    }
}
