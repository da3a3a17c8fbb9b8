package io.tern.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/// Puts a broker on this machine under load and tells what that cost.
public final class Bench {

    private static final String USAGE = """
            Usage: tern bench SCENARIO [--port 1883] [--host 127.0.0.1] [--version 3.1.1] [--json] ...
            Puts a broker on this machine under load: how much it takes, what that costs it, and whether each message
            came once and in order.

              fanout     1 publisher, --subscribers 100
              pairs      --pairs 50 of publisher and subscriber
              fanin      --publishers 100, 1 subscriber
              shared     --publishers 50 to a group of --subscribers 8; MQTT 5.0 unless told otherwise
              overload   1 publisher, --subscribers 10 and --deaf 1 that read nothing, for a minute
                 [--qos 0] [--payload 64] [--window N messages of one publisher under way] [--seconds 10] [--warmup 5]
                 [--rate N] publishes a second of all publishers together; gives latencies, counted from when a message
                 was due, whether or not it could be sent then
                 [--durable 1] subscribers have sessions that last
                 [--round-trip MILLIS] subscribers are so far away

              connect    --connects 9000 in --rounds 6, --at-once 64; they stay until all are in
              idle       --connections 9000, --at-once 64, --hold 1 second: memory of each
              retained   --topics 10000 set, then handed to --subscribers 10, in --rounds 10
              offline    --messages 1000 for each of --subscribers 100 that are away, in --rounds 4,
                         by as many --publishers or fewer that serve several of them in turn
              filters    --filters 50000 of --clients 50, most with wildcards, and a message to each in turn
                 [--qos] [--payload 64] [--window N] as above; filters also [--seconds 10] [--warmup 5]

              startup    -- COMMAND that starts the broker: time until the first CONNACK

            Processor time and memory are those of the process that listens on the port, or of --pid. --json prints
            one line of JSON.""";

    private Bench() {}

    /// Runs one scenario.
    ///
    /// @param args its name and flags
    /// @param out takes the figures
    /// @param err takes what went wrong
    /// @return exit code: 0, 1 if the run failed, 2 if the arguments are wrong
    public static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            if (args.length == 0) {
                throw new IllegalArgumentException("a scenario is needed");
            }
            if (asksForHelp(args)) {
                out.println(USAGE);
                return 0;
            }
            Arguments flags = new Arguments(args, 1);
            Report report;
            try (Progress progress = new Progress(args[0], err)) {
                if (!flags.json()) {
                    progress.begin();
                }
                report = run(args[0], flags);
            }
            out.println(flags.json() ? report.json() : report.lines());
            return 0;
        } catch (IllegalArgumentException e) {
            err.println("tern bench: " + e.getMessage());
            err.println("Try 'tern bench --help' for more information.");
            return 2;
        } catch (IOException e) {
            err.println("tern bench: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("tern bench: interrupted");
        }
        return 1;
    }

    private static boolean asksForHelp(String[] args) {
        return Arrays.stream(args)
                .takeWhile(each -> !each.equals("--"))
                .anyMatch(each -> each.equals("--help") || each.equals("-h"));
    }

    /// A scenario with its flags, ready to run.
    @FunctionalInterface
    private interface Ready {

        Report run() throws IOException, InterruptedException;
    }

    private static Report run(String scenario, Arguments args) throws IOException, InterruptedException {
        Target target = Target.of(args, scenario.equals("shared") ? "5.0" : "3.1.1");
        Ready ready = switch (scenario) {
            case "fanout", "pairs", "fanin", "shared", "overload" ->
                new Flow(target, Shape.valueOf(scenario.toUpperCase(Locale.ROOT)), args)::run;
            case "connect" -> new ConnectStorm(target, args)::run;
            case "idle" -> new Idle(target, args)::run;
            case "retained" -> new Retained(target, args)::run;
            case "offline" -> new Offline(target, args)::run;
            case "filters" -> new Filters(target, args)::run;
            case "startup" -> new StartUp(target, args)::run;
            default -> throw new IllegalArgumentException("there is no scenario '" + scenario + "'");
        };
        if (!scenario.equals("startup")) {
            target.check();
        }
        return ready.run();
    }
}
