package io.tern.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in a few lines what is wrong with a command line, and names the flag or command that was probably meant,
/// where picocli would print the whole help. To be set on the root command, since that one's handler is asked.
public final class UsageErrors implements IParameterExceptionHandler {

    private static final int EXIT_CODE = 2;
    /// Of those commands that stand in for mosquitto's.
    private static final int MOSQUITTOS_EXIT_CODE = 1;
    private static final Set<String> MOSQUITTOS = Set.of("pub", "sub", "request");

    /// Makes one; it has no state.
    public UsageErrors() { }

    @Override
    public int handleParseException(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(problem.getMessage());
        if (problem instanceof UnmatchedArgumentException unmatched) {
            String nearest = nearest(command, unmatched.getUnmatched());
            if (nearest != null) {
                err.println("Did you mean " + nearest + "?");
            }
        }
        err.println();
        err.println("Use '" + command.getCommandSpec().qualifiedName() + " --help' to see usage.");
        err.flush();
        return MOSQUITTOS.contains(command.getCommandName()) ? MOSQUITTOS_EXIT_CODE : EXIT_CODE;
    }

    private static String nearest(CommandLine command, List<String> unmatched) {
        String given = unmatched.getFirst();
        int equals = given.indexOf('=');
        String wanted = equals < 0 ? given : given.substring(0, equals);
        Iterable<String> names = wanted.startsWith("-")
                ? command.getCommandSpec().optionsMap().keySet()
                : command.getSubcommands().keySet();
        String best = null;
        // More than a third of it wrong is no slip any more.
        int bestDistance = wanted.length() / 3 + 1;
        for (String name : names) {
            int distance = distance(wanted, name);
            if (distance < bestDistance) {
                best = name;
                bestDistance = distance;
            }
        }
        return best;
    }

    /// How many characters have to be put in, taken out or replaced to make one of the other.
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
