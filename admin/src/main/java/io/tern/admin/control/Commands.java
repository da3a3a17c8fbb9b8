package io.tern.admin.control;

import io.tern.admin.figures.FigureFacts;
import io.tern.api.Access;
import io.tern.api.AddressRange;
import io.tern.api.Backups;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.ConnectionInfo;
import io.tern.api.Control;
import io.tern.api.Figure;
import io.tern.api.Identity;
import io.tern.api.LostProcess;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.SecurityEvent;
import io.tern.api.Setting;
import io.tern.api.Worker;
import io.tern.broker.access.Authorization;
import io.tern.broker.access.Rules;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.broker.later.DelayedRequests;
import io.tern.json.Json;
import io.tern.json.JsonException;
import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out commands, in JSON as mosquitto's `$CONTROL` topics have it: `{"commands": [{"command": "listBans",
/// "correlationData": "1"}]}` is answered with `{"responses": [{"command": ..., "data" or "error": ...,
/// "correlationData": ...}]}`. One after the other, on a thread of its own; while a hundred wait, or 4 MiB, more are
/// refused.
///
/// Each one that changes something is told as an event, with who has asked for it.
public final class Commands implements Control, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private static final int WAITING_MAX = 100;
    private static final int WAITING_BYTES_MAX = 4 * 1024 * 1024;
    private static final int COMMANDS_MAX = 1_000;
    private static final int REPLY_CHARS_MAX = 16 * 1024 * 1024;

    /// Comes back as it is. Not a key as ours are: mosquitto's.
    private static final String CORRELATION = "correlationData";

    private static final Option<String> COMMAND = Option.text("command", "", "What to do.");
    private static final Option<String> KIND = Option.text("kind", "", "What a ban goes by.");
    private static final Option<String> VALUE = Option.text("value", "", "Of that kind.");
    private static final Option<String> REASON = Option.text("reason", "", "Why.");
    private static final Option<Integer> SECONDS =
            Option.integer("seconds", 0, 0, Integer.MAX_VALUE, "s", "How long; 0 for ever.");
    private static final Option<String> CLIENT = Option.text("client", "client", "Client identifier.");
    private static final Option<String> USER = Option.text("user", "", "User name.");
    private static final Option<String> ADDRESS = Option.text("address", "127.0.0.1", "Where from.");
    private static final Option<String> LISTENER = Option.text("listener", "mqtt", "By which listener.");
    private static final Option<List<String>> ROLES = Option.texts("roles", List.of(), "Roles.");
    private static final Option<Access.Action> ACTION =
            Option.choice("action", Access.Action.PUBLISH, "What it wants to do.");
    private static final Option<String> TOPIC = Option.text("topic", "", "Topic or filter.");
    private static final Option<Integer> QOS = Option.integer("qos", 0, 0, 2, "", "Quality of service.");
    private static final Option<Boolean> RETAIN = Option.bool("retain", false, "Whether to be retained.");
    private static final Option<String> BACKUP = Option.text("backup", "", "Which backup.");
    private static final Option<String> FILE = Option.text("file", "", "Which of its files.");
    private static final Option<Long> OFFSET =
            Option.bytes("offset", 0, 0, Long.MAX_VALUE, "Where to begin to read.");
    private static final Option<Integer> LIMIT =
            Option.integer("limit", 100, 1, DelayedRequests.PAGE_MAX, "", "How many at most.");
    private static final Option<String> FROM = Option.text("from", "", "Where the page begins.");
    private static final Option<String> ID = Option.text("id", "", "Which message.");
    private static final List<Option<?>> ALL = List.of(COMMAND, KIND, VALUE, REASON, SECONDS, CLIENT, USER,
            ADDRESS, LISTENER, ROLES, ACTION, TOPIC, QOS, RETAIN, BACKUP, FILE, OFFSET,
            LIMIT, FROM, ID);

    /// Reads the configuration again.
    @FunctionalInterface
    public interface Reload {

        /// Reads it. May block.
        ///
        /// @throws ConfigException if it can't be used: then nothing has changed
        void run() throws ConfigException;
    }

    /// Puts the bans where they outlive the process.
    @FunctionalInterface
    public interface Save {

        /// Returns when they are there. May block.
        ///
        /// @throws IOException if they can't be put there
        void run() throws IOException;
    }

    private record Waiting(ClientInfo client, byte[] request, Consumer<byte[]> reply) {}

    private final Bans bans;
    private final Authorization authorization;
    private final Reload reload;
    private final Save save;
    private final Consumer<Ban> banned;
    private final Supplier<Map<String, Map<String, Object>>> alarms;
    private final Supplier<List<Figure>> figures;
    private final Supplier<Backups> backups;
    private final Supplier<DelayedRequests> delayed;
    private final SecurityEvent.Sink events;
    private final Clock clock;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Worker worker;

    /// Begins.
    ///
    /// @param bans to be listed and changed
    /// @param authorization to be explained
    /// @param reload reads the configuration again
    /// @param save called after each change of the bans, before it is answered
    /// @param banned closes the connections of those who are banned now
    /// @param alarms those that are active
    /// @param figures what can be read, asked for each time
    /// @param backups of what is kept, asked for each time
    /// @param delayed messages that wait for their time, asked for each time
    /// @param events takes what is done
    /// @param clock the time
    public Commands(
            Bans bans,
            Authorization authorization,
            Reload reload,
            Save save,
            Consumer<Ban> banned,
            Supplier<Map<String, Map<String, Object>>> alarms,
            Supplier<List<Figure>> figures,
            Supplier<Backups> backups,
            Supplier<DelayedRequests> delayed,
            SecurityEvent.Sink events,
            Clock clock) {
        this.bans = bans;
        this.authorization = authorization;
        this.reload = reload;
        this.save = save;
        this.banned = banned;
        this.alarms = alarms;
        this.figures = figures;
        this.backups = backups;
        this.delayed = delayed;
        this.events = events;
        this.clock = clock;
        this.worker = Worker.start(
                "commands", this::next, bug -> LOG.error("bug while a command is carried out", bug));
    }

    @Override
    public void request(ClientInfo client, byte[] request, Consumer<byte[]> reply) {
        if (waitingBytes.addAndGet(request.length) > WAITING_BYTES_MAX
                || !waiting.offer(new Waiting(client, request, reply))) {
            waitingBytes.addAndGet(-request.length);
            reply.accept(error("too many commands wait"));
        }
    }

    private static byte[] error(String text) {
        return Json.bytes(Map.of("responses", List.of(Map.of("error", text))));
    }

    private void next() throws InterruptedException {
        Waiting next = waiting.take();
        byte[] reply;
        try {
            reply = carriedOut(next.client, next.request);
        } catch (Throwable bug) {
            next.reply.accept(error("internal error"));
            throw bug;
        } finally {
            waitingBytes.addAndGet(-next.request.length);
        }
        next.reply.accept(reply);
    }

    private byte[] carriedOut(ClientInfo client, byte[] request) {
        List<Object> commands;
        try {
            Map<String, Object> root = Json.object(Json.read(request));
            commands = root == null ? null : Json.array(root.get("commands"));
        } catch (JsonException e) {
            return error(e.getMessage());
        }
        if (commands == null) {
            return error("expected {\"commands\": [...]}");
        }
        if (commands.size() > COMMANDS_MAX) {
            return error("more than " + COMMANDS_MAX + " commands");
        }
        StringBuilder responses = new StringBuilder("{\"responses\":[");
        for (Object command : commands) {
            if (responses.length() > REPLY_CHARS_MAX) {
                return error("the answer would be too long; some of the commands were carried out");
            }
            responses.append(responses.charAt(responses.length() - 1) == '[' ? "" : ",")
                    .append(Json.text(response(client, JsonSettings.of(command))));
        }
        return responses.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Object> response(ClientInfo client, Setting item) {
        Problems problems = new Problems("request");
        Options given = new SectionReader(ALL, problems).read(withoutCorrelation(item));
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("command", given.get(COMMAND));
        try {
            problems.check();
            Object data = data(client, given);
            if (data != null) {
                response.put("data", data);
            }
        } catch (ConfigException | IllegalArgumentException | UnknownHostException e) {
            response.put("error", e.getMessage());
        } catch (RuntimeException | Error bug) {
            LostProcess.endIf(bug);
            // Others of this request may have been carried out already: each is told what has become of it.
            LOG.error("bug while {} is carried out", given.get(COMMAND), bug);
            response.put("error", "internal error");
        }
        if (item instanceof Setting.Section section && section.get(CORRELATION) instanceof Setting.Value value) {
            response.put(CORRELATION, value.text());
        }
        return response;
    }

    private static Setting withoutCorrelation(Setting item) {
        return item instanceof Setting.Section section
                ? new Setting.Section(section.line(), section.entries().stream()
                        .filter(entry -> !entry.key().equals(CORRELATION))
                        .toList())
                : item;
    }

    private Object data(ClientInfo client, Options given) throws ConfigException, UnknownHostException {
        String command = given.get(COMMAND);
        return switch (command) {
            case "listBans" -> Map.of(
                    "bans", bans.list(clock.nowMillis()).stream().map(BanEntries::facts).toList());
            case "addBan" -> {
                long now = clock.nowMillis();
                int seconds = given.get(SECONDS);
                String by = client.userName() == null ? client.clientId() : client.userName();
                Ban ban = new Ban(Ban.Kind.of(given.get(KIND)), given.get(VALUE), by, given.get(REASON), now,
                        seconds == 0 ? Ban.FOR_EVER : now + seconds * 1000L);
                bans.add(ban);
                done(client, command, ban.kind().word() + " " + ban.value());
                banned.accept(ban);
                saved();
                yield null;
            }
            case "removeBan" -> {
                Ban.Kind kind = Ban.Kind.of(given.get(KIND));
                if (!bans.remove(kind, given.get(VALUE))) {
                    throw new IllegalArgumentException("there is no such ban");
                }
                done(client, command, kind.word() + " " + given.get(VALUE));
                saved();
                yield null;
            }
            case "explainAccess" -> explained(given);
            case "reload" -> {
                done(client, command, "");
                reload.run();
                yield null;
            }
            case "listAlarms" -> Map.of("alarms", alarms.get());
            case "beginBackup", "readBackup", "endBackup" -> backedUp(client, command, given);
            case "listDelayed" -> new DelayedCommands(delayed.get()).list(
                    given.get(FROM), given.get(LIMIT), given.isGiven(CLIENT) ? given.get(CLIENT) : null,
                    given.get(TOPIC));
            case "cancelDelayed" -> {
                new DelayedCommands(delayed.get()).cancel(given.get(ID));
                done(client, command, given.get(ID));
                yield null;
            }
            case "getFigures" -> Map.of("figures", FigureFacts.of(figures.get()));
            default -> throw new IllegalArgumentException(
                    "unknown command; there are listBans, addBan, removeBan, explainAccess, reload, listAlarms,"
                            + " getFigures, beginBackup, readBackup, endBackup, listDelayed, cancelDelayed");
        };
    }

    private Object backedUp(ClientInfo client, String command, Options given) {
        try {
            Object data = new BackupCommands(backups.get()).data(command, given.get(BACKUP), given.get(FILE),
                    given.get(OFFSET));
            if (command.equals("beginBackup")) {
                done(client, command, "");
            }
            return data;
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void saved() {
        try {
            save.run();
        } catch (IOException e) {
            throw new IllegalArgumentException("it holds, but ends with this process: it can't be written: "
                    + e.getMessage(), e);
        }
    }

    private void done(ClientInfo client, String action, String detail) {
        events.on(new SecurityEvent.Administered(client, action, detail));
    }

    private Object explained(Options given) throws UnknownHostException {
        if (given.get(TOPIC).isEmpty()) {
            throw new IllegalArgumentException("topic: has to be given");
        }
        InetAddress address = InetAddress.getByAddress(AddressRange.of(given.get(ADDRESS)).prefix());
        ClientInfo asked = new ClientInfo(
                given.get(CLIENT),
                given.isGiven(USER) ? given.get(USER) : null,
                MqttVersion.V5,
                new ConnectionInfo(given.get(LISTENER), "tcp", new InetSocketAddress(address, 0)),
                Identity.of("asked").withRoles(Set.copyOf(given.get(ROLES))));
        Access access = new Access(given.get(ACTION), given.get(TOPIC), given.get(QOS), given.get(RETAIN));
        Rules rules = authorization.rules();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("decision", rules.decide(asked, access).decision().name().toLowerCase(Locale.ROOT));
        data.put("rules", rules.explain(asked, access).lines().toList());
        return data;
    }

    @Override
    public void close() {
        worker.close();
    }
}
