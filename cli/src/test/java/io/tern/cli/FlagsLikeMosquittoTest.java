package io.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// All flags that mosquitto's tools have, side by side with ours: those that are not here are named below, with the
/// reason.
class FlagsLikeMosquittoTest {

    private static final Map<String, String> LEFT_OUT = Map.of(
            "-S", "servers are not looked up in DNS SRV records",
            "--remove-retained", "of later versions only");

    private static final Pattern FLAG = Pattern.compile("(?<![\\w-])(-[A-Za-z]|--[a-z][a-z0-9-]+)(?![\\w-])");
    /// Words of the texts, that are no flags.
    private static final Set<String> WORDS = Set.of("--cafile/--capath");

    private static Set<String> flagsOf(String tool) throws InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(tool, "--help").redirectErrorStream(true).start();
        } catch (IOException e) {
            abort("left out: " + tool + " (apt install mosquitto-clients)");
            return Set.of();
        }
        Set<String> flags = new TreeSet<>();
        try {
            String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher flag = FLAG.matcher(help);
            while (flag.find()) {
                flags.add(flag.group(1));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        process.waitFor();
        flags.removeAll(WORDS);
        return flags;
    }

    @ParameterizedTest
    @CsvSource({"pub, mosquitto_pub", "sub, mosquitto_sub", "request, mosquitto_rr"})
    void each_flag_is_here_or_has_a_reason(String command, String tool) throws InterruptedException {
        Set<String> theirs = flagsOf(tool);
        assertThat(theirs).hasSizeGreaterThan(30);
        CommandLine line = Cli.commands().get(command).get();
        Set<String> ours = line.getCommandSpec().optionsMap().keySet();
        assertThat(theirs.stream().filter(flag -> !ours.contains(flag) && !LEFT_OUT.containsKey(flag))).isEmpty();
    }
}
