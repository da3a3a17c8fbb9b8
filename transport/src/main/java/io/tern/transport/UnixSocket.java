package io.tern.transport;

import io.netty.channel.ServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// The file of a Unix socket: makes room for it, and lets those in who are meant.
final class UnixSocket {

    private UnixSocket() {}

    /// Takes away what an earlier process left, and nothing else.
    ///
    /// @return where to bind
    /// @throws ListenException if somebody listens there, or if it is no socket
    static SocketAddress prepare(IoKind kind, ListenerOptions options) throws ListenException {
        Path file = options.unix().path();
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                if (Files.isRegularFile(file) || Files.isDirectory(file)) {
                    throw new ListenException(options, "there is something that is no socket", null);
                }
                if (isServed(file)) {
                    throw new ListenException(options, "somebody listens there", null);
                }
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new ListenException(options, e.toString(), e);
        }
        return kind == IoKind.EPOLL ? new DomainSocketAddress(file.toFile()) : UnixDomainSocketAddress.of(file);
    }

    /// Only a refusal says that nobody is there: a queue may be full, or a look not allowed.
    private static boolean isServed(Path file) {
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.configureBlocking(false); // Somebody whose queue is full would keep us waiting.
            client.connect(UnixDomainSocketAddress.of(file));
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (IOException unknown) {
            return true;
        }
    }

    /// Gives the file its mode. Until then it has what the process's umask leaves, which as a rule is less.
    ///
    /// @throws ListenException if it can't; the channel is closed then
    static void protect(ServerChannel channel, ListenerOptions options) throws ListenException {
        try {
            Files.setPosixFilePermissions(options.unix().path(), options.unix().mode());
        } catch (IOException | UnsupportedOperationException e) {
            channel.close().awaitUninterruptibly();
            throw new ListenException(options, "can't set its mode: " + e, e);
        }
    }

    /// Takes the file away again. If that fails the next start does it.
    static void remove(ListenerOptions options) {
        options.unix().path().toFile().delete();
    }
}
