package io.tern.bench;

import java.io.IOException;
import java.util.Locale;

/// Puts a broker on this machine under load and prints one line of JSON.
public final class Main {

    private static final String USAGE = """
            usage: bench SCENARIO [--port 1883] [--host 127.0.0.1] [--pid BROKER] [--version 3.1.1] ...
              fanout   1 publisher, --subscribers 100        [--qos 0] [--window 500] [--payload 64] [--rate N]
              pairs    --pairs 50 of each                    [--seconds 10] [--warmup 5]
              fanin    --publishers 100, 1 subscriber        a rate in publishes a second gives latencies
              shared   --publishers 50 to a group of --subscribers 10 (MQTT 5.0)
              idle     --connections 9000 [--at-once 64] [--hold 1]
              connect  --connects 20000 [--at-once 100]
              startup  -- COMMAND that starts the broker""";

    private Main() {}

    /// Runs one scenario.
    ///
    /// @param args its name and flags; exit code 2 if they are wrong, 1 if the run failed
    public static void main(String[] args) throws InterruptedException {
        try {
            if (args.length == 0) {
                throw new IllegalArgumentException("a scenario is missing");
            }
            System.out.println(run(args[0], new Arguments(args, 1)));
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage() + "\n" + USAGE);
            System.exit(2);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
    }

    private static Report run(String scenario, Arguments args) throws IOException, InterruptedException {
        Target target = Target.of(args, scenario.equals("shared") ? "5.0" : "3.1.1");
        return switch (scenario) {
            case "fanout", "pairs", "fanin", "shared" ->
                new Flow(target, Shape.valueOf(scenario.toUpperCase(Locale.ROOT)), args).run();
            case "idle" -> new Idle(target, args).run();
            case "connect" -> new ConnectStorm(target, args).run();
            case "startup" -> new StartUp(target, args).run();
            default -> throw new IllegalArgumentException("there is no scenario " + scenario);
        };
    }
}
