package dev.podium.elb;

import static dev.podium.elb.BalancingClients.application;
import static dev.podium.elb.BalancingClients.fixed;
import static dev.podium.elb.BalancingClients.group;
import static dev.podium.elb.BalancingClients.network;
import static dev.podium.elb.BalancingClients.refused;
import static dev.podium.elb.BalancingClients.to;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.podium.Eventually;
import dev.podium.FreePort;
import dev.podium.JdkServers;
import dev.podium.TestServer;
import dev.podium.codec.SelfSigned;
import dev.podium.elb.proxy.RawTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;

/// Listeners of several load balancers on one port, told apart by the host that is asked for, and what TLS
/// listeners
/// show.
@NullMarked
@SuppressWarnings("unchecked") // the SDK makes arrays of builders
final class SharedPortsTest {
    private static final String CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/";
    private static final Duration SOON = Duration.ofSeconds(100);

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer server;
    private ElasticLoadBalancingV2Client elb;
    private int port;

    @BeforeEach
    void start() throws Exception {
        Path file = folder.resolve("shop.pem");
        SelfSigned made = SelfSigned.of("shop.example", List.of("shop.example"));
        Files.writeString(
                file,
                pem("PRIVATE KEY", made.key().getEncoded())
                        + pem("CERTIFICATE", made.certificate().getEncoded()));
        server = TestServer.start(Map.of("PODIUM_ELB_CERTIFICATES", CERTIFICATE + "shop=" + file));
        elb = BalancingClients.of(server);
        port = FreePort.next();
    }

    @AfterEach
    void stop() throws Exception {
        elb.close();
        http.close();
        server.close();
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private String listen(LoadBalancer at, ProtocolEnum protocol, Action action, String... certificates) {
        return elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(port)
                        .protocol(protocol)
                        .certificates(List.of(certificates).stream()
                                .map(name ->
                                        software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate
                                                .builder()
                                                .certificateArn(CERTIFICATE + name)
                                                .build())
                                .toList())
                        .defaultActions(action))
                .listeners()
                .getFirst()
                .listenerArn();
    }

    private String get(String host) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                .header("Host", host)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void eachLoadBalancerOfAPortAnswersByItsNameAndTheOldestEverybodyElse() throws Exception {
        LoadBalancer one = application(elb, "one");
        LoadBalancer two = application(elb, "two");
        String second = listen(two, ProtocolEnum.HTTP, fixed("two"));
        String first = listen(one, ProtocolEnum.HTTP, fixed("one"));
        assertThat(get(one.dnsName() + ":" + port)).isEqualTo("one");
        assertThat(get(two.dnsName().toUpperCase(java.util.Locale.ROOT))).isEqualTo("two");
        assertThat(get("www.example.com")).isEqualTo("one");

        elb.close();
        server.restart();
        elb = BalancingClients.of(server);
        Eventually.within(SOON, () -> get(two.dnsName()).equals("two"));
        assertThat(get("www.example.com")).isEqualTo("one");

        // What changes one concerns no other; the port stays open for those who are left.
        elb.modifyListener(b -> b.listenerArn(second).defaultActions(fixed("changed")));
        assertThat(get(two.dnsName()) + get(one.dnsName())).isEqualTo("changedone");
        refused(
                () -> elb.modifyListener(b -> b.listenerArn(second)
                        .protocol(ProtocolEnum.HTTPS)
                        .certificates(c -> c.certificateArn(CERTIFICATE + "x"))),
                "InvalidConfigurationRequest",
                "the port " + port + " speaks HTTP for the load balancer one");
        assertThat(get(two.dnsName())).isEqualTo("changed");
        elb.deleteListener(b -> b.listenerArn(first));
        assertThat(get("www.example.com")).isEqualTo("changed");
        elb.deleteLoadBalancer(b -> b.loadBalancerArn(two.loadBalancerArn()));
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void eachLoadBalancerOfAPortShowsItsOwnCertificate() throws Exception {
        LoadBalancer one = application(elb, "one");
        LoadBalancer two = application(elb, "two");
        listen(one, ProtocolEnum.HTTPS, fixed("one"), "self");
        listen(two, ProtocolEnum.HTTPS, fixed("two"), "shop");
        assertThat(RawTls.get(port, one.dnsName())).isEqualTo("CN=" + one.dnsName() + " one");
        // Its own name leads to it, although the certificate is for another one.
        assertThat(RawTls.get(port, two.dnsName())).isEqualTo("CN=shop.example two");
        assertThat(RawTls.get(port, "shop.example")).isEqualTo("CN=shop.example two");
        assertThat(RawTls.get(port, "elsewhere.example")).isEqualTo("CN=" + one.dnsName() + " one");
    }

    @Test
    void aNetworkLoadBalancerEndsTls() throws Exception {
        HttpServer target = JdkServers.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        target.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 6);
            exchange.getResponseBody().write("target".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            exchange.close();
        });
        target.start();
        try {
            LoadBalancer at = network(elb, "net");
            String group = group(elb, "stream", ProtocolEnum.TCP);
            refused(
                    () -> listen(at, ProtocolEnum.TLS, to(group)),
                    "ValidationError",
                    "A certificate must be specified for TLS listeners");
            listen(at, ProtocolEnum.TLS, to(group), "shop");
            elb.registerTargets(b -> b.targetGroupArn(group)
                    .targets(t -> t.id("127.0.0.1").port(target.getAddress().getPort())));
            Eventually.within(SOON, () -> {
                try {
                    return RawTls.get(port, "any.example").equals("CN=shop.example target");
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            target.stop(0);
        }
    }
}
