package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.admin.OptionsReference;
import io.tern.api.Option;
import io.tern.broker.RuleOptions;
import io.tern.transport.ListenerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Holds docs/options.md to the declared options. `-Dtern.write=true` writes the page anew.
class OptionsPageTest {

    private static String listeners() {
        List<Option<?>> keys = new ArrayList<>(new ListenerKeys("name", List.of("identity")).all());
        keys.addAll(new RuleOptions("name").all());
        return OptionsReference.markdown(keys)
                .replace("`listeners.name.", "`listeners.NAME.")
                .replace(".sni.identity.", ".sni.IDENTITY.");
    }

    @Test
    void the_page_says_what_is_declared() throws IOException {
        Path page = Tree.root().resolve("docs/options.md");
        String expected = """
                # Options

                The keys of `tern.yaml`, as `tern broker --config FILE` reads it. This page is generated from the code
                that reads them.

                ## Listeners

                Any number of them, each under a name of its own: small letters, digits and `_`. `mqtt` and `ws` are
                there by themselves, on ports 1883 and 8083. `mqtts` has type `tls` and port 8883 unless told otherwise,
                `wss` has type `wss` and port 8084; all others need a port.

                ```yaml
                listeners:
                  mqtts:
                    host: 0.0.0.0
                    tls:
                      certificate: /etc/tern/server.crt
                      key: /etc/tern/server.key
                ```

                """ + listeners() + "\n## All others\n\n" + OptionsReference.markdown(ServerOptions.general());
        if (Boolean.getBoolean("tern.write")) {
            Files.writeString(page, expected);
        }
        assertThat(page).hasContent(expected);
    }
}
