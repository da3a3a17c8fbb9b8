package io.tern.testkit.sim;

import io.tern.api.Authorizer;
import io.tern.api.Clock;
import io.tern.api.Options;
import io.tern.api.Store;
import io.tern.broker.options.Measures;
import io.tern.broker.time.KeptClock;
import io.tern.engine.rules.ListenerRules;
import io.tern.store.disk.Disk;
import io.tern.store.table.Table;
import io.tern.wire.MqttVersion;

/// Faults planted between the broker and its world, to show that the simulator would find them. The default is none.
interface Faults {

    /// Plants nothing.
    Faults NONE = new Faults() {};

    /// Whether a loop is not woken although somebody asks for it.
    ///
    /// @param loop number of the loop
    /// @param own whether it is that loop itself that asks
    default boolean losesWake(int loop, boolean own) {
        return false;
    }

    /// Whether a connection is not told that it can be written to again.
    default boolean losesWritable() {
        return false;
    }

    /// What becomes of a packet that the broker writes.
    ///
    /// @param packet its bytes
    /// @return how often it goes out: 1 if nothing is planted
    default int copiesToClient(byte[] packet) {
        return 1;
    }

    /// Whether what a client must not send never reaches the broker.
    default boolean losesWrongAnswers() {
        return false;
    }

    /// As whom the broker takes a client.
    ///
    /// @param userName as it is
    /// @return another, or the same
    default String user(String userName) {
        return userName;
    }

    /// What becomes of a packet that a client sends.
    ///
    /// @param packet its bytes
    /// @return how often it goes out: 1 if nothing is planted
    default int copiesToBroker(byte[] packet) {
        return 1;
    }

    /// Changes a packet that the broker writes, before anything else.
    ///
    /// @param version spoken on its connection
    /// @param packet its bytes
    /// @return other bytes, or the same
    default byte[] toClient(MqttVersion version, byte[] packet) {
        return packet;
    }

    /// Whether a connection is neither answered nor closed any more, once a plug-in has thrown while its client was
    /// served.
    default boolean strandsAfterBug() {
        return false;
    }

    /// Starts the broker with other settings than the operator's.
    ///
    /// @param options as the model knows them
    /// @return others, or the same
    default Options options(Options options) {
        return options;
    }

    /// Starts the broker with other rules for its second listener.
    ///
    /// @param rules as the model knows them
    /// @return others, or the same
    default ListenerRules rules(ListenerRules rules) {
        return rules;
    }

    /// Starts the broker with other measures.
    ///
    /// @param measures as the model knows them
    /// @return others, or the same
    default Measures measures(Measures measures) {
        return measures;
    }

    /// Has the broker go by another clock.
    ///
    /// @param clock of a process that begins
    /// @return another one, or the same
    default Clock clock(KeptClock clock) {
        return clock;
    }

    /// Puts something between the broker and those who say what clients may do.
    ///
    /// @param authorizer as the model knows it
    /// @return another one, or the same
    default Authorizer authorizer(Authorizer authorizer) {
        return authorizer;
    }

    /// Puts something between the journal and its disk.
    ///
    /// @param disk of a process that begins
    /// @return another one, or the same
    default Disk disk(Disk disk) {
        return disk;
    }

    /// Puts something between the archive and its table.
    ///
    /// @param table of a process that begins
    /// @return another one, or the same
    default Table table(Table table) {
        return table;
    }

    /// Whether what a broker is told by its store is compared with what the one before has said.
    default boolean comparesStore() {
        return true;
    }

    /// Puts something between the broker and its store, which the simulation takes for the store.
    ///
    /// @param store of a process that begins
    /// @return another one, or the same
    default Store store(Store store) {
        return store;
    }
}
