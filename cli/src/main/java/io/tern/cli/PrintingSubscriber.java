package io.tern.cli;

import io.tern.client.ClientBuilder;
import io.tern.client.ConnectionListener;
import io.tern.client.MqttClient;
import io.tern.client.MqttException;
import io.tern.wire.MqttVersion;
import io.tern.wire.Properties;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/// Connects, subscribes and prints until there is a reason to end. The calling thread does nothing but take messages
/// and print them, so that a slow reader of our output slows the server down and nothing is dropped; whatever else
/// ends the work interrupts it.
final class PrintingSubscriber implements ConnectionListener {

    /// What to do.
    ///
    /// @param items what to subscribe to; may be empty
    /// @param unsubscribe what to unsubscribe from afterwards; may be empty
    /// @param exitAfterSubscribe whether that is all
    /// @param messagesMax print so many and end; 0 for no end
    /// @param timeoutSeconds end after so long; 0 for no end
    /// @param subscribeProperties of SUBSCRIBE
    /// @param unsubscribeProperties of UNSUBSCRIBE
    /// @param disconnectProperties of DISCONNECT
    record Plan(List<Subscribe.Item> items, List<TopicFilter> unsubscribe, boolean exitAfterSubscribe,
            long messagesMax, int timeoutSeconds, Properties subscribeProperties, Properties unsubscribeProperties,
            Properties disconnectProperties) { }

    /// Which messages to print, and what else to do with them.
    ///
    /// @param filterOut topics not to print
    /// @param noRetained print no retained messages
    /// @param retainedOnly print retained messages only, and end with the first other
    /// @param removeRetained remove the retained message from the server
    /// @param printedPercent how many of 100 to print
    record Selection(List<TopicFilter> filterOut, boolean noRetained, boolean retainedOnly, boolean removeRetained,
            double printedPercent) { }

    /// Most removals of retained messages that may be under way.
    static final int REMOVALS_MAX = 1_000_000;

    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final byte[] NOTHING = {};

    private final Plan plan;
    private final Selection selection;
    private final MessagePrinter printer;
    private final PrintStream out;
    private final Consumer<String> complaints;
    private final Thread taker = Thread.currentThread();
    private final AtomicReference<Failure> outcome = new AtomicReference<>();
    private final ArrayDeque<CompletableFuture<ReasonCode>> removals = new ArrayDeque<>();
    private MqttVersion version;
    private boolean finished;
    private long printed;

    /// @param out where the printer prints
    /// @param complaints takes lines for standard error
    PrintingSubscriber(
            Plan plan, Selection selection, MessagePrinter printer, PrintStream out, Consumer<String> complaints) {
        this.plan = plan;
        this.selection = selection;
        this.printer = printer;
        this.out = out;
        this.complaints = complaints;
    }

    /// Does it all, on the thread that made this object.
    ///
    /// @return the exit code
    int run(ClientBuilder builder, MqttVersion protocol) {
        version = protocol;
        Failure end;
        try (MqttClient client = builder.listener(this).build()) {
            Thread farewell = new Thread(() -> leave(client));
            Runtime.getRuntime().addShutdownHook(farewell);
            try {
                end = work(client);
            } finally {
                removeHook(farewell);
            }
        } finally {
            stopInterrupting();
        }
        end.lines().forEach(complaints);
        return end.exitCode();
    }

