package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.ConfigException;
import io.tern.api.Options;
import io.tern.transport.ListenerOptions;
import io.tern.transport.tls.ClientAuth;
import io.tern.transport.tls.TlsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder;

    private Settings read(String text) throws IOException, ConfigException {
        return Settings.read(Files.writeString(folder.resolve("tern.yaml"), text));
    }

    private List<ListenerOptions> listeners(String text) throws IOException, ConfigException {
        Settings settings = read(text);
        return settings.listeners().enabled(settings.options());
    }

    private void refused(String text, String... problems) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems())
                        .map(problem -> problem.substring(problem.indexOf("tern.yaml:") + "tern.yaml:".length()))
                        .containsExactly(problems));
    }

    @Test
    void without_a_file_there_are_two_on_loopback() {
        Settings settings = Settings.of(Options.DEFAULTS);
        assertThat(settings.listeners().enabled(settings.options())).satisfiesExactly(
                mqtt -> {
                    assertThat(mqtt.transport()).isEqualTo("tcp");
                    assertThat(mqtt.place()).isEqualTo("127.0.0.1 port 1883");
                },
                ws -> {
                    assertThat(ws.transport()).isEqualTo("ws");
                    assertThat(ws.place()).isEqualTo("127.0.0.1 port 8083");
                });
    }

    @Test
    void OCSP_responses_come_from_a_file_unless_they_are_to_be_fetched() throws Exception {
        String text = """
                listeners:
                  mqtts:
                    tls: {certificate: a.crt%s}
                """;
        assertThat(listeners(text.formatted("")).getLast().tls().stapling()).isEqualTo(TlsOptions.Stapling.FILE);
        assertThat(listeners(text.formatted(", ocsp: fetch")).getLast().tls().stapling())
                .isEqualTo(TlsOptions.Stapling.FETCH);
    }

    @Test
    void a_certificate_and_a_name_are_enough_for_TLS() throws Exception {
        ListenerOptions mqtts = listeners("""
                listeners:
                  mqtts:
                    tls: {certificate: a.crt, key: a.key}
                """).getLast();
        assertThat(mqtts.name()).isEqualTo("mqtts");
        assertThat(mqtts.transport()).isEqualTo("tls");
        assertThat(mqtts.port()).isEqualTo(8883);
        assertThat(mqtts.tls()).isEqualTo(TlsOptions.of(Path.of("a.crt"), Path.of("a.key"))
                .withPolicy(TlsOptions.VERSIONS, TlsOptions.CIPHER_SUITES));
    }

    @Test
    void everything_can_be_said() throws Exception {
        List<ListenerOptions> all = listeners("""
                listeners:
                  mqtt.enabled: false
                  ws: {enabled: false}
                  press_1:
                    type: wss
                    port: 9000
                    path: /press
                    handshake_timeout: 3 s
                    handshakes_max: 17
                    trusted_proxies: [10.0.0.0/8, fd00::/8]
                    proxy_protocol: true
                    maximum_qos: 1
                    tls:
                      certificate: a.p12
                      key_password: secret
                      ocsp_response: a.ocsp
                      client_ca: ca.crt
                      client_auth: optional
                      crl: ca.crl
                      versions: [TLSv1.3]
                      ciphers: ECDHE-RSA-AES128-GCM-SHA256
                      sni:
                        plant: {certificate: plant.crt, key: plant.key}
                        office: {certificate: office.crt}
                  local:
                    type: unix
                    socket: /run/tern.sock
                    socket_mode: 0600
                """);
        assertThat(all).satisfiesExactly(
                press -> {
                    assertThat(press.transport()).isEqualTo("wss");
                    assertThat(press.web().paths()).containsExactly("/press");
                    assertThat(press.handshakeMillis()).isEqualTo(3_000);
                    assertThat(press.handshakesMax()).isEqualTo(17);
                    assertThat(press.proxies().trusted()).hasSize(2);
                    assertThat(press.proxies().protocol()).isTrue();
                    assertThat(press.tls().clientAuth()).isEqualTo(ClientAuth.OPTIONAL);
                    assertThat(press.tls().identity().password()).isEqualTo("secret");
                    assertThat(press.tls().versions()).containsExactly("TLSv1.3");
                    assertThat(press.tls().cipherSuites()).containsExactly("ECDHE-RSA-AES128-GCM-SHA256");
                    assertThat(press.tls().others()).hasToString("[plant.crt, office.crt]");
                },
                local -> {
                    assertThat(local.transport()).isEqualTo("unix");
                    assertThat(local.place()).isEqualTo("/run/tern.sock");
                    assertThat(PosixFilePermissions.toString(local.unix().mode())).isEqualTo("rw-------");
                });
        Settings settings = read("listeners.press.maximum_qos: 1\nlisteners.press.port: 1\n");
        assertThat(settings.listeners().allRules(settings.options()).get("press").maximumQos()).isEqualTo(1);
    }

    @Test
    void with_authorities_clients_have_to_show_something_unless_told_otherwise() throws Exception {
        String text = "listeners.mqtts.tls: {certificate: a, client_ca: ca";
        assertThat(listeners(text + "}").getLast().tls().clientAuth()).isEqualTo(ClientAuth.REQUIRED);
        assertThat(listeners(text + ", client_auth: none}").getLast().tls().clientAuth()).isEqualTo(ClientAuth.NONE);
    }

    @Test
    void what_is_wrong_is_said_with_its_line() {
        refused("""
                listeners:
                  mqtts:
                    prot: 8883
                    tls:
                      versions: [TLSv1.2, SSLv3]
                      certficate: a
                """,
                "3: listeners.mqtts.prot: unknown key; did you mean listeners.mqtts.port?",
                "5: listeners.mqtts.tls.versions: SSLv3 is none of TLSv1.2, TLSv1.3",
                "6: listeners.mqtts.tls.certficate: unknown key; did you mean listeners.mqtts.tls.certificate?",
                "2: listeners.mqtts: type tls needs tls.certificate");
        refused("listeners:\n  Press-1: {port: 1}\n",
                "2: listeners.Press-1: a name is made of small letters, digits and _, a letter first");
        refused("shards: 1\nlisteners:\n  press: {host: a}\n", "3: listeners.press: needs a port");
        refused("listeners.mqtts: {type: tcp, tls: {certificate: a}}\n",
                "1: listeners.mqtts: has tls.certificate, so its type must be tls or wss");
        refused("listeners.mqtts: {tls: {key: a}}\n",
                "1: listeners.mqtts.tls.certificate: is missing, but listeners.mqtts.tls.key is given");
        refused("listeners.mqtts.tls: {certificate: a, client_auth: required}\n",
                "1: listeners.mqtts.tls.client_ca: is missing, clients can't be verified");
        refused("listeners.mqtts.tls: {certificate: a, crl: b}\n",
                "1: listeners.mqtts.tls.crl: is given, but clients are not asked");
        refused("listeners.mqtts.tls: {certificate: a, sni: {b: {key: c}}}\n",
                "1: listeners.mqtts.tls.sni.b.certificate: is missing");
        refused("listeners.mqtt: {proxy_protocol: true}\n",
                "1: listeners.mqtt: proxy_protocol and x_forwarded_for need trusted_proxies");
        refused("listeners.mqtt: {trusted_proxies: everybody}\n",
                "1: listeners.mqtt.trusted_proxies: 'everybody' is no address");
        refused("listeners.local: {type: unix}\n", "1: listeners.local: type unix and socket need each other");
        refused("listeners.local: {type: unix, socket: a, socket_mode: rw}\n",
                "1: listeners.local: socket_mode must be three octal digits, such as 0660");
    }

    @Test
    void somebody_has_to_listen() throws Exception {
        Settings settings = read("listeners: {mqtt: {enabled: false}, ws: {enabled: false}}\n");
        assertThatThrownBy(() -> settings.listeners().enabled(settings.options()))
                .hasMessage("listeners: all of them are switched off");
    }
}
