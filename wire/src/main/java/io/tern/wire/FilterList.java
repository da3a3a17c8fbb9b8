package io.tern.wire;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/// The filters of one SUBSCRIBE or UNSUBSCRIBE as the bytes they came in, each read when it is asked for: a filter of
/// one letter takes four bytes there and a hundred as an object, and a packet may have half a million of them.
///
/// Immutable. [#iterator] reads each once; [#get] skips up to [#STRIDE] of them.
///
/// @param <T> what is read
final class FilterList<T> extends AbstractList<T> {

    /// Of so many filters the place of one is remembered; as many or fewer are better kept as objects.
    static final int STRIDE = 64;

    /// Reads one filter with what comes behind it.
    ///
    /// @param <T> what is read
    interface Reader<T> {
        /// @param src holds the bytes, which were checked
        /// @param offset of the first of the text
        /// @param length of the text
        T read(byte[] src, int offset, int length);
    }

    private final byte[] src;
    private final int behindBytes;
    private final Reader<T> reader;
    private final int size;
    private final int[] places;

    /// @param src its bytes alone, checked, not to be changed
    /// @param size how many filters that is
    /// @param behindBytes behind the text of each
    FilterList(byte[] src, int size, int behindBytes, Reader<T> reader) {
        this.src = src;
        this.behindBytes = behindBytes;
        this.reader = reader;
        this.size = size;
        this.places = new int[(size + STRIDE - 1) / STRIDE];
        int at = 0;
        for (int i = 0; i < size; i++) {
            if (i % STRIDE == 0) {
                places[i / STRIDE] = at;
            }
            at = after(at);
        }
        if (at != src.length) {
            throw new IllegalArgumentException(size + " filters end at " + at + " of " + src.length + " bytes");
        }
    }

    /// The filters of a packet that was checked: in objects if they are few.
    ///
    /// @param src holds the bytes
    /// @param offset of the first
    /// @param end behind the last
    static <T> List<T> of(byte[] src, int offset, int end, int size, int behindBytes, Reader<T> reader) {
        FilterList<T> list = new FilterList<>(Arrays.copyOfRange(src, offset, end), size, behindBytes, reader);
        return size <= STRIDE ? List.copyOf(list) : list;
    }

    private int length(int at) {
        return (src[at] & 0xFF) << 8 | src[at + 1] & 0xFF;
    }

    private int after(int at) {
        return at + 2 + length(at) + behindBytes;
    }

    private T read(int at) {
        return reader.read(src, at + 2, length(at));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public T get(int index) {
        int at = places[Objects.checkIndex(index, size) / STRIDE];
        for (int i = index % STRIDE; i > 0; i--) {
            at = after(at);
        }
        return read(at);
    }

    @Override
    public Iterator<T> iterator() {
        return new Iterator<>() {
            private int at;

            @Override
            public boolean hasNext() {
                return at < src.length;
            }

            @Override
            public T next() {
                if (at == src.length) {
                    throw new NoSuchElementException();
                }
                T one = read(at);
                at = after(at);
                return one;
            }
        };
    }

    /// What it takes: its bytes, and where some of them are.
    int bytes() {
        return src.length + 4 * places.length;
    }
}
