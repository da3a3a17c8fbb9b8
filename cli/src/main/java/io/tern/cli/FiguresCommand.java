package io.tern.cli;

import java.util.function.Consumer;
import picocli.CommandLine.Command;

/// `tern figures`: what a broker that runs counts, in the text format of Prometheus.
@Command(name = "figures", sortOptions = false, usageHelpAutoWidth = true,
        description = "Print the figures of a broker that runs, in the text format of Prometheus.")
final class FiguresCommand extends ControlCommands.Request {

    FiguresCommand(Streams streams) {
        super(streams);
    }

    @Override
    Json.Obj command() {
        return ControlCommands.named("getFigures");
    }

    @Override
    void show(Json.Obj data, Consumer<String> lines) {
        if (data != null && data.get("figures") instanceof Json.Array figures) {
            for (Json each : figures.items()) {
                if (each instanceof Json.Obj figure) {
                    family(figure, lines);
                }
            }
        }
    }

    private static void family(Json.Obj figure, Consumer<String> lines) {
        String name = ControlCommands.word(figure, "name");
        lines.accept("# HELP " + name + " " + ControlCommands.word(figure, "help"));
        lines.accept("# TYPE " + name + " " + ControlCommands.word(figure, "kind"));
        if (figure.get("values") instanceof Json.Obj values) {
            String label = ControlCommands.word(figure, "label");
            for (Json.Member member : values.members()) {
                String value = ControlCommands.text(new Json.Text(member.latin1Name()));
                lines.accept(name + "{" + label + "=\"" + escaped(value) + "\"} " + number(member.value()));
            }
        } else {
            lines.accept(name + " " + number(figure.get("value")));
        }
    }

    private static String number(Json value) {
        return value instanceof Json.Num ? Json.print(value, false) : "NaN";
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
