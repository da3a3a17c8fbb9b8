package io.tern.testkit.sim;

/// Prints what runs were like, for a test that compares two processes.
final class TraceHashes {

    private TraceHashes() {}

    static String of(long from, int seeds) {
        StringBuilder lines = new StringBuilder();
        for (long seed = from; seed < from + seeds; seed++) {
            lines.append(Simulation.run(seed)).append('\n');
        }
        return lines.toString();
    }

    /// @param arguments the first seed, and how many
    public static void main(String[] arguments) {
        System.out.print(of(Long.parseLong(arguments[0]), Integer.parseInt(arguments[1])));
    }
}
