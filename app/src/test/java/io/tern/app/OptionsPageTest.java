package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.admin.OptionsReference;
import io.tern.api.Option;
import io.tern.auth.AuthenticationConfig;
import io.tern.auth.AuthorizationConfig;
import io.tern.auth.acl.Policy;
import io.tern.auth.acl.PolicyTests;
import io.tern.broker.access.RuleOptions;
import io.tern.transport.ListenerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Holds docs/options.md to the declared options. `-Dtern.write=true` writes the page anew.
class OptionsPageTest {

    private static String security() {
        StringBuilder page = new StringBuilder("""

                ## Sources of authentication

                Each item of `authentication` has one of these keys, and perhaps `listeners`, the names of those it
                serves. [How to use them](security.md).
                """);
        kinds(page, AuthenticationConfig.kinds());
        page.append("\n## Sources of authorization\n\n").append(OptionsReference.markdown(AuthorizationConfig.all()));
        page.append("\nEach item of `sources`, or of `authorization` itself, has one of these keys.\n");
        kinds(page, AuthorizationConfig.kinds());
        page.append("\n### A rule of a policy\n\n").append(OptionsReference.markdown(Policy.ofRule()));
        page.append("\n### A test of rules\n\n").append(OptionsReference.markdown(PolicyTests.all()));
        return page.toString();
    }

    private static void kinds(StringBuilder page, Map<String, List<Option<?>>> kinds) {
        kinds.forEach((kind, options) -> {
            page.append("\n### `").append(kind).append("`\n\n");
            page.append(switch (kind) {
                case "passwordFile", "policy" -> "The name of a file, or a section:\n\n";
                case "aclFile" -> "The name of a file in the grammar of mosquitto's `acl_file`.\n";
                case "anonymous", "jwtClaim" -> "Only `true`.\n";
                default -> "";
            });
            page.append(options.isEmpty() ? "" : OptionsReference.markdown(options));
        });
    }

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

                """ + listeners() + "\n## All others\n\n" + OptionsReference.markdown(ServerOptions.general())
                + security();
        if (Boolean.getBoolean("tern.write")) {
            Files.writeString(page, expected);
        }
        assertThat(page).hasContent(expected);
    }
}
