package io.tern.app;

import io.tern.api.Access;
import io.tern.api.Authenticator;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import io.tern.api.Identity;
import io.tern.api.Place;
import io.tern.api.Verdict;
import io.tern.transport.Listener;
import io.tern.wire.ReasonCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets in whoever can read the data folder, from this machine, to administer the broker and for nothing else: by a
/// secret that is made anew at each start. All others are left to other sources.
///
/// With the secret the file says where this process listens, so that it is shown to nobody who listens elsewhere.
final class LocalOperator implements Authenticator, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalOperator.class);
    private static final String FILE = "operator.secret";
    private static final int SECRET_BYTES = 32;
    private static final Identity OPERATOR = Identity.of(Control.OPERATOR_SOURCE).withUserName(Control.OPERATOR)
            .withRules(new ControlAlone());

    /// Allows to administer, and denies all else.
    private record ControlAlone() implements Authorizer {

        @Override
        public Decision decide(ClientInfo client, Access access) {
            return access.isControl() ? Decision.ALLOW : Decision.DENY;
        }

        @Override
        public boolean mayDeny(ClientInfo client, String filter) {
            return !filter.startsWith(Control.PREFIX);
        }

        @Override
        public String explain(ClientInfo client, Access access) {
            return "the operator may do what begins with " + Control.PREFIX + ", and nothing else";
        }
    }

    private final Authenticator others;
    private final Path file;
    private final String secret;

    /// Makes a secret, which nobody can read yet. That of the process before counts no more.
    ///
    /// @param others asked about everybody else
    /// @param dataDir for the file
    /// @throws IOException if the file from before can't be deleted
    LocalOperator(Authenticator others, Path dataDir) throws IOException {
        this.others = others;
        this.file = dataDir.resolve(FILE);
        Files.deleteIfExists(file);
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        this.secret = HexFormat.of().formatHex(bytes);
    }

    /// Writes it where its owner alone can read it.
    ///
    /// @param listeners where it may be shown
    /// @throws IOException if it can't be written
    void show(List<Listener> listeners) throws IOException {
        List<String> lines = new ArrayList<>(List.of(secret));
        for (Listener each : listeners) {
            lines.add(each.options().unix() == null
                    ? String.valueOf(each.port())
                    : each.options().unix().path().toAbsolutePath().toString());
        }
        Path written = Files.createTempFile(file.getParent(), FILE, ".new"); // For its owner alone.
        Files.write(written, lines);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        if (!Control.OPERATOR.equals(client.userName())) {
            others.authenticate(client, password, answer);
        } else if (!Place.isHere(client.connection().remote())) {
            answer.accept(Verdict.deny(ReasonCode.NOT_AUTHORIZED, "the secret counts on this machine alone"));
        } else if (password == null
                || !MessageDigest.isEqual(password, secret.getBytes(StandardCharsets.US_ASCII))) {
            answer.accept(Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "it is not the operator's secret"));
        } else {
            answer.accept(Verdict.allow(OPERATOR));
        }
    }

    /// Deletes the file.
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("it counts no more in any case", e);
        }
    }
}
