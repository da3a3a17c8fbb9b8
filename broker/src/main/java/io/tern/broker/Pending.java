package io.tern.broker;

import io.tern.api.ClientInfo;
import io.tern.broker.defence.Shown;
import io.tern.broker.link.Link;
import io.tern.wire.Connect;
import io.tern.wire.Property;

/// One CONNECT on its way.
final class Pending {
    final Link link;
    final Connect connect;
    final long stamp;
    final Shown shown;
    ClientInfo client;
    int hops;
    byte[] authenticationData;

    Pending(Link link, Connect connect, long stamp, ClientInfo client) {
        this.link = link;
        this.connect = connect;
        this.stamp = stamp;
        this.client = client;
        this.shown = Shown.of(client, connect.password(),
                connect.properties().binary(Property.AUTHENTICATION_DATA));
    }
}
