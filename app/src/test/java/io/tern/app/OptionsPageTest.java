package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.admin.OptionsReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Holds docs/options.md to the declared options. `-Dtern.write=true` writes the page anew.
class OptionsPageTest {

    @Test
    void the_page_says_what_is_declared() throws IOException {
        Path page = Tree.root().resolve("docs/options.md");
        String expected = """
                # Options

                The keys of `tern.yaml`, as `tern broker --config FILE` reads it. This page is generated from the code
                that reads them.

                """ + OptionsReference.markdown(ServerOptions.all());
        if (Boolean.getBoolean("tern.write")) {
            Files.writeString(page, expected);
        }
        assertThat(page).hasContent(expected);
    }
}
