package io.tern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class BrokerProcessTest {

    @Test
    void readsTheFiguresOfALiveProcess() throws IOException, InterruptedException {
        BrokerProcess self = BrokerProcess.self();
        assertThat(self.cpuMicros()).isPositive();
        assertThat(self.rssBytes()).isGreaterThan(10_000_000);
        assertThat(self.liveHeapBytes()).isBetween(100_000L, self.rssBytes());
    }

    @Test
    void knowsNothingOfAnUnknownProcess() throws IOException, InterruptedException {
        BrokerProcess unknown = new BrokerProcess(0);
        assertThat(unknown.cpuMicros()).isEqualTo(-1);
        assertThat(unknown.rssBytes()).isEqualTo(-1);
        assertThat(unknown.liveHeapBytes()).isEqualTo(-1);
    }
}
