package io.tern.testkit.sim;

import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Progress;
import io.tern.api.Records;
import io.tern.api.Recovered;
import io.tern.api.RetainedId;
import io.tern.api.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A store as it should be, without files: what is committed is written in frames of one or more journals' portions, in
/// one order for all, and is durable later, as the seed says. A crash leaves what is written; if power is lost, what is
/// durable and some of what is written, always whole frames.
final class ModelStore implements SimStore {

    /// A journal falls behind the others now and then.
    private static final int BEHIND_PER_MILLE = 200;

    /// Not all messages are read that were asked for.
    private static final int SHORT_PER_MILLE = 200;

    private static final int GENERATION_BITS = 40;

    /// What one journal has handed over in one commit; never divided.
    private record Portion(ModelJournal journal, long position, List<Consumer<Records>> calls) {}

    private record Question(SimLoop loop, Runnable answer) {}

    private final Simulation sim;
    private final boolean late;
    private final ModelState state = new ModelState();
    private final List<ModelJournal> journals = new ArrayList<>();
    /// Frames that are written and not durable.
    private final ArrayDeque<List<Portion>> written = new ArrayDeque<>();
    private final List<Question> questions = new ArrayList<>();
    private long generation;

    /// @param late whether records become safe later
    ModelStore(Simulation sim, boolean late) {
        this.sim = sim;
        this.late = late;
    }

    @Override
    public Store start() {
        generation++;
        return new Process();
    }

    @Override
    public void crash(boolean power) {
        for (int kept = power ? sim.random().below(written.size() + 1) : written.size(); kept > 0; kept--) {
            apply(written.poll());
        }
        written.clear();
        journals.clear();
        questions.clear();
        state.crash();
    }

    @Override
    public String leftovers() {
        return state.leftovers();
    }

    private void apply(List<Portion> frame) {
        for (Portion portion : frame) {
            portion.calls.forEach(call -> call.accept(state));
            portion.journal.durable = portion.position;
        }
    }

    // What happens by itself.

    @Override
    public int options() {
        int count = (unwritten() ? 1 : 0) + (written.isEmpty() ? 0 : 1) + questions.size();
        for (ModelJournal journal : journals) {
            count += journal.isBehind() ? 1 : 0;
        }
        return count;
    }

    private boolean unwritten() {
        return journals.stream().anyMatch(journal -> !journal.committed.isEmpty());
    }

    @Override
    public void act(int option) {
        int left = option;
        if (unwritten() && left-- == 0) {
            write();
            return;
        }
        if (!written.isEmpty() && left-- == 0) {
            sim.trace().event("store", "syncs", written.size(), 0);
            apply(written.poll());
            return;
        }
        if (left < questions.size()) {
            Question question = questions.remove(left);
            question.loop.execute(question.answer);
            return;
        }
        left -= questions.size();
        for (ModelJournal journal : journals) {
            if (journal.isBehind() && left-- == 0) {
                journal.tell();
                return;
            }
        }
    }

    private void write() {
        List<Portion> frame = new ArrayList<>();
        while (frame.isEmpty()) {
            for (ModelJournal journal : journals) {
                if (!journal.committed.isEmpty() && !journal.restsThisTime()) {
                    for (int i = sim.random().portion(journal.committed.size()); i > 0; i--) {
                        frame.add(journal.committed.poll());
                    }
                    journal.written = frame.getLast().position;
                }
            }
        }
        sim.trace().event("store", "writes", frame.size(), frame.getLast().position);
        written.add(frame);
    }

    /// One process's door.
    private final class Process implements Store {

        @Override
        public Durability durability() {
            return Durability.SYNC;
        }

        @Override
        public void recover(Recovered into) {
            state.tell(into);
        }

        @Override
        public long firstId() {
            return generation << GENERATION_BITS;
        }

        @Override
        public Journal open(int shard, Loop loop, Progress progress) {
            ModelJournal journal = new ModelJournal((SimLoop) loop, progress);
            journals.add(journal);
            return journal;
        }

        @Override
        public void read(long epoch, long from, long end, int maxBytes, Loop loop, Consumer<Reading> then) {
            questions.add(new Question((SimLoop) loop, () -> then.accept(state.read(epoch, from, end, maxBytes))));
        }

        @Override
        public void readRetained(List<RetainedId> wanted, Loop loop, Runnable waits, Consumer<List<Message>> then) {
            int read = sim.random().chance(SHORT_PER_MILLE) ? sim.random().below(wanted.size()) : wanted.size();
            questions.add(new Question((SimLoop) loop, () -> then.accept(
                    wanted.stream().limit(read).map(state::retained).collect(Collectors.toList()))));
        }

        @Override
        public boolean full() {
            return false;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private final class ModelJournal extends RecordsAsCalls implements Journal {

        private final SimLoop loop;
        private final Progress progress;
        private final ArrayDeque<Portion> committed = new ArrayDeque<>();
        private List<Consumer<Records>> staged = new ArrayList<>();
        private long position;
        private long written;
        private long durable;
        private int restsFrames;
        private long toldWritten;
        private long toldDurable;

        ModelJournal(SimLoop loop, Progress progress) {
            this.loop = loop;
            this.progress = progress;
        }

        @Override
        void take(long epoch, Consumer<Records> call) {
            staged.add(call);
            position++;
        }

        @Override
        public void shared(Message message) {
            // Each queue has its own copy here.
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public int stagedBytes() {
            int calls = staged.size();
            for (Portion portion : committed) {
                calls += portion.calls.size();
            }
            return calls * sim.profile().recordWeight();
        }

        @Override
        public void sent() {
            // It waits for nobody.
        }

        @Override
        public long commit(long nowMillis) {
            if (staged.isEmpty()) {
                return Long.MAX_VALUE;
            }
            Portion portion = new Portion(this, position, staged);
            staged = new ArrayList<>();
            if (late) {
                committed.add(portion);
            } else {
                written = position;
                apply(List.of(portion));
                tell();
            }
            return Long.MAX_VALUE;
        }

        boolean restsThisTime() {
            if (restsFrames == 0 && sim.random().chance(BEHIND_PER_MILLE)) {
                restsFrames = sim.random().between(1, sim.random().pick(1, 3, 10, 100));
            }
            return restsFrames > 0 && restsFrames-- > 0;
        }

        boolean isBehind() {
            return (toldWritten < written || toldDurable < durable) && !loop.stalled();
        }

        void tell() {
            long nowWritten = written;
            long nowDurable = durable;
            sim.trace().event(loop, "safe", nowDurable, nowWritten);
            loop.run(() -> {
                if (toldWritten < nowWritten) {
                    toldWritten = nowWritten;
                    progress.written(nowWritten);
                }
                if (toldDurable < nowDurable) {
                    toldDurable = nowDurable;
                    progress.durable(nowDurable);
                }
            });
        }
    }
}
