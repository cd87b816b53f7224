package dev.podium.elb.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.codec.SelfSigned;
import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.WireServer;
import dev.podium.http.wire.WireSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// HTTPS listeners, and targets that speak HTTPS.
@NullMarked
final class TlsTest {
    private final TestBalancer balancer = new TestBalancer();
    private TestTarget target;

    @BeforeEach
    void start() throws Exception {
        target = TestTarget.start(
                "127.0.0.1",
                x -> TestTarget.say(
                        x,
                        x.headers().first("X-Forwarded-Proto") + " "
                                + x.headers().first("X-Amzn-Tls-Version")));
    }

    @AfterEach
    void stop() {
        balancer.close();
        target.close();
    }

    private static Certificate.OfPem pem(SelfSigned made, String arn) throws Exception {
        return new Certificate.OfPem(
                arn,
                pem("CERTIFICATE", made.certificate().getEncoded()),
                pem("PRIVATE KEY", made.key().getEncoded()));
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static SSLContext trusting(X509Certificate authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("it", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private void https(Certificate... certificates) {
        balancer.listener(Listener.Protocol.HTTPS, Listener.Attributes.defaults(), certificates);
    }

    @Test
    void clientsThatTrustTheCertificateTalkToTargets() throws Exception {
        SelfSigned made = SelfSigned.of("localhost", List.of("localhost", "127.0.0.1"));
        Duration minute = Duration.ofMinutes(1);
        https(pem(made, "one"));
        balancer.attributes(new LoadBalancer.Attributes(
                        minute,
                        minute,
                        false,
                        LoadBalancer.ForwardedFor.APPEND,
                        false,
                        false,
                        true,
                        LoadBalancer.Desync.DEFENSIVE))
                .serve(target);
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(trusting(made.certificate())).build()) {
            for (int i = 0; i < 3; i++) {
                assertThat(http.send(
                                        HttpRequest.newBuilder(balancer.uri("/"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("https TLSv1.3");
            }
        }
    }

    @Test
    void eachNameHasItsCertificate() throws Exception {
        https(
                new Certificate.SelfSigned("default", List.of("podium.example")),
                new Certificate.SelfSigned("wild", List.of("*.shop.example")));
        balancer.serve(target);
        assertThat(shown("www.shop.example")).isEqualTo("CN=*.shop.example");
        assertThat(shown("podium.example")).isEqualTo("CN=podium.example");
        assertThat(shown("elsewhere.example")).isEqualTo("CN=podium.example");
        https(new Certificate.SelfSigned("new", List.of("renewed.example")));
        balancer.apply();
        assertThat(shown("podium.example")).isEqualTo("CN=renewed.example");
    }

    private String shown(String name) throws Exception {
        try (SSLSocket socket = RawTls.connect(balancer.address().getPort(), name)) {
            return RawTls.shown(socket);
        }
    }

    @Test
    void brokenCertificatesAreRefusedAndNothingChanges() throws Exception {
        https(new Certificate.SelfSigned("good", List.of("good.example")));
        balancer.serve(target);
        https(new Certificate.OfPem("bad", "no certificate", "no key"));
        assertThatThrownBy(balancer::apply).isInstanceOf(IOException.class).hasMessageContaining("bad");
        assertThat(shown("x.example")).isEqualTo("CN=good.example");
    }

    @Test
    void clientsThatDoNotSpeakTlsAreCut() throws Exception {
        https(new Certificate.SelfSigned("good", List.of("good.example")));
        balancer.serve(target);
        try (RawConnection plain = balancer.connect()) {
            plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(plain.rest()).doesNotContain("200");
        }
    }

    @Test
    void targetsMaySpeakTlsToo() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0);
        TlsLayer layer = new TlsLayer();
        layer.update(new HostNames(List.of(new HostNames.Owner(
                "target", List.of(Identity.of(new Certificate.SelfSigned("target", List.of("wrong.example"))))))));
        try (WireServer secure =
                WireServer.start(WireSettings.defaults("secure", any), x -> TestTarget.say(x, "secret"), layer, null)) {
            TargetGroup.HealthCheck quick = TestBalancer.check();
            balancer.serve(new TargetGroup(
                    TestBalancer.GROUP,
                    "secure",
                    TargetGroup.Protocol.HTTPS,
                    new TargetGroup.HealthCheck(
                            true,
                            TargetGroup.Protocol.HTTPS,
                            0,
                            "/health",
                            "200",
                            quick.interval(),
                            Duration.ofSeconds(30),
                            2,
                            2),
                    TestBalancer.plain(),
                    List.of(new TargetGroup.Target("127.0.0.2", secure.address().getPort(), "127.0.0.2"))));
            try (var client = balancer.connect()) {
                for (int i = 0; i < 5; i++) {
                    assertThat(client.call("GET", "/" + i, "a", "").body()).isEqualTo("secret");
                }
            }
        }
    }
}
