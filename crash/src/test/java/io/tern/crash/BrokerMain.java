package io.tern.crash;

import io.tern.app.Main;
import java.io.IOException;
import java.io.OutputStream;

/// The `tern` command, but it doesn't outlive whoever started it.
public final class BrokerMain {

    private BrokerMain() {}

    /// Runs the command and ends with its exit code, or when the input does.
    ///
    /// @param args as those of `tern`
    public static void main(String[] args) {
        Thread.ofPlatform().daemon().name("end-of-input").start(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // As good an end as any.
                Runtime.getRuntime().halt(1);
            }
            Runtime.getRuntime().halt(1);
        });
        Main.main(args);
    }
}
