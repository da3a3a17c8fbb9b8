package io.tern.app;

import io.tern.admin.control.BanFile;
import io.tern.admin.control.Commands;
import io.tern.admin.figures.ProcessFigures;
import io.tern.admin.figures.SysOptions;
import io.tern.admin.figures.SysTopics;
import io.tern.admin.figures.SysTree;
import io.tern.admin.watch.Alarms;
import io.tern.admin.watch.QueueAlarms;
import io.tern.admin.watch.Resources;
import io.tern.api.Backups;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.Figure;
import io.tern.api.FileFault;
import io.tern.api.Message;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.SecurityEvent;
import io.tern.broker.Broker;
import io.tern.broker.access.Security;
import io.tern.broker.defence.Ban;
import io.tern.broker.defence.Bans;
import io.tern.broker.defence.Defence;
import io.tern.broker.defence.DefenceOptions;
import io.tern.engine.queue.DropReason;
import io.tern.transport.Listener;
import io.tern.transport.ListenerFigures;
import io.tern.wire.Properties;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What stands around a broker: who may come in, what is put up with, what is told, and what can be done while it runs.
final class Operations implements AutoCloseable {

    /// Reads the configuration anew.
    @FunctionalInterface
    interface Source {

        /// @return what is set now, in the file and by flags
        Settings read() throws ConfigException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final Settings started;
    private final ReentrantLock reloading = new ReentrantLock();
    private final Clock clock;
    private final Source source;
    private final Alarms alarms;
    private final Bans bans = new Bans();
    private final BanFile banFile;
    private final Defence defence;
    private final Protection protection;
    private final LocalOperator operator;
    private final Commands commands;
    private final Path dataDir;
    private final Duration sysInterval;
    private Resources resources;
    private SysTopics sysTopics;
    private volatile Broker broker;
    private volatile Backups backups = Backups.NONE;
    private List<Listener> listeners = List.of();
    private List<Figure> figures = List.of();

    /// @param config the file that the options stand in, or null
    /// @param source reads it again
    Operations(Settings settings, Path config, Source source, Path dataDir, Clock clock)
            throws ConfigException, IOException {
        Options options = settings.options();
        this.started = settings;
        this.clock = clock;
        this.source = source;
        this.dataDir = dataDir;
        this.sysInterval = options.get(SysOptions.SYS_INTERVAL);
        if (options.isGiven(ServerOptions.LOG_LEVEL)) {
            LogSetup.level(options.get(ServerOptions.LOG_LEVEL));
        }
        LogSetup.format(options.get(ServerOptions.LOG_FORMAT));
        this.protection = Protection.of(settings, config, clock);
        this.operator = new LocalOperator(protection, dataDir);
        this.alarms = new Alarms(options, dataDir, clock);
        this.banFile = new BanFile(dataDir.resolve("bans.json"), bans, clock, alarms);
        this.defence = new Defence(DefenceOptions.limits(options), bans, alarms);
        this.commands = new Commands(
                bans,
                protection.authorization(),
                this::reload,
                banFile::save,
                this::disconnect,
                alarms::active,
                this::figures,
                () -> backups,
                () -> broker.delayedRequests(),
                alarms,
                clock);
    }

    /// @return what a broker asks
    Security security() {
        return new Security(operator, protection, protection.authorization(), defence, commands, alarms);
    }

    Protection protection() {
        return protection;
    }

    /// The broker is there: alarms reach it, and it is watched.
    ///
    /// @param ofStore what backups are made by
    void watch(Broker started, Backups ofStore) {
        backups = ofStore;
        broker = started;
        alarms.publisher((topic, payload) -> started.publish(new Message(
                TopicName.of(topic), payload, 1, true, Properties.NONE, null, Message.NEVER)));
        QueueAlarms queueAlarms = new QueueAlarms(alarms);
        resources = new Resources(
                Resources.Probes.ofProcess(dataDir, () ->
                        started.count(DropReason.QUEUE_FULL) + started.count(DropReason.MEMORY_FULL)),
                defence::scarce,
                alarms,
                () -> queueAlarms.look(started.queues(), clock.nowMillis()));
        resources.start();
    }

