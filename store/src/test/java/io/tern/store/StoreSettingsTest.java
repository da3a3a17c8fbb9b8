package io.tern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Options;
import io.tern.store.journal.JournalOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreSettingsTest {

    private static final long MIB = 1 << 20;

    private static JournalOptions journal(Options options, long diskMebibytes) {
        return StoreSettings.of(options, true, diskMebibytes * MIB).journal();
    }

    @ParameterizedTest
    @CsvSource({
        "1000000, 64, 512",
        "4096,    64, 512",
        "2048,    32, 256",
        "1000,    8,  125",
        "16,      1,  4",
    })
    void the_journal_takes_an_eighth_of_a_small_disk(long diskMebibytes, long segmentMebibytes, long maxMebibytes) {
        JournalOptions journal = journal(Options.DEFAULTS, diskMebibytes);
        assertThat(journal.segmentBytes()).isEqualTo((int) (segmentMebibytes * MIB));
        assertThat(journal.maxBytes()).isEqualTo(maxMebibytes * MIB);
    }

    @Test
    void what_is_set_holds() {
        Options both = Options.builder()
                .with(JournalOptions.SEGMENT_BYTES, 16 * MIB)
                .with(JournalOptions.MAX_BYTES, 512 * MIB)
                .build();
        assertThat(journal(both, 1000)).isEqualTo(new JournalOptions((int) (16 * MIB), 512 * MIB, 2));

        Options most = Options.builder().with(JournalOptions.MAX_BYTES, 512 * MIB).build();
        assertThat(journal(most, 1000).maxBytes()).isEqualTo(512 * MIB);

        Options segment = Options.builder().with(JournalOptions.SEGMENT_BYTES, 64 * MIB).build();
        assertThat(journal(segment, 1000)).isEqualTo(new JournalOptions((int) (64 * MIB), 256 * MIB, 2));
    }

    @Test
    void a_journal_that_is_set_smaller_than_four_files_of_a_set_size_is_refused() {
        Options options = Options.builder()
                .with(JournalOptions.SEGMENT_BYTES, 64 * MIB)
                .with(JournalOptions.MAX_BYTES, 128 * MIB)
                .build();
        assertThatThrownBy(() -> journal(options, 1 << 20)).hasMessageContaining("four files");
    }
}
