package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a connection hears of bytes that could not be sent.
class WireTest {

    private static final class Last extends ChannelInboundHandlerAdapter {
        private final List<Throwable> heard = new ArrayList<>();

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            heard.add(cause);
        }
    }

    @Test
    void a_failure_is_told_to_the_connection_and_to_nobody_when_it_is_gone() throws Exception {
        Last last = new Last();
        EmbeddedChannel channel = new EmbeddedChannel(last);
        IOException first = new IOException("first");
        Wire.TELL_FAILURE.operationComplete(channel.newFailedFuture(first));
        Wire.TELL_FAILURE.operationComplete(channel.newSucceededFuture());
        assertThat(last.heard).singleElement().matches(Wire::isOfOutput)
                .extracting(Throwable::getCause).isSameAs(first);

        channel.close();
        channel.runPendingTasks();
        Wire.TELL_FAILURE.operationComplete(channel.newFailedFuture(new IOException("late")));

        assertThatCode(channel::checkException).doesNotThrowAnyException();
        assertThat(last.heard).hasSize(1);
    }
}
