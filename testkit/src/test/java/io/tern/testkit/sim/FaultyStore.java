package io.tern.testkit.sim;

import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Progress;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;

/// A store between the broker and the real one that passes everything on, for faults to be planted in.
class FaultyStore implements Store {

    /// What becomes of a call of a journal.
    interface Fault {

        /// @param record which of the calls
        /// @param arguments of the call; may be changed
        /// @param journal what it is called on; may be called otherwise
        /// @return whether to pass it on
        boolean passes(String record, Object[] arguments, Journal journal);
    }

    private final Store store;
    private final Fault fault;

    FaultyStore(Store store, Fault fault) {
        this.store = store;
        this.fault = fault;
    }

    @Override
    public Durability durability() {
        return store.durability();
    }

    @Override
    public void recover(Recovered into) {
        store.recover(into);
    }

    @Override
    public long firstId() {
        return store.firstId();
    }

    @Override
    public Journal open(int shard, Loop loop, Progress progress) {
        return journal(store.open(shard, loop, progress), fault);
    }

    /// Puts a fault before a journal.
    static Journal journal(Journal journal, Fault fault) {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    if (!fault.passes(method.getName(), arguments, journal)) {
                        return method.getReturnType() == long.class ? Long.MAX_VALUE : null;
                    }
                    try {
                        return method.invoke(journal, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
        store.read(epoch, from, end, maxBytes, loop, then);
    }

    @Override
    public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
        store.readRetained(wanted, loop, waits, then);
    }

    @Override
    public boolean full() {
        return store.full();
    }

    @Override
    public void close() {
        store.close();
    }
}
