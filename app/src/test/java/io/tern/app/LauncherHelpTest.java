package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherHelpTest {

    @ParameterizedTest
    @ValueSource(strings = {"tern", "tern.cmd"})
    void the_scripts_name_the_commands_that_there_are(String script) throws IOException {
        Matcher commands = Pattern.compile("^(?:echo )?Commands: (.*?)\r?$", Pattern.MULTILINE)
                .matcher(Files.readString(Tree.root().resolve(script)));

        assertThat(commands.find()).isTrue();
        assertThat(List.of(commands.group(1).split(" ")))
                .containsExactlyElementsOf(Main.commandLine().getSubcommands().keySet());
    }
}
