package dev.podium.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.codec.XmlReader.MalformedXml;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
final class XmlTest {
    private static XmlReader.Element read(String text) throws MalformedXml {
        return XmlReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        String text = "<a & \"b\"> 'c'\r\n\t\uD83D\uDE00 ]]>";
        byte[] document = new XmlWriter()
                .start("root")
                .attribute("xmlns", "urn:x")
                .attribute("q", text)
                .element("item", text)
                .start("empty")
                .end()
                .end()
                .bytes();
        XmlReader.Element root = XmlReader.read(document);
        assertThat(root.name()).isEqualTo("root");
        assertThat(root.attributes()).isEqualTo(Map.of("q", text));
        assertThat(root.children("item").getFirst().text()).isEqualTo(text);
        assertThat(root.child("empty")).isNotNull();
        assertThat(root.child("other")).isNull();
    }

    @Test
    void impossibleCharactersAreReplaced() throws Exception {
        byte[] document = new XmlWriter().element("a", "x\u0000\u0008\uFFFEy").bytes();
        assertThat(XmlReader.read(document).text()).isEqualTo("x\uFFFD\uFFFD\uFFFDy");
    }

    @Test
    void openElementsAreAnError() {
        assertThatThrownBy(() -> new XmlWriter().start("a").bytes()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new XmlWriter().start("a").text("x").attribute("b", "c"))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "<a>",
                "<a></b>",
                "<a>&unknown;</a>",
                "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
                "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
            })
    void malformedOrUnsafeDocumentsAreRefused(String document) {
        assertThatThrownBy(() -> read(document)).isInstanceOf(MalformedXml.class);
    }

    @Test
    void depthIsBounded() {
        assertThatThrownBy(() -> read("<a>".repeat(300) + "</a>".repeat(300))).isInstanceOf(MalformedXml.class);
    }
}
