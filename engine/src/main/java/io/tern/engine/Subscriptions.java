package io.tern.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/// The subscriptions of one session: a plain array while they are few, which is nearly always, a map beyond.
public final class Subscriptions {

    /// Up to this many are searched one by one.
    static final int ARRAY_MAX = 32;

    private static final Subscription[] NONE = {};

    private Subscription[] few = NONE;
    private int count;
    private Map<String, Subscription> many;

    Subscriptions() {}

    /// @return how many
    public int size() {
        return count;
    }

    /// Finds one.
    ///
    /// @param filter as the client wrote it
    /// @return the subscription, or null
    public Subscription get(String filter) {
        if (many != null) {
            return many.get(filter);
        }
        int at = find(filter);
        return at < 0 ? null : few[at];
    }

    /// Adds one that is not there yet.
    ///
    /// @param subscription new, its filter not among these
    public void add(Subscription subscription) {
        assert get(subscription.filter()) == null : subscription.filter();
        if (many == null && count == ARRAY_MAX) {
            many = new LinkedHashMap<>();
            for (Subscription each : few) {
                many.put(each.filter(), each);
            }
            few = NONE;
        }
        if (many != null) {
            many.put(subscription.filter(), subscription);
        } else {
            if (count == few.length) {
                few = java.util.Arrays.copyOf(few, count == 0 ? 1 : Math.min(ARRAY_MAX, count * 2));
            }
            few[count] = subscription;
        }
        count++;
    }

    /// Removes one.
    ///
    /// @param filter as the client wrote it
    /// @return the subscription that was there, or null
    public Subscription remove(String filter) {
        if (many != null) {
            Subscription gone = many.remove(filter);
            count -= gone == null ? 0 : 1;
            return gone;
        }
        int at = find(filter);
        if (at < 0) {
            return null;
        }
        Subscription gone = few[at];
        System.arraycopy(few, at + 1, few, at, count - at - 1);
        few[--count] = null;
        if (count == 0) {
            few = NONE;
        }
        return gone;
    }

    /// All of them, in the order they were made.
    ///
    /// @return a new array
    public Subscription[] toArray() {
        return many != null ? many.values().toArray(NONE) : java.util.Arrays.copyOf(few, count);
    }

    private int find(String filter) {
        for (int i = 0; i < count; i++) {
            if (few[i].filter().equals(filter)) {
                return i;
            }
        }
        return -1;
    }
}
