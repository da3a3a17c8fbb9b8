package io.tern.cli;

/// Numbers on the command line.
final class Numbers {

    private Numbers() { }

    /// Reads a number above 0.
    ///
    /// @param what it is, for who gave another
    static int positive(String text, String what) throws UsageException {
        try {
            int value = Integer.parseInt(text);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("Error: Invalid " + what + " \"" + text + "\".");
    }
}
