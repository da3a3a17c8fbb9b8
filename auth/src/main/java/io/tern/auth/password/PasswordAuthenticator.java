package io.tern.auth.password;

import io.tern.api.Answer;
import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.Identity;
import io.tern.api.Place;
import io.tern.api.Verdict;
import io.tern.auth.work.Remembered;
import io.tern.auth.work.Work;
import io.tern.wire.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Consumer;

/// Lets in who knows the password that stands in a [PasswordFile].
///
/// To verify one takes long by design, so it happens elsewhere, few at a time; a password that was right is known again
/// for a while by a salted hash, which ends with the process. A user who doesn't exist takes as long as one who does.
public final class PasswordAuthenticator implements Authenticator {

    private static final int REMEMBERED_MAX = 10_000;

    private final PasswordFile file;
    private final Clock clock;
    private final Work work;
    private final long rememberMillis;
    private final Remembered<String, Boolean> right;
    private final byte[] salt;

    /// Prepares for one file.
    ///
    /// @param file its users
    /// @param clock the time
    /// @param work where passwords are verified
    /// @param remember how long a password that was right is known again; zero for not at all
    public PasswordAuthenticator(PasswordFile file, Clock clock, Work work, Duration remember) {
        this(file, clock, work, remember.toMillis(), new Remembered<>(REMEMBERED_MAX), new byte[32]);
        new SecureRandom().nextBytes(salt);
    }

    private PasswordAuthenticator(
            PasswordFile file,
            Clock clock,
            Work work,
            long rememberMillis,
            Remembered<String, Boolean> right,
            byte[] salt) {
        this.file = file;
        this.clock = clock;
        this.work = work;
        this.rememberMillis = rememberMillis;
        this.right = right;
        this.salt = salt;
    }

    /// The same with another version of its file. What it knows of passwords goes by what is stored of them, so it
    /// holds where that is as it was.
    ///
    /// @param users its users
    /// @return one that shares all else
    public PasswordAuthenticator of(PasswordFile users) {
        return users == file ? this : new PasswordAuthenticator(users, clock, work, rememberMillis, right, salt);
    }

    @Override
    public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        String user = client.userName();
        if (user == null || password == null) {
            answer.accept(Verdict.NEXT);
            return;
        }
        PasswordHash stored = file.hash(user);
        String key = stored == null || rememberMillis == 0 ? null : key(user, stored, password);
        if (key != null && right.get(key, clock.nowMillis()) != null) {
            answer.accept(known(user));
            return;
        }
        work.run(
                Place.of(client.connection()),
                () -> Answer.isWanted(answer),
                () -> answer.accept(verified(user, stored, password, key)),
                () -> answer.accept(Verdict.deny(ReasonCode.SERVER_BUSY, "too many passwords to verify")));
    }

    private Verdict verified(String user, PasswordHash stored, byte[] password, String key) {
        if (stored == null) {
            PasswordHash another = file.likely(user);
            if (another != null) {
                another.matches(password); // For the time that it takes.
            }
            return Verdict.NEXT;
        }
        if (!stored.matches(password)) {
            return Verdict.wrongPassword("wrong password");
        }
        if (key != null) {
            long now = clock.nowMillis();
            right.put(key, true, now + rememberMillis, now);
        }
        return known(user);
    }

    private static Verdict known(String user) {
        return Verdict.allow(Identity.of("passwordFile").withUserName(user));
    }

    private String key(String user, PasswordHash stored, byte[] password) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(salt);
            sha.update((user + "\0" + stored.encoded() + "\0").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(sha.digest(password));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