    // A signal ends us in good order: the server gets its DISCONNECT, the shell a 0.
    private void leave(MqttClient client) {
        end(new Failure(List.of(), ExitCode.OK));
        client.close();
        out.flush();
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook does the rest.
        }
    }

    private Failure work(MqttClient client) {
        Failure end;
        Thread timer = Thread.ofVirtual().start(this::watchTime);
        try {
            connect(client);
            if (plan.exitAfterSubscribe) {
                request(client);
            } else {
                take(client);
            }
            end = outcome.get();
        } catch (InterruptedException e) {
            end = outcome.get();
        } catch (MqttException e) {
            end = outcome.get() == null ? Failure.of(e, version, false) : outcome.get();
        }
        timer.interrupt();
        stopInterrupting();
        try {
            client.disconnect(ReasonCode.SUCCESS, plan.disconnectProperties);
        } catch (InterruptedException e) {
            end = end == null ? new Failure(List.of(), ExitCode.FAILED) : end;
        }
        return end == null ? new Failure(List.of(), ExitCode.OK) : end;
    }

    // Once the server has been there, it is waited for.
    private void connect(MqttClient client) throws MqttException, InterruptedException {
        boolean seen = false;
        boolean told = false;
        while (true) {
            try {
                client.connect();
                return;
            } catch (MqttException e) {
                seen |= e.kind() == MqttException.Kind.NETWORK;
                if (!seen || e.kind() == MqttException.Kind.REFUSED) {
                    throw e;
                }
                if (!told) {
                    told = true;
                    complaints.accept("Error: " + (e.getCause() instanceof SSLException tls ? TlsFailure.words(tls)
                            : "the server ends the connection without a word; does this port speak TLS?")
                            + " Trying again each second.");
                }
                Thread.sleep(RETRY);
            }
        }
    }

    private void watchTime() {
        if (plan.timeoutSeconds > 0) {
            try {
                Thread.sleep(Duration.ofSeconds(plan.timeoutSeconds));
                end(new Failure(List.of("Timed out"), ExitCode.TIMED_OUT));
            } catch (InterruptedException e) {
                // It ended before.
            }
        }
    }

    private synchronized void end(Failure why) {
        if (outcome.compareAndSet(null, why) && !finished) {
            taker.interrupt();
        }
    }

    private synchronized void stopInterrupting() {
        if (!finished) {
            finished = true;
            Thread.interrupted();
        }
    }

    @Override
    public void connectionLost(MqttException cause) {
        if (cause.kind() == MqttException.Kind.DISCONNECTED) {
            end(Failure.of(cause, version, false));
        }
    }

    private void requestBeside(MqttClient client) {
        try {
            request(client);
        } catch (MqttException e) {
            end(Failure.of(e, version, false));
        } catch (InterruptedException e) {
            end(new Failure(List.of(), ExitCode.FAILED));
        }
    }

    private void request(MqttClient client) throws MqttException, InterruptedException {
        if (!plan.items.isEmpty()
                && client.subscribe(plan.subscribeProperties, plan.items).stream().allMatch(ReasonCode::isError)) {
            end(new Failure(List.of("All subscription requests were denied."), ExitCode.OK));
            return;
        }
        if (!plan.unsubscribe.isEmpty()) {
            client.unsubscribe(plan.unsubscribeProperties, plan.unsubscribe);
        }
    }

    private void take(MqttClient client) throws MqttException, InterruptedException {
        // The first look makes this thread the consumer, before anything can arrive.
        Publish message = client.receive(Duration.ZERO);
        Thread.ofVirtual().start(() -> requestBeside(client));
        while (outcome.get() == null) {
            if (message == null) {
                if (out.checkError()) {
                    end(new Failure(List.of(), ExitCode.FAILED));
                    return;
                }
                message = client.receive(FOR_EVER);
            }
            if (message != null && !handle(client, message)) {
                for (CompletableFuture<ReasonCode> removal : removals) {
                    finish(removal);
                }
                return;
            }
            message = client.receive(Duration.ZERO);
        }
    }

    /// @return false if that was the last
    private boolean handle(MqttClient client, Publish message) throws MqttException, InterruptedException {
        if (selection.retainedOnly && !message.retain()) {
            return false;
        }
        if (selection.filterOut.stream().anyMatch(filter -> filter.matches(message.topic()))) {
            return true;
        }
        if (selection.removeRetained && message.retain()) {
            remove(client, message);
        }
        if (selection.noRetained && message.retain()
                || ThreadLocalRandom.current().nextDouble() * 100 >= selection.printedPercent) {
            return true;
        }
        String complaint;
        synchronized (out) {
            complaint = printer.print(message);
        }
        if (complaint != null) {
            complaints.accept(complaint);
        }
        printed++;
        return printed != plan.messagesMax;
    }

    private void remove(MqttClient client, Publish message) throws MqttException, InterruptedException {
        removals.add(client.publishAsync(message.topic().value(), NOTHING, 1, true, Properties.NONE));
        while (!removals.isEmpty() && removals.peek().isDone()) {
            finish(removals.remove());
        }
    }

    private void finish(CompletableFuture<ReasonCode> removal) throws MqttException, InterruptedException {
        try {
            removal.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MqttException cause && cause.kind() != MqttException.Kind.REJECTED) {
                throw cause;
            }
        }
    }
}
