package io.tern.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the one message comes from that is to be published.
///
/// @param message the text; null if it comes from elsewhere
/// @param empty whether it has no bytes
/// @param file with its bytes; null if it comes from elsewhere
/// @param input whether it is all of standard input
record Payload(String message, boolean empty, Path file, boolean input) {

    private static final int BYTES_MAX = 268_435_455;

    /// Reads it.
    ///
    /// @param in standard input
    /// @throws IOException in the words of mosquitto_pub
    byte[] bytes(InputStream in) throws IOException {
        if (empty) {
            return new byte[0];
        }
        if (message != null) {
            return RawArguments.bytes(message);
        }
        return input ? standardInput(in) : fileContents();
    }

    private static byte[] standardInput(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(BYTES_MAX);
        if (bytes.length == 0) {
            throw new IOException("Error: Zero length input.\nError loading input from stdin.");
        }
        if (bytes.length == BYTES_MAX) {
            throw new IOException("Error: Input must be less than " + BYTES_MAX + " bytes.");
        }
        return bytes;
    }

    private byte[] fileContents() throws IOException {
        String problem = "\nError loading input file \"" + file + "\".";
        try {
            if (Files.size(file) >= BYTES_MAX) {
                throw new IOException("Error: File must be less than " + BYTES_MAX + " bytes." + problem);
            }
            return Files.readAllBytes(file);
        } catch (FileSystemException e) {
            throw new IOException("Error: Unable to open file \"" + file + "\"." + problem, e);
        }
    }
}
