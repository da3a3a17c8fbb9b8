package io.tern.auth;

import io.tern.api.Authenticator;
import io.tern.api.ConfigException;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import io.tern.auth.AuthenticatorChain.Source;
import io.tern.auth.certificate.CertificateAuthenticator;
import io.tern.auth.http.HttpAuthenticator;
import io.tern.auth.http.HttpOptions;
import io.tern.auth.http.HttpTexts;
import io.tern.auth.http.Introspection;
import io.tern.auth.password.PasswordAuthenticator;
import io.tern.auth.password.PasswordFile;
import io.tern.auth.token.Jwt;
import io.tern.auth.token.JwtOptions;
import io.tern.auth.token.TokenAuthenticator;
import io.tern.auth.work.Kept;
import io.tern.auth.work.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads `authentication`: the sources that say who may connect, in order.
public final class AuthenticationConfig {

    /// The key of the list.
    public static final Option<Setting> SOURCES = Option.tree(
            "authentication",
            "Who may connect: sources, asked in this order until one allows or denies, each with its settings and, if"
                    + " it doesn't serve all, listeners. Without any, everybody on this machine may.");

    private static final Option<String> FILE = Option.text("file", "", "The file, as mosquitto_passwd writes it.");
    private static final Option<Integer> CONCURRENT = Option.integer(
            "concurrent",
            0,
            0,
            1_000,
            "passwords",
            "Most passwords verified at the same time, each of which takes 46 MiB; 0 for half as many as processors.");
    private static final Option<Duration> CACHE = Option.duration(
            "cache",
            Duration.ofMinutes(5),
            Duration.ZERO,
            Duration.ofDays(1),
            "How long a password that was right is known again by a salted hash in memory.");

    private static final Option<List<String>> LISTENERS = Option.names("listeners", "Listeners by name.");

    private static final int PASSWORDS_WAITING_MAX = 1_000;
    private static final Duration PASSWORD_WAIT = Duration.ofSeconds(10);
    private static final int TOKENS_WAITING_MAX = 10_000;
    private static final Duration TOKEN_WAIT = Duration.ofSeconds(5);

    private final Site site;
    private final Problems problems;

    private AuthenticationConfig(Site site, Problems problems) {
        this.site = site;
        this.problems = problems;
    }

    /// What each kind of source can be told.
    ///
    /// @return options by kind, for the reference page
    public static Map<String, List<Option<?>>> kinds() {
        Map<String, List<Option<?>>> kinds = new java.util.LinkedHashMap<>();
        kinds.put("passwordFile", List.of(FILE, CONCURRENT, CACHE));
        kinds.put("x509", CertificateAuthenticator.options());
        kinds.put("jwt", JwtOptions.all());
        kinds.put("introspection", HttpOptions.ofIntrospection());
        kinds.put("http", HttpOptions.ofAuthentication());
        kinds.put("anonymous", List.of());
        return kinds;
    }

    /// Reads the list.
    ///
    /// @param setting the list
    /// @param site where it is read
    /// @param problems takes what is wrong
    /// @return the sources, as far as they are right
    public static List<Source> read(Setting setting, Site site, Problems problems) {
        AuthenticationConfig config = new AuthenticationConfig(site, problems);
        return SourceList.read(
                "authentication",
                setting,
                Map.of(
                        "passwordFile", config::passwordFile,
                        "x509", config::x509,
                        "jwt", config::jwt,
                        "introspection", config::introspection,
                        "http", config::http,
                        "anonymous", config::anonymous),
                List.of("listeners"),
                problems);
    }

    /// @return empty for all
    private Set<String> listeners(Setting.Section item) {
        Setting given = item.get("listeners");
        if (given == null) {
            return Set.of();
        }
        if (given.isAbsent()) {
            throw new IllegalArgumentException("listeners: has no value; leave the key out for all");
        }
        Set<String> names = new HashSet<>();
        for (String name : LISTENERS.parse(given)) {
            String fault = site.listenerFault().apply(name);
            if (fault != null) {
                throw new IllegalArgumentException("listeners: " + fault);
            }
            names.add(name);
        }
        return names;
    }

