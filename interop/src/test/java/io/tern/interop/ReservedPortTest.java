package io.tern.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(MethodNames.class)
final class ReservedPortTest {

    private static final int OTHERS = 2_000;

    @Test
    void it_is_there_for_a_server_that_names_it_and_for_nobody_else() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "left out: Linux alone knows such ports");
        List<ServerSocket> others = new ArrayList<>();
        try (ReservedPort port = new ReservedPort(); ServerSocket server = new ServerSocket()) {
            assertThat(port.listens()).isFalse();
            for (int i = 0; i < OTHERS; i++) {
                others.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            assertThat(others).noneMatch(other -> other.getLocalPort() == port.number());
            try (ServerSocket other = new ServerSocket()) {
                other.setReuseAddress(false);
                assertThatThrownBy(() -> other.bind(address(port))).isInstanceOf(BindException.class);
            }
            server.setReuseAddress(true);
            server.bind(address(port));
            assertThat(port.listens()).isTrue();
        } finally {
            for (ServerSocket other : others) {
                other.close();
            }
        }
    }

    private static InetSocketAddress address(ReservedPort port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number());
    }
}
