package io.tern.store.journal;

import java.util.Arrays;

/// Where the records staged in a [RecordWriter] begin, and which of them were cut out again.
///
/// A record is known by its number, counted from 0. Cutting leaves a gap, which [#compact] closes; a gap at the end is
/// taken back at once. A body counts the records that refer to it and goes with the last of them.
final class StagedRecords {

    private static final int FIRST_RECORDS = 128;
    private static final int RECORDS_KEPT = 64 * 1024;
    /// What a record takes besides its bytes, here and in the index, and about what somebody does who waits for it.
    private static final int RECORD_BYTES = 105;

    private RecordWriter writer;
    private final StagedIndex index;

    /// Where each begins; of one that was cut, the complement.
    private int[] starts = new int[FIRST_RECORDS];

    /// Of a body, how many refer to it; of a record that refers to a staged body, the complement of the body's number.
    private int[] links = new int[FIRST_RECORDS];

    /// The position that covers each.
    private long[] places = new long[FIRST_RECORDS];

    private int[] renumbered = new int[FIRST_RECORDS];
    private int count;

    /// Where the last ends, and the next begins; 0 if there is none.
    private int end;

    private int alive;
    private int growing;
    private int cutBytes;
    private int added;

    /// Before this one all are cut.
    private int firstAlive;

    /// Before this one all are cut, or owe nothing.
    private int firstOwed;

    private int mark;

    StagedRecords(RecordWriter writer, StagedIndex index) {
        this.writer = writer;
        this.index = index;
    }

    /// Records that are not cut.
    int alive() {
        return alive;
    }

    /// Whether all of them only let go of something.
    boolean endings() {
        return growing == 0;
    }

    /// Bytes of those that are not cut.
    int aliveBytes() {
        return alive == 0 ? 0 : writer.length() - cutBytes;
    }

    /// What those take that are not cut.
    int memoryBytes() {
        return (int) Math.min(Integer.MAX_VALUE, aliveBytes() + (long) RECORD_BYTES * alive);
    }

    /// How many there are, cut ones among them: the number of the next.
    int count() {
        return count;
    }

    /// Notes the record just written.
    ///
    /// @param place the position that covers it
    /// @return its number
    int add(long place) {
        if (count == starts.length) {
            places = Arrays.copyOf(places, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
            links = Arrays.copyOf(links, 2 * count);
        }
        int start = end == 0 ? RecordWriter.firstStart() : end;
        end = writer.length();
        starts[count] = start;
        links[count] = 0;
        places[count] = place;
        alive++;
        added++;
        if (!RecordType.ends(writer.bytes()[start])) {
            growing++;
        }
        return count++;
    }

    /// How many were added since the last clearing, cut ones among them.
    int added() {
        return added;
    }

    /// Remembers which records there are now.
    void mark() {
        mark = count;
    }

    /// Whether all records that there were at the last [#mark] are cut, or there was none since the last clearing.
    boolean passedMark() {
        while (firstAlive < count && starts[firstAlive] < 0) {
            firstAlive++;
        }
        return firstAlive >= Math.min(mark, count);
    }

    /// Up to where nothing is left that somebody is owed, see [RecordType#owesNothing].
    ///
    /// @param position that covers all there are
    /// @return the highest such position
    long keptUpTo(long position) {
        while (firstOwed < count && (starts[firstOwed] < 0 || RecordType.owesNothing(type(firstOwed)))) {
            firstOwed++;
        }
        return firstOwed == count ? position : places[firstOwed] - 1;
    }

    /// Notes that a record refers to a body, both staged here.
    void refer(int record, int body) {
        links[record] = ~body;
        links[body]++;
    }

    int end(int record) {
        return record + 1 == count ? writer.length() : start(record + 1);
    }

    private int start(int record) {
        int start = starts[record];
        return start < 0 ? ~start : start;
    }

    private int type(int record) {
        return writer.bytes()[start(record)];
    }

    /// Takes a record out again, and the body with it that nothing else refers to.
    ///
    /// @param record number of one that is not cut
    /// @return number of a body that went with it, or -1
    int cut(int record) {
        assert starts[record] >= 0 : record;
        int body = -1;
        if (links[record] < 0) {
            int referred = ~links[record];
            if (--links[referred] == 0) {
                body = referred;
                drop(referred);
            }
        }
        drop(record);
        if (alive == 0) {
            clear(writer);
        } else {
            takeBack();
        }
        return body;
    }

    private void drop(int record) {
        alive--;
        cutBytes += end(record) - starts[record];
        if (!RecordType.ends(type(record))) {
            growing--;
        }
        starts[record] = ~starts[record];
    }

    private void takeBack() {
        int last = count;
        while (starts[last - 1] < 0) {
            last--;
        }
        if (last < count) {
            end = ~starts[last];
            cutBytes -= writer.length() - end;
            writer.truncate(end);
            count = last;
            firstAlive = Math.min(firstAlive, count);
            firstOwed = Math.min(firstOwed, count);
        }
    }

    /// Whether closing the gaps gives back at least half of the buffer.
    boolean worthCompacting() {
        return cutBytes > 0 && 2L * cutBytes >= writer.length();
    }

    /// Closes the gaps.
    ///
    /// @return the new number of each record; valid until the next call
    int[] compact() {
        if (renumbered.length < count) {
            renumbered = new int[starts.length];
        }
        if (cutBytes == 0) {
            for (int record = 0; record < count; record++) {
                renumbered[record] = record;
            }
            return renumbered;
        }
        byte[] bytes = writer.bytes();
        int to = 0;
        end = RecordWriter.firstStart();
        for (int record = 0; record < count; record++) {
            renumbered[record] = to;
            if (starts[record] < 0) {
                continue;
            }
            int start = starts[record];
            int length = end(record) - start;
            if (start != end) {
                System.arraycopy(bytes, start, bytes, end, length);
            }
            starts[to] = end;
            // A body stands before what refers to it, so its new number is known.
            places[to] = places[record];
            links[to] = links[record] < 0 ? ~renumbered[~links[record]] : links[record];
            to++;
            end += length;
        }
        mark = mark < count ? renumbered[mark] : to;
        firstAlive = 0;
        firstOwed = 0;
        count = to;
        cutBytes = 0;
        writer.truncate(end);
        index.renumber(renumbered);
        return renumbered;
    }

    /// Forgets all and goes on with a writer, which begins anew.
    void clear(RecordWriter next) {
        writer = next;
        next.clear(Staging.KEPT_BYTES);
        index.clear();
        count = 0;
        end = 0;
        alive = 0;
        growing = 0;
        cutBytes = 0;
        added = 0;
        firstAlive = 0;
        firstOwed = 0;
        mark = 0;
        if (starts.length > RECORDS_KEPT) {
            starts = new int[FIRST_RECORDS];
            links = new int[FIRST_RECORDS];
            places = new long[FIRST_RECORDS];
            renumbered = new int[FIRST_RECORDS];
        }
    }
}