    private Source source(String name, Setting.Section item, Authenticator authenticator) {
        return new Source(name, listeners(item), authenticator, EnhancedAuthenticator.none());
    }

    private Source passwordFile(Setting value, Setting.Section item) {
        Options options = value instanceof Setting.Value file
                ? Options.DEFAULTS.with(FILE, file.text())
                : new SectionReader(List.of(FILE, CONCURRENT, CACHE), problems).read(value);
        int concurrent = options.get(CONCURRENT);
        if (concurrent == 0) {
            concurrent = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        }
        try {
            Path file = site.file(options.get(FILE));
            PasswordFile users = PasswordFile.read(file);
            int most = concurrent;
            PasswordAuthenticator before = site.kept().keep(
                    PasswordAuthenticator.class, List.of(Kept.text(value), file.toString()), () ->
                            new PasswordAuthenticator(
                                    users,
                                    site.clock(),
                                    new Work("password", most, PASSWORDS_WAITING_MAX, PASSWORD_WAIT),
                                    options.get(CACHE)));
            return source("passwordFile", item, before.of(users));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(String.join("; ", e.problems()), e);
        }
    }

    private Source x509(Setting value, Setting.Section item) {
        Options options = section(value, CertificateAuthenticator.options());
        return source("x509", item, new CertificateAuthenticator(options));
    }

    /// `x509: true` is the same as all defaults.
    private Options section(Setting value, List<Option<?>> declared) {
        if (value instanceof Setting.Section) {
            return new SectionReader(declared, problems).read(value);
        }
        SourceList.checkTrue(value, "true or a section");
        return Options.DEFAULTS;
    }

    private Source jwt(Setting value, Setting.Section item) {
        Options options = new SectionReader(JwtOptions.all(), problems).read(value);
        Work work = site.kept().keep(Work.class, List.of("jwt"), () -> new Work(
                "jwt", Runtime.getRuntime().availableProcessors() * 4, TOKENS_WAITING_MAX, TOKEN_WAIT));
        TokenAuthenticator tokens = new TokenAuthenticator(
                Jwt.verifier(
                        options,
                        site.secret(Jwt.secret(options)),
                        site::file,
                        url -> HttpTexts.from(url, Jwt.timeout(options), site.clock()),
                        site.clock(),
                        work,
                        site.kept()),
                JwtOptions.fromUserName(options));
        return new Source("jwt", listeners(item), tokens, tokens);
    }

    private Source introspection(Setting value, Setting.Section item) {
        Options options = new SectionReader(HttpOptions.ofIntrospection(), problems).read(value);
        String secret = site.secret(Introspection.secret(options));
        Introspection verifier = site.kept().keep(Introspection.class, List.of(Kept.text(value), secret), () ->
                new Introspection(options, secret, site.clock()));
        TokenAuthenticator tokens = new TokenAuthenticator(verifier, false);
        return new Source("introspection", listeners(item), tokens, tokens);
    }

    private Source http(Setting value, Setting.Section item) {
        Options options = new SectionReader(HttpOptions.ofAuthentication(), problems).read(value);
        return source("http", item, site.kept().keep(HttpAuthenticator.class, List.of(Kept.text(value)), () ->
                new HttpAuthenticator(options, site.clock())));
    }

    /// Whoever says anything about himself is not anonymous: a wrong password must not be as good as none.
    private Source anonymous(Setting value, Setting.Section item) {
        if (!(value instanceof Setting.Value word) || !word.text().equals("true")) {
            throw new IllegalArgumentException("can only be true; leave it out to let nobody in who is not known");
        }
        return anonymous(listeners(item));
    }

    /// Lets in who gives no user name.
    ///
    /// @param listeners that it serves; all if empty
    /// @return the source
    public static Source anonymous(Set<String> listeners) {
        return new Source(
                "anonymous",
                listeners,
                (client, password, answer) -> answer.accept(client.userName() == null && password == null
                        ? io.tern.api.Verdict.ANYBODY
                        : io.tern.api.Verdict.NEXT),
                EnhancedAuthenticator.none());
    }
}
