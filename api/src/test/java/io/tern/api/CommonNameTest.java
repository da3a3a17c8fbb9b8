package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommonNameTest {

    private static final byte[] CN = {6, 3, 0x55, 4, 3};
    private static final byte[] OU = {6, 3, 0x55, 4, 11};

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.size() >= 0x80) {
            all.write(0x82);
            all.write(content.size() >> 8);
        }
        all.write(content.size());
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    private static byte[] pair(byte[] type, int tag, byte[] value) {
        return element(0x30, type, element(tag, value));
    }

    private static X500Principal name(byte[]... sets) {
        return new X500Principal(element(0x30, sets));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "CN=pump-7, OU=plant, O=Example | pump-7",
        "OU=plant + CN=pump-7, O=Example | pump-7",
        "CN=pump-7 + OU=plant + SERIALNUMBER=12, O=Example | pump-7",
        "SERIALNUMBER=12 + CN=pump-7 | pump-7",
        "CN=inner, CN=outer | inner",
        "UID=9, CN=outer | outer",
        "CN=\\#a\\, \\\"b\\\\ | '#a, \"b\\'",
        "O=Example, OU=CN | "
    })
    void it_is_found_wherever_it_stands(String subject, String expected) {
        assertThat(CommonName.of(new X500Principal(subject))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0x0C, UTF-8, pümp-7", "0x12, US-ASCII, 12345 7", "0x13, US-ASCII, pump-7", "0x14, ISO-8859-1, pümp-7",
        "0x16, US-ASCII, pump_7", "0x1A, US-ASCII, pump 7", "0x1E, UTF-16BE, pümp-7", "0x1C, UTF-32BE, pümp-7"
    })
    void every_kind_of_text_is_read(int tag, Charset charset, String text) {
        assertThat(CommonName.of(name(element(0x31, pair(CN, tag, text.getBytes(charset)))))).isEqualTo(text);
    }

    @Test
    void what_is_no_text_is_no_name() {
        assertThat(CommonName.of(name(element(0x31, pair(CN, 0x04, ascii("pump")))))).isNull();
        assertThat(CommonName.of(name(element(0x31, pair(CN, 0x0C, new byte[] {(byte) 0xFF}))))).isNull();
        assertThat(CommonName.of(name())).isNull();
        assertThat(CommonName.of(name(element(0x31, pair(OU, 0x0C, ascii("CN")))))).isNull();
    }

    @Test
    void long_ones_are_read() {
        String text = "a".repeat(300);
        assertThat(CommonName.of(name(element(0x31, pair(OU, 0x0C, ascii(text))),
                element(0x31, pair(OU, 0x0C, ascii("x")), pair(CN, 0x0C, ascii(text)))))).isEqualTo(text);
    }
}
