package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tern.api.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data folder is one process's, and no other touches a file there.
class FolderLockTest {

    @TempDir
    private Path folder;

    @Test
    void a_second_broker_on_a_folder_does_not_start_and_touches_none_of_its_files() throws Exception {
        Options options = Options.builder()
                .with(ServerOptions.MQTT_PORT, 0)
                .with(ServerOptions.WS_PORT, 0)
                .with(ServerOptions.DATA_DIR, folder.toString())
                .build();
        try (Server first = Server.start(options)) {
            assertThat(first.port()).isPositive();
            Files.writeString(folder.resolve("bans.json"), "damaged");
            assertThat(catchThrowable(() -> Server.start(options)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is in use by another process");
            assertThat(folder.resolve("bans.json.damaged")).doesNotExist();
        }
        Server.start(options).close();
        assertThat(folder.resolve("bans.json.damaged")).hasContent("damaged");
    }
}
