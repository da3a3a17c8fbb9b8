package io.tern.cli;

import picocli.CommandLine.Option;

/// The flags that say how a message is printed; with mosquitto's names and defaults.
final class PrintOptions {

    @Option(names = {"-v", "--verbose"}, description = "Print the topic before the payload.")
    private boolean verbose;

    @Option(names = "-F", paramLabel = "FORMAT",
            description = "Print in this form: %%t topic, %%p payload, %%x and %%X in hex, %%q QoS, %%r retain,"
                    + " %%m packet id, %%l bytes, %%j and %%J JSON, %%I and %%U time, %%A %%C %%D %%E %%F %%P %%R %%S"
                    + " properties of 5.0, @ and a letter of strftime, \\n \\t and so on; widths as in %%-10.10t.")
    private String format;

    @Option(names = "--pretty", description = "Print JSON with line ends and tabs.")
    private boolean pretty;

    @Option(names = "-N", description = "No line end after a message.")
    private boolean noLineEnd;

    PrintOptions() { }

    /// How to print.
    ///
    /// @throws UsageException naming what is wrong with the format
    MessagePrinter.Style style() throws UsageException {
        return new MessagePrinter.Style(
                format == null ? null : OutputFormat.parse(format), verbose, !noLineEnd, pretty);
    }
}
