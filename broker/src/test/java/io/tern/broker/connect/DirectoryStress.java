package io.tern.broker.connect;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// Two shards that claim the same client at once.
public final class DirectoryStress {

    private DirectoryStress() {}

    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "the first shard was faster, and both see it")
    @Outcome(id = "2, 2, 2", expect = Expect.ACCEPTABLE, desc = "the second shard was faster, and both see it")
    @State
    public static class TwoClaims {
        private final Directory directory = new Directory(0);

        @Actor
        public void first(III_Result r) {
            r.r1 = directory.claim("c", 1).shard();
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = directory.claim("c", 2).shard();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = directory.find("c").shard();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "claimed before the release: it has to come again")
    @Outcome(id = "1, 2, 2", expect = Expect.ACCEPTABLE, desc = "claimed after the release")
    @State
    public static class ClaimAndRelease {
        private final Directory directory = new Directory(0);
        private final Directory.Home old = directory.claim("c", 1);

        @Actor
        public void ends(III_Result r) {
            directory.release("c", old.epoch());
            r.r1 = old.shard();
        }

        @Actor
        public void begins(III_Result r) {
            r.r2 = directory.claim("c", 2).shard();
        }

        @Arbiter
        public void after(III_Result r) {
            Directory.Home home = directory.find("c");
            r.r3 = home == null ? 0 : home.shard();
        }
    }
}
