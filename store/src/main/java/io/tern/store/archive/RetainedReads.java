package io.tern.store.archive;

import io.tern.api.Message;
import io.tern.api.RetainedId;
import io.tern.store.table.DamagedTableException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/// Those who wait for retained messages. One who asks for what the archive has is answered from there, however far the
/// journal has gone on; frames are applied only for what stands in them alone. Of what was waited for one message each
/// is read, since many may have waited for the same frame.
final class RetainedReads {

    private record Waiting(RetainedRequest request, long needed) {}

    private static final RetainedForm.Content NOTHING = new RetainedForm.Content(-1, null, 0);

    private final Archive archive;
    private final LinkedBlockingQueue<Waiting> arrived;
    private final ArrayDeque<Waiting> unapplied = new ArrayDeque<>();
    private long goal;

    /// @param most that wait at once
    RetainedReads(Archive archive, int most) {
        this.archive = archive;
        this.arrived = new LinkedBlockingQueue<>(most);
    }

    /// From any thread.
    ///
    /// @param needed the last frame that may tell of what is wanted
    void add(RetainedRequest request, long needed) {
        arrived.add(new Waiting(request, needed));
    }

    /// Answers some of them.
    ///
    /// @param most at once
    /// @return how many
    int answer(int most) throws IOException {
        int answered = 0;
        for (; answered < most && !unapplied.isEmpty() && isApplied(unapplied.peek()); answered++) {
            answer(unapplied.remove().request, true, 1);
        }
        while (answered < most && !arrived.isEmpty()) {
            Waiting waiting = arrived.remove();
            if (answer(waiting.request, isApplied(waiting), Integer.MAX_VALUE)) {
                answered++;
            } else {
                waiting.request.loop().execute(waiting.request.waits());
                unapplied.add(waiting);
                goal = Math.max(goal, waiting.needed);
            }
        }
        return answered;
    }

    /// The last frame that has to be applied for those who wait.
    long goal() {
        return goal;
    }

    private boolean isApplied(Waiting waiting) {
        return waiting.needed < archive.position();
    }

    /// @param applied whether everything that was asked for is applied, if it is there at all
    /// @param most that are read
    /// @return false if not, and the first is not there yet
    private boolean answer(RetainedRequest request, boolean applied, int most) throws IOException {
        List<Message> messages = new ArrayList<>(Math.min(most, request.wanted().size()));
        for (RetainedId id : request.wanted().subList(0, Math.min(most, request.wanted().size()))) {
            RetainedForm.Content content = read(id);
            if (!applied && content.sequence() < id.sequence()) {
                if (messages.isEmpty()) {
                    return false;
                }
                break;
            }
            messages.add(content.sequence() == id.sequence() ? content.message() : null);
        }
        request.loop().execute(() -> request.answer().accept(messages));
        return true;
    }

    /// A damaged one is not there: it costs whoever wanted it that message, and nobody anything else.
    private RetainedForm.Content read(RetainedId id) throws IOException {
        try {
            RetainedForm.Content content = archive.retained(id.topic());
            return content == null ? NOTHING : content;
        } catch (DamagedTableException e) {
            return new RetainedForm.Content(id.sequence(), null, 0);
        }
    }
}
