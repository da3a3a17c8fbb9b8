package io.tern.crash;

import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.TopicName;
import io.tern.wire.Will;
import java.io.IOException;
import java.util.Random;

/// Has a durable session and a will, and loses its connection.
final class WillOwner extends Client {

    /// What it does then.
    enum Way {
        /// Never comes back: the will is owed.
        DIES,
        /// Lost it by itself, while the broker lived: the will is owed.
        DIES_FIRST,
        /// Comes back long before the will's delay is over: nobody may see it.
        RETURNS
    }

    private static final long LONG_SECONDS = 3600;
    private static final int BYTES = 50;

    private final Way way;
    private final Message message;
    private final Will will;
    private boolean connected;

    WillOwner(String id, MqttVersion version, Way way, Random random, Site site, Ledger ledger) {
        super(id, version, true, 0, site, ledger);
        this.way = way;
        TopicName topic = TopicName.of("will/" + id);
        this.message = ledger.create(id, topic, 1 + random.nextInt(2), random.nextBoolean(), BYTES);
        Properties properties = Properties.NONE;
        if (version.isV5()) {
            long delay = way == Way.RETURNS ? LONG_SECONDS : random.nextInt(2);
            properties = Properties.builder().with(Property.WILL_DELAY_INTERVAL, delay).build();
        }
        this.will = new Will(topic, message.payload(), message.qos, message.retain, properties);
        if (way == Way.RETURNS) {
            ledger.forbid(message);
        }
    }

    /// One that returns in time needs a delay.
    static WillOwner of(int number, Random random, Site site, Ledger ledger) {
        Way way = Way.values()[random.nextInt(Way.values().length)];
        MqttVersion version = way == Way.RETURNS || random.nextBoolean() ? MqttVersion.V5 : MqttVersion.V3_1_1;
        return new WillOwner("mourned-" + number, version, way, random, site, ledger);
    }

    @Override
    boolean live(Link open) throws IOException {
        if (connected) {
            // With a session and no will, so the earlier one is gone when this is answered.
            return connect(open, false, null) == null;
        }
        if (connect(open, false, will) == null) {
            // The broker may have it, and may not; if so, the next connection counts.
            return true;
        }
        connected = true;
        if (way != Way.RETURNS) {
            ledger.acknowledged(message);
        }
        if (way == Way.DIES_FIRST) {
            return false;
        }
        try {
            while (open.receive() != null) {
                continue;
            }
        } catch (IOException e) {
            // The end that was waited for.
            return way == Way.RETURNS;
        }
        return way == Way.RETURNS;
    }
}
