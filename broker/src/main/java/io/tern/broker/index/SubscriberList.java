package io.tern.broker.index;

import java.util.Arrays;

/// The subscribers of one filter on one shard. Touched by that shard's thread only.
///
/// Adding and removing cost the same at one subscriber and at 100,000. A walk may be interrupted and go on later:
/// while any walk is under way nobody changes place, a removal leaves a hole, and who joins stands behind the end of
/// every walk, so that a message never reaches somebody who subscribed after it was sent. The holes are filled when
/// the last walk ends.
///
///     int end = list.beginWalk();
///     for (int i = 0; i < end; i++) { Subscriber s = list.get(i); if (s != null) { ... } }   // in slices, if long
///     list.endWalk();
public final class SubscriberList {

    /// Holes that are always tolerated while walks are under way. Unit: places.
    private static final int HOLES_TOLERATED = 64;

    private static final int CAPACITY_MIN = 4;

    private static final int UNCOUNTED = -1;

    private Subscriber[] places;
    private int end;
    private int live;
    private int durable;
    private int walks;

    SubscriberList() {
        this.places = new Subscriber[CAPACITY_MIN];
    }

    /// Takes over a sole subscriber, maybe on another shard's thread: so its position, 0 already, is left alone, and
    /// whether it is durable will be asked later, since it may change at this moment.
    SubscriberList(Subscriber sole) {
        this();
        places[0] = sole;
        end = 1;
        live = 1;
        durable = UNCOUNTED;
    }

    /// Starts a walk over those who are here now. Each walk that is begun must be ended.
    ///
    /// @return one more than the last place to visit; or -1 if walks that overlap for long have left more holes than
    ///     there are subscribers: then nothing has begun, and it works again when the walks under way have ended. A
    ///     walk that begins while no other is under way is never refused.
    public int beginWalk() {
        if (walks > 0 && end - live > live + HOLES_TOLERATED) {
            return -1;
        }
        walks++;
        return end;
    }

    /// Who stands at a place. Within a walk only.
    ///
    /// @param place 0 to the end that [#beginWalk] told, exclusive
    /// @return null where somebody has left
    public Subscriber get(int place) {
        return places[place];
    }

    /// Ends a walk.
    public void endWalk() {
        assert walks > 0;
        walks--;
        if (walks == 0 && live < end) {
            fillHoles();
        }
    }

    /// How many subscribers there are.
    ///
    /// @return 0 or more
    public int size() {
        return live;
    }

    int durableCount() {
        if (durable == UNCOUNTED) {
            durable = 0;
            for (int i = 0; i < end; i++) {
                durable += places[i] != null && places[i].durable() ? 1 : 0;
            }
        }
        return durable;
    }

    /// One of them has become durable, or is so no more.
    ///
    /// @return how many are, now
    int turned(Subscriber subscriber) {
        if (durable != UNCOUNTED) {
            durable += subscriber.durable() ? 1 : -1;
        }
        return durableCount();
    }

    void add(Subscriber subscriber) {
        int durableBefore = durableCount();
        if (end == places.length) {
            places = Arrays.copyOf(places, Math.max(CAPACITY_MIN, end + (end >> 1)));
        }
        places[end] = subscriber;
        subscriber.position(end);
        end++;
        live++;
        durable = durableBefore + (subscriber.durable() ? 1 : 0);
    }

    /// @return false if it is not here
    boolean remove(Subscriber subscriber) {
        int place = subscriber.position();
        if (!holds(place, subscriber)) {
            return false;
        }
        durable = durableCount() - (subscriber.durable() ? 1 : 0);
        places[place] = null;
        subscriber.position(-1);
        live--;
        if (walks == 0) {
            moveLastTo(place);
            shrink();
        }
        return true;
    }

    private boolean holds(int place, Subscriber subscriber) {
        return place >= 0 && place < end && places[place] == subscriber;
    }

    private void fillHoles() {
        int hole = 0;
        while (live < end) {
            if (places[end - 1] == null) {
                end--;
                continue;
            }
            while (places[hole] != null) {
                hole++;
            }
            moveLastTo(hole);
        }
        shrink();
    }

    private void moveLastTo(int hole) {
        end--;
        Subscriber last = places[end];
        places[end] = null;
        if (hole < end) {
            places[hole] = last;
            last.position(hole);
        }
    }

    private void shrink() {
        if (places.length > 4 * CAPACITY_MIN && end < places.length >> 2) {
            places = Arrays.copyOf(places, places.length >> 1);
        }
    }
}
