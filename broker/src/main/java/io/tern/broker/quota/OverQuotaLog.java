package io.tern.broker.quota;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says who has too much: once a minute for each owner, and no more than [#LINES_PER_MINUTE] lines. Any thread.
final class OverQuotaLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.tern.clients");

    static final int LINES_PER_MINUTE = 60;
    private static final long MINUTE_MILLIS = 60_000;

    private final LongSupplier nowMillis;
    private final Consumer<String> lines;
    private long sinceMillis;
    private int written;

    OverQuotaLog(LongSupplier nowMillis) {
        this(nowMillis, LOG::info);
    }

    /// @param lines takes what is said
    OverQuotaLog(LongSupplier nowMillis, Consumer<String> lines) {
        this.nowMillis = nowMillis;
        this.lines = lines;
    }

    /// An owner was refused something.
    ///
    /// @param before what was said last
    /// @return what was said now, or that
    String refused(Account account, Kind kind, String before) {
        long now = nowMillis.getAsLong();
        if (account.saidMillis != Long.MIN_VALUE && now - account.saidMillis < MINUTE_MILLIS) {
            return before;
        }
        synchronized (this) {
            account.saidMillis = now;
            if (now - sinceMillis >= MINUTE_MILLIS) {
                sinceMillis = now;
                written = 0;
            }
            if (written == LINES_PER_MINUTE) {
                return before;
            }
            written++;
        }
        String said = account + " has too many " + kind.words() + ", see quota";
        lines.accept(said);
        return said;
    }
}