    /// All is open: from now on it can be read what it does.
    void show(List<Listener> opened) {
        synchronized (this) {
            listeners = List.copyOf(opened);
        }
        try {
            operator.show(opened);
        } catch (IOException e) {
            LOG.warn("nobody can administer the broker by its data folder: {}", FileFault.words(e));
        }
        sysTopics = new SysTopics(() -> new SysTree(figures(), clock.nowMillis()), clock, broker::tell);
        sysTopics.start(sysInterval);
    }

    /// Everything that can be read, room by room. Put together when it is asked for first: the machine's part takes
    /// longer than a start should.
    ///
    /// @return nothing before all is open
    synchronized List<Figure> figures() {
        if (figures.isEmpty() && !listeners.isEmpty()) {
            List<Figure> all = new ArrayList<>(ProcessFigures.of(Version.text()));
            all.addAll(ListenerFigures.of(listeners));
            all.addAll(broker.figures());
            all.add(Figure.gauge("tern_bans", "Bans that are in force.",
                    () -> bans.list(clock.nowMillis()).size()));
            all.addAll(alarms.figures());
            figures = List.copyOf(all);
        }
        return figures;
    }

    /// Takes over what may change while the process runs, and says what may not.
    private void reload() throws ConfigException {
        reloading.lock(); // Reading blocks, and who asks may be a virtual thread.
        try {
            Settings now = source.read();
            protection.reload(now);
            defence.replace(DefenceOptions.limits(now.options()));
            LogSetup.level(now.options().get(ServerOptions.LOG_LEVEL));
            LogSetup.format(now.options().get(ServerOptions.LOG_FORMAT));
            List<String> later = waitForRestart(now);
            String rest = later.isEmpty() ? "" : "; wait for a restart: " + String.join(", ", later);
            alarms.on(new SecurityEvent.Configuration(false, "read again" + rest));
        } catch (ConfigException e) {
            alarms.on(new SecurityEvent.Configuration(true, e.getMessage()));
            throw e;
        } catch (IllegalArgumentException e) {
            alarms.on(new SecurityEvent.Configuration(true, e.getMessage()));
            throw new ConfigException(List.of(e.getMessage()));
        } catch (RuntimeException | Error bug) {
            alarms.on(new SecurityEvent.Configuration(true, "a mistake of ours met while it was read: " + bug));
            throw bug;
        } finally {
            reloading.unlock();
        }
    }

    /// The keys that are set otherwise than when the process started, and that it doesn't take over.
    private List<String> waitForRestart(Settings now) {
        Set<Option<?>> declared = new LinkedHashSet<>(ServerOptions.all(started.listeners()));
        declared.addAll(ServerOptions.all(now.listeners()));
        declared.removeAll(ServerOptions.reloaded());
        return declared.stream()
                .filter(each -> !Objects.equals(started.options().get(each), now.options().get(each)))
                .map(Option::key)
                .filter(key -> !key.endsWith(".allow_anonymous"))
                .distinct()
                .toList();
    }

    /// The operating system has asked to read the configuration again.
    void hangup() {
        try {
            reload();
        } catch (ConfigException e) {
            LOG.debug("told as an alarm", e);
        }
    }

    private void disconnect(Ban ban) {
        Bans one = new Bans();
        one.add(ban);
        long now = clock.nowMillis();
        broker.disconnect((ClientInfo client) -> one.of(client, now) != null, ReasonCode.ADMINISTRATIVE_ACTION);
    }

    /// Reads nothing anew, for want of a file.
    static Settings none() throws ConfigException {
        throw new ConfigException(List.of("there is no configuration file; start with --config"));
    }

    /// Watches the broker no more, since it is about to end.
    void unwatch() {
        if (sysTopics != null) {
            sysTopics.close();
        }
        if (resources != null) {
            resources.close();
        }
    }

    @Override
    public void close() {
        unwatch();
        operator.close();
        commands.close();
        banFile.close();
        alarms.close();
    }
}
