package io.tern.admin.figures;

/// Moving averages of a counter over 1, 5 and 15 minutes, by the formula of mosquitto: each step moves the average
/// towards what was counted a minute since the last one, by 1 - e^(-seconds / length).
final class Load {

    private static final double SECONDS_PER_MINUTE = 60;
    private static final int[] MINUTES = {1, 5, 15};

    private final double[] averages = new double[MINUTES.length];
    private double before;

    Load() {}

    /// @param count of the counter now
    /// @param seconds since the last step, above 0
    void step(double count, double seconds) {
        double perMinute = (count - before) * SECONDS_PER_MINUTE / seconds;
        before = count;
        for (int i = 0; i < MINUTES.length; i++) {
            double kept = Math.exp(-seconds / (SECONDS_PER_MINUTE * MINUTES[i]));
            averages[i] = perMinute + kept * (averages[i] - perMinute);
        }
    }

    /// @return how many there are
    static int size() {
        return MINUTES.length;
    }

    /// @return such as `5min`
    static String name(int at) {
        return MINUTES[at] + "min";
    }

    /// @return events a minute
    double average(int at) {
        return averages[at];
    }
}
