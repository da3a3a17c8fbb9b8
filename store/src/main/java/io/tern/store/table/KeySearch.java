package io.tern.store.table;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.Predicate;

/// Finds where keys can be read again behind one that can't, knowing nothing of their form.
final class KeySearch {

    /// So often what is left is halved while nothing that can be read is found.
    private static final int DEPTH = 10;
    private static final int FINER_BYTES = 8;

    private KeySearch() {}

    /// @param bad a key at which nothing can be read
    /// @param last the last key of interest
    /// @param sound whether something can be read at a key
    /// @return a key near the first behind `bad` at which something can be read, itself one; null if none was found
    static byte[] between(byte[] bad, byte[] last, Predicate<byte[]> sound) {
        int length = Math.max(bad.length, last.length) + FINER_BYTES;
        BigInteger low = number(bad, length);
        BigInteger high = number(last, length);
        BigInteger good = null;
        for (int depth = 1; depth <= DEPTH && good == null; depth++) {
            for (int part = 1; part < 1 << depth && good == null; part += 2) {
                BigInteger at = low.add(high.subtract(low).multiply(BigInteger.valueOf(part)).shiftRight(depth));
                good = sound.test(key(at, length)) ? at : null;
            }
        }
        if (good == null) {
            return sound.test(last) ? last : null;
        }
        while (good.subtract(low).compareTo(BigInteger.ONE) > 0) {
            BigInteger middle = low.add(good).shiftRight(1);
            if (sound.test(key(middle, length))) {
                good = middle;
            } else {
                low = middle;
            }
        }
        return key(good, length);
    }

    private static BigInteger number(byte[] key, int length) {
        return new BigInteger(1, Arrays.copyOf(key, length));
    }

    private static byte[] key(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] key = new byte[length];
        int some = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - some, key, length - some, some);
        return key;
    }
}
