package io.tern.broker.connect;

import io.tern.api.ClientInfo;
import io.tern.broker.defence.Shown;
import io.tern.broker.link.Link;
import io.tern.broker.watch.ClientLog;
import io.tern.wire.Connect;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;

/// One CONNECT on its way to a session.
final class ConnectAttempt {

    final Link link;
    final Connect connect;
    /// Higher for those that were decoded later, on whatever shard.
    final long stamp;
    final Shown shown;
    ClientInfo client;
    /// How often it has moved to another shard.
    int hops;
    byte[] authenticationData;

    ConnectAttempt(Link link, Connect connect, long stamp, ClientInfo client) {
        this.link = link;
        this.connect = connect;
        this.stamp = stamp;
        this.client = client;
        this.shown = Shown.of(client, connect.password(),
                connect.properties().binary(Property.AUTHENTICATION_DATA));
    }

    /// It ends here, and the client may know why.
    void refuse(ClientLog log, ReasonCode reason, String words) {
        log.refused(client, reason, words);
        link.channel().refuse(reason, words);
    }

    /// It ends here. Why, is for who watches, not for who knocks.
    void deny(ClientLog log, ReasonCode reason, String why) {
        log.refused(client, reason, why);
        link.channel().refuse(reason, (String) null);
    }
}
