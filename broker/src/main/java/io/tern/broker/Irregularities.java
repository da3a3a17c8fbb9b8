package io.tern.broker;

import io.tern.engine.Channel;
import io.tern.engine.Irregularity;
import java.util.EnumSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rules that one shard's clients have broken where their listener lets them: each is said once and counted always.
final class Irregularities {

    private static final Logger LOG = LoggerFactory.getLogger(Irregularities.class);

    private final Counters counters;
    private final EnumSet<Irregularity> said = EnumSet.noneOf(Irregularity.class);

    Irregularities(Counters counters) {
        this.counters = counters;
    }

    void met(Channel channel, Irregularity irregularity) {
        counters.count(Counters.Event.IRREGULARITIES);
        if (said.add(irregularity)) {
            LOG.warn("{} breaks a rule that its listener doesn't enforce: {} (said once, counted always)",
                    channel.connection(), irregularity);
        }
    }
}
