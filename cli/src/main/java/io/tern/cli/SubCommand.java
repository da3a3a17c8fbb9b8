package io.tern.cli;

import io.tern.client.ClientBuilder;
import io.tern.wire.InvalidTopicException;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tern sub`: subscribes, and prints what arrives. Flags, output and exit codes are those of mosquitto_sub.
@Command(name = "sub", sortOptions = false, usageHelpAutoWidth = true,
        description = "Subscribe, and print the messages that arrive. Takes the flags of mosquitto_sub.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:ended as asked", "1:wrong arguments, or the server can't be reached",
            "8:TLS failed", "27:the time of -W ran out", "other:the code of the CONNACK that refused the connection"})
final class SubCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connection;

    @Option(names = {"-t", "--topic"}, paramLabel = "FILTER", description = "What to subscribe to. May be repeated.")
    private List<String> topics = new ArrayList<>();

    @Option(names = {"-q", "--qos"}, paramLabel = "QOS", description = "Highest QoS wanted: 0, 1 or 2. Default: 0")
    private int qos;

    @Mixin
    private PrintOptions printing;

    @Option(names = "-C", paramLabel = "COUNT", description = "End after so many messages.")
    private String count;

    @Option(names = "-W", paramLabel = "SECS", description = "End after so many seconds, with exit code 27.")
    private String timeout;

    @Option(names = "-E", description = "End as soon as the subscriptions are acknowledged.")
    private boolean exitAfterSubscribe;

    @Option(names = "-R", description = "Don't print retained messages.")
    private boolean noRetained;

    @Option(names = "--retained-only", description = "Print retained messages only; the first other one ends it.")
    private boolean retainedOnly;

    @Option(names = "--remove-retained", description = "Remove the retained messages that arrive from the server.")
    private boolean removeRetained;

    @Option(names = {"-T", "--filter-out"}, paramLabel = "FILTER",
            description = "Don't print messages of these topics. May be repeated.")
    private List<String> filterOut = new ArrayList<>();

    @Option(names = {"-U", "--unsubscribe"}, paramLabel = "FILTER",
            description = "Unsubscribe from this. May be repeated.")
    private List<String> unsubscribe = new ArrayList<>();

    @Option(names = "--random-filter", paramLabel = "PERCENT", description = "Print so many of 100 messages.")
    private double printedPercent = 100;

    @Option(names = "--retain-as-published", description = "Keep the retain flag as the publisher set it (5.0).")
    private boolean retainAsPublished;

    @Option(names = "--retain-handling", paramLabel = "WHEN",
            description = "Whether retained messages are wanted (5.0): always, new (subscription) or never.")
    private String retainHandling = "always";

    @Option(names = "--no-local", description = "Don't send back what this client itself publishes (5.0).")
    private boolean noLocal;

    SubCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Frame frame = new Frame("sub", streams, connection);
        return frame.run(false, () -> run(frame));
    }

    private int run(Frame frame) throws UsageException {
        connection.check();
        PrintingSubscriber.Plan plan = plan();
        PrintingSubscriber.Selection selection = selection();
        MessagePrinter printer = new MessagePrinter(printing.style(), streams.out(), Clock.systemDefaultZone());
        ClientBuilder builder = connection.client(streams.out())
                .outgoingLimits(PrintingSubscriber.REMOVALS_MAX, PrintingSubscriber.REMOVALS_MAX * 256L);
        return new PrintingSubscriber(plan, selection, printer, streams.out(), frame::complain)
                .run(builder, connection.version());
    }

    private PrintingSubscriber.Plan plan() throws UsageException {
        if (qos < 0 || qos > 2) {
            throw new UsageException("Error: Invalid QoS given: " + qos);
        }
        List<String> all = new ArrayList<>(topics);
        if (connection.urlTopic() != null) {
            all.addFirst(connection.urlTopic());
        }
        if (all.isEmpty() && unsubscribe.isEmpty()) {
            throw new UsageException("Error: You must specify a topic to subscribe to.");
        }
        int handling = retainHandling();
        List<Subscribe.Item> items = filters(all, "subscription").stream()
                .map(filter -> new Subscribe.Item(filter, qos, noLocal, retainAsPublished, handling)).toList();
        return new PrintingSubscriber.Plan(items, filters(unsubscribe, "unsubscribe"), exitAfterSubscribe,
                count == null ? 0 : Numbers.positive(count, "message count"),
                timeout == null ? 0 : Numbers.positive(timeout, "timeout"),
                connection.properties(PropertyArguments.Target.SUBSCRIBE),
                connection.properties(PropertyArguments.Target.UNSUBSCRIBE),
                connection.properties(PropertyArguments.Target.DISCONNECT));
    }

    private PrintingSubscriber.Selection selection() throws UsageException {
        if (noRetained && retainedOnly) {
            throw new UsageException("Error: Combining '-R' and '--retained-only' makes no sense.");
        }
        if (!(printedPercent >= 0.1 && printedPercent <= 100)) {
            throw new UsageException("Error: --random-filter chance must be between 0.1-100.0");
        }
        return new PrintingSubscriber.Selection(filters(filterOut, "filter"), noRetained, retainedOnly, removeRetained,
                printedPercent);
    }

    private int retainHandling() throws UsageException {
        return switch (retainHandling) {
            case "always", "0" -> 0;
            case "new", "1" -> 1;
            case "never", "2" -> 2;
            default -> throw new UsageException("Error: Invalid retain handling '" + retainHandling
                    + "', it must be always, new or never.");
        };
    }

    private static List<TopicFilter> filters(List<String> texts, String kind) throws UsageException {
        List<TopicFilter> filters = new ArrayList<>();
        for (String text : texts) {
            try {
                filters.add(TopicFilter.of(text));
            } catch (InvalidTopicException e) {
                throw new UsageException("Error: Invalid " + kind + " topic '" + text
                        + "', are all '+' and '#' wildcards correct?");
            }
        }
        return filters;
    }
}
