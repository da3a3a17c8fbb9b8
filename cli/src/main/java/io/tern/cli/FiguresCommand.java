package io.tern.cli;

import io.tern.json.Json;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/// `tern figures`: what a broker that runs counts, in the text format of Prometheus.
@Command(name = "figures", sortOptions = false, usageHelpAutoWidth = true,
        description = "Print the figures of a broker that runs, in the text format of Prometheus.")
final class FiguresCommand extends ControlCommands.Request {

    /// Up to here a double is a whole number by itself.
    private static final double WHOLE_MAX = 0x1p53;

    FiguresCommand(Streams streams) {
        super(streams);
    }

    @Override
    Map<String, Object> command() {
        return ControlCommands.named("getFigures");
    }

    @Override
    void show(Map<String, Object> data, Consumer<String> lines) {
        if (data != null && data.get("figures") instanceof List<?> figures) {
            for (Object each : figures) {
                if (Json.object(each) != null) {
                    family(Json.object(each), lines);
                }
            }
        }
    }

    private static void family(Map<String, Object> figure, Consumer<String> lines) {
        String name = ControlCommands.word(figure, "name");
        lines.accept("# HELP " + name + " " + ControlCommands.word(figure, "help"));
        lines.accept("# TYPE " + name + " " + ControlCommands.word(figure, "kind"));
        if (figure.get("values") instanceof Map<?, ?> values) {
            String label = ControlCommands.word(figure, "label");
            values.forEach((value, number) -> lines.accept(
                    name + "{" + label + "=\"" + escaped(value.toString()) + "\"} " + number(number)));
        } else {
            lines.accept(name + " " + number(figure.get("value")));
        }
    }

    private static String number(Object value) {
        return switch (value) {
            case Double number when number == Math.rint(number) && Math.abs(number) < WHOLE_MAX ->
                Long.toString(number.longValue());
            case Number number -> number.toString();
            case null, default -> "NaN";
        };
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
