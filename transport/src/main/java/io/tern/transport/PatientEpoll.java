package io.tern.transport;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Epoll that hears of a peer's hang-up only by reading it.
///
/// Netty asks for EPOLLRDHUP on every socket, and when it comes reads all there is, whether reading is on or not. A
/// shard that stopped reading because it can't take more would get megabytes after all. Without the flag a hang-up
/// waits in line behind the bytes sent before it, as with NIO. A socket that is neither read nor written stays
/// registered, edge triggered, for errors: Netty can't add a socket again once its last flag is gone.
///
/// A socket that is dead in both directions is always ready to be written, says the kernel; with bytes still to be read
/// by somebody who rests it would keep the loop awake. So once that is known nobody asks for it any more.
final class PatientEpoll implements IoHandler {

    private static final Logger LOG = LoggerFactory.getLogger(PatientEpoll.class);

    private final IoHandler epoll;
    private final ThreadAwareExecutor executor;

    PatientEpoll(IoHandler epoll, ThreadAwareExecutor executor) {
        this.epoll = epoll;
        this.executor = executor;
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Watched watched = new Watched((EpollIoHandle) handle);
        watched.registration = epoll.register(watched);
        return watched;
    }

    /// A channel as epoll sees it, and epoll as the channel does.
    @SuppressWarnings("try") // Netty's close() may throw anything, also what nobody should throw.
    private final class Watched implements EpollIoHandle, IoRegistration {

        /// EPOLLHUP, for which Netty has no name: nothing comes and nothing goes any more.
        private static final int HANG_UP = 0x10;

        private final EpollIoHandle channel;
        private IoRegistration registration;
        private EpollIoOps asked = EpollIoOps.NONE;
        private boolean dead;

        Watched(EpollIoHandle channel) {
            this.channel = channel;
        }

        @Override
        public FileDescriptor fd() {
            return channel.fd();
        }

        @Override
        public void handle(IoRegistration ignored, IoEvent event) {
            boolean dies = !dead && (((EpollIoEvent) event).ops().value() & HANG_UP) != 0;
            channel.handle(this, event);
            if (dies) {
                dead = true;
                submitAgain();
            }
        }

        @Override
        public void registered() {
            channel.registered();
        }

        @Override
        public void unregistered() {
            channel.unregistered();
        }

        @Override
        public void close() throws Exception {
            channel.close();
        }

        private void submitAgain() {
            if (isValid() && asked.contains(EpollIoOps.EPOLLOUT)) {
                submit(asked);
            }
        }

        @Override
        public long submit(IoOps ops) {
            asked = (EpollIoOps) ops;
            EpollIoOps wanted = asked;
            if (wanted.contains(EpollIoOps.EPOLLRDHUP)) {
                wanted = wanted.without(EpollIoOps.EPOLLRDHUP);
                if (dead) {
                    wanted = wanted.without(EpollIoOps.EPOLLOUT);
                }
                if (wanted.value() == 0) {
                    wanted = EpollIoOps.EPOLLET;
                }
            }
            try {
                return registration.submit(wanted);
            } catch (RuntimeException e) {
                // Netty would lose the exception and leave the socket open and deaf: too many watches, for instance.
                LOG.warn("closing a socket that epoll refuses", e);
                executor.execute(this::closeChannel);
                return -1;
            }
        }

        private void closeChannel() {
            try {
                channel.close();
            } catch (Exception e) {
                LOG.warn("closing it failed too", e);
            }
        }

        @Override
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
