package dev.podium.elb.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.http.wire.RawConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a listener's rules decide; nothing here needs a target.
@NullMarked
final class RulesTest {
    private final TestBalancer balancer = new TestBalancer();
    private RawConnection client;

    @BeforeEach
    void start() throws IOException {
        balancer.rules(
                        rule(1, "path", new Condition.PathPattern(List.of("/img/*", "/?.txt"))),
                        rule(2, "host", new Condition.HostHeader(List.of("*.Example.com"))),
                        rule(3, "header", new Condition.HttpHeader("X-Kind", List.of("*blue*"))),
                        rule(4, "method", new Condition.RequestMethod(List.of("PURGE"))),
                        rule(
                                5,
                                "query",
                                new Condition.QueryString(List.of(
                                        new Condition.Parameter("version", "v1*"),
                                        new Condition.Parameter(null, "lit\\*eral")))),
                        rule(
                                6,
                                "both",
                                new Condition.SourceIp(List.of("127.0.0.0/8")),
                                new Condition.PathPattern(List.of("/local"))),
                        rule(10, "expression", new Condition.Regular("path-pattern", List.of("^/v[0-9]+/"))),
                        rule(11, "host expression", new Condition.Regular("host-header", List.of("^SHOP-\\d"))),
                        rule(12, "evil", new Condition.Regular("X-Evil", List.of("^(a+)+b$"))),
                        rule(7, "nobody", new Condition.SourceIp(List.of("10.0.0.0/8", "::1/128"))),
                        new Rule(
                                "8",
                                8,
                                List.of(new Condition.PathPattern(List.of("/old/*"))),
                                new Action.Redirect(
                                        "HTTPS", "#{host}", "443", "/new/#{path}", "#{query}&from=#{port}", 301)),
                        new Rule(
                                "9",
                                9,
                                List.of(new Condition.PathPattern(List.of("/keep"))),
                                new Action.Redirect("#{protocol}", "#{host}", "#{port}", "/#{path}", "#{query}", 302)),
                        TestBalancer.otherwise(new Action.FixedResponse(404, "application/json", "{}")))
                .apply();
        client = balancer.connect();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        balancer.close();
    }

    private static Rule rule(int priority, String answer, Condition... conditions) {
        return new Rule(
                Integer.toString(priority), priority, List.of(conditions), new Action.FixedResponse(200, null, answer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    GET /img/a/b.png           | a.org             | path
                    GET /a.txt?x               | a.org             | path
                    GET /ab.txt                | a.org             | {}
                    GET /IMG/a                 | a.org             | {}
                    GET /                      | www.EXAMPLE.com:1 | host
                    GET /                      | example.com       | {}
                    PURGE /                    | a.org             | method
                    purge /                    | a.org             | {}
                    GET /?a=1&VERSION=v1.2     | a.org             | query
                    GET /?version=v2           | a.org             | {}
                    GET /?k=lit*eral           | a.org             | query
                    GET /?lit%2Aeral           | a.org             | query
                    GET /?k=literal            | a.org             | {}
                    GET /local                 | a.org             | both
                    GET /v12/items             | a.org             | expression
                    GET /V12/items             | a.org             | {}
                    GET /                      | Shop-7.a.org      | host expression
                    GET /                      | shop-x.a.org      | {}
                    """)
    void theFirstRuleWhoseConditionsHoldDecides(String request, String host, String answer) throws IOException {
        client.send(request + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(client.answer().body()).isEqualTo(answer);
    }

    @Test
    void anyValueOfAHeaderCounts() throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nx-kind: red\r\nX-KIND: Dark BLUE sky\r\n\r\n");
        RawConnection.Answer answer = client.answer();
        assertThat(answer.body()).isEqualTo("header");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(answer.header("Server")).isEqualTo("awselb/2.0");
    }

    @Test
    void anExpressionThatTakesTooManyStepsDoesNotFit() throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Evil: aab\r\n\r\n");
        assertThat(client.answer().body()).isEqualTo("evil");
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Evil: " + "a".repeat(60) + "\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(404);
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Evil: " + "a".repeat(30_000) + "\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(404);
    }

    @Test
    void redirectsFillInWhatTheRequestSaid() throws IOException {
        int port = balancer.address().getPort();
        RawConnection.Answer moved = client.call("GET", "/old/a%20b?x=1", "Www.a.org:99", "");
        assertThat(moved.status()).isEqualTo(301);
        assertThat(moved.header("Location")).isEqualTo("https://www.a.org:443/new/old/a%20b?x=1&from=" + port);
        RawConnection.Answer kept = client.call("GET", "/keep", "a.org", "");
        assertThat(kept.status()).isEqualTo(302);
        assertThat(kept.header("Location")).isEqualTo("http://a.org:" + port + "/keep");
        assertThat(client.call("GET", "/", "a.org", "").status()).isEqualTo(404);
    }

    @Test
    void rulesChangeForOpenConnections() throws IOException {
        assertThat(client.call("GET", "/", "a.org", "").body()).isEqualTo("{}");
        balancer.rules(TestBalancer.otherwise(new Action.FixedResponse(200, null, null)))
                .apply();
        assertThat(client.call("GET", "/img/x", "a.org", "").body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "*,true",
        "a*c,true",
        "abc,true",
        "a?c,true",
        "a??c,false",
        "*b*,true",
        "ab,false",
        "abcd,false",
        "*c,true",
        "a*b*c*,true",
        "a\\*c,false",
        "ABC,false"
    })
    void wildcards(String pattern, boolean matches) {
        assertThat(Wildcard.of(pattern, true).matches("abc")).isEqualTo(matches);
    }

    @Test
    void rangesOfAddresses() throws IOException {
        AddressRange odd = AddressRange.parse("192.168.8.0/21");
        assertThat(odd.contains(InetAddress.getByName("192.168.15.255"))).isTrue();
        assertThat(odd.contains(InetAddress.getByName("192.168.16.0"))).isFalse();
        assertThat(AddressRange.parse("2001:db8::/33").contains(InetAddress.getByName("2001:db8:7fff::1")))
                .isTrue();
        assertThat(AddressRange.parse("2001:db8::/33").contains(InetAddress.getByName("2001:db8:8000::1")))
                .isFalse();
        assertThat(odd.contains(InetAddress.getByName("2001:db8::1"))).isFalse();
        assertThatThrownBy(() -> AddressRange.parse("10.0.0.0/33")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AddressRange.parse("host.example/8")).isInstanceOf(IllegalArgumentException.class);
    }
}
