package io.tern.engine;

import io.tern.engine.queue.Identified;
import io.tern.engine.queue.Origin;
import io.tern.wire.Subscribe;

/// One filter that one session subscribes to, and how. Small, since a broker holds millions: the filter's text is
/// shared with the index, the options are a byte.
public class Subscription {

    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;

    private final String filter;
    private byte options;
    private byte grant;
    private Origin origin;

    /// A subscription as asked for.
    ///
    /// @param filter the client's filter, with `$share`
    /// @param item its options
    /// @param identifier subscription identifier, 0 for none
    public Subscription(String filter, Subscribe.Item item, int identifier) {
        this.filter = filter;
        change(item, identifier);
    }

    /// Replaces the options by those of a repeated SUBSCRIBE [MQTT-3.8.4-3].
    ///
    /// @param item the new options
    /// @param newIdentifier the new subscription identifier, 0 for none
    public final void change(Subscribe.Item item, int newIdentifier) {
        options = (byte) (item.qos()
                | (item.noLocal() ? NO_LOCAL : 0)
                | (item.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                | item.retainHandling() << 4);
        origin = newIdentifier == 0 ? null : new Identified(newIdentifier);
    }

    /// @return the client's filter, with `$share`
    public final String filter() {
        return filter;
    }

    /// @return highest quality of service to send with, 0 to 2
    public final int qos() {
        return options & 3;
    }

    /// @return whether the client's own messages are kept from it [MQTT-3.8.3-3]
    public final boolean noLocal() {
        return (options & NO_LOCAL) != 0;
    }

    /// @return whether the RETAIN flag goes out as published [MQTT-3.3.1-13]
    public final boolean retainAsPublished() {
        return (options & RETAIN_AS_PUBLISHED) != 0;
    }

    /// @return all of them as in the byte of section 3.8.3.1
    public final int options() {
        return options;
    }

    /// @return subscription identifier, 0 for none
    public final int identifier() {
        return origin == null ? 0 : origin.subscriptionIdentifiers()[0];
    }

    /// The same, as it is sent with each message.
    ///
    /// @return not to be changed; null for none
    public final Origin origin() {
        return origin;
    }

    /// What was granted.
    ///
    /// @return 0 if each message is to be delivered; else it has to be asked for, and this says by whom it was granted
    public final int grant() {
        return grant;
    }

    /// Remembers that.
    ///
    /// @param newGrant 0 to 127
    public final void grant(int newGrant) {
        grant = (byte) newGrant;
    }
}
