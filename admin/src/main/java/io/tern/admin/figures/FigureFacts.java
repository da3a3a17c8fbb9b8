package io.tern.admin.figures;

import io.tern.api.Figure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads figures into what JSON can say, and describes them.
public final class FigureFacts {

    private FigureFacts() {}

    /// Reads all of them now.
    ///
    /// @param figures in the order to be shown in
    /// @return for each its `name`, `kind` and `help`; then its `value`, or a `label` and the `values` by it
    public static List<Map<String, Object>> of(List<Figure> figures) {
        return figures.stream().map(FigureFacts::of).toList();
    }

    private static Map<String, Object> of(Figure figure) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", figure.name());
        facts.put("kind", kind(figure));
        facts.put("help", figure.meaning());
        if (figure.label().isEmpty()) {
            facts.put("value", number(figure.read()));
        } else {
            Map<String, Object> values = new LinkedHashMap<>();
            figure.values().forEach(value -> values.put(value, number(figure.read(value))));
            facts.put("label", figure.label());
            facts.put("values", values);
        }
        return facts;
    }

    private static String kind(Figure figure) {
        return figure.kind().name().toLowerCase(Locale.ROOT);
    }

    /// @return null for what JSON can't say
    private static Number number(double value) {
        if (value == (long) value) {
            return (long) value;
        }
        return Double.isFinite(value) ? value : null;
    }

    /// A table with a row for each figure, in the order given.
    ///
    /// @param figures every figure of the page
    /// @return Markdown, ending with a line break
    public static String markdown(List<Figure> figures) {
        StringBuilder page = new StringBuilder("| figure | kind | label | meaning |\n| --- | --- | --- | --- |\n");
        for (Figure figure : figures) {
            page.append("| `").append(figure.name())
                    .append("` | ").append(kind(figure))
                    .append(" | ").append(figure.label().isEmpty() ? "" : "`" + figure.label() + "`")
                    .append(" | ").append(figure.meaning())
                    .append(" |\n");
        }
        return page.toString();
    }
}
