package dev.podium.elb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// The security policies of HTTPS listeners, by name. The proxy offers TLS 1.2 and 1.3 whichever is chosen.
///
/// @see <a
/// href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html">Security
/// policies</a>
final class SslPolicies {
    static final String DEFAULT = "ELBSecurityPolicy-2016-08";

    private static final List<String> TLS13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    private static final List<String> FORWARD = List.of(
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384");
    private static final List<String> FORWARD_CBC = List.of(
            "ECDHE-ECDSA-AES128-SHA256",
            "ECDHE-RSA-AES128-SHA256",
            "ECDHE-ECDSA-AES256-SHA384",
            "ECDHE-RSA-AES256-SHA384");
    private static final List<String> FORWARD_OLD =
            List.of("ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES256-SHA");
    private static final List<String> PLAIN =
            List.of("AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256");
    private static final List<String> PLAIN_OLD = List.of("AES128-SHA", "AES256-SHA");
    private static final List<String> EVERY = Stream.of(FORWARD, FORWARD_CBC, FORWARD_OLD, PLAIN, PLAIN_OLD)
            .flatMap(List::stream)
            .toList();

    private static final SequencedMap<String, Policy> ALL = new LinkedHashMap<>();

    static {
        add(DEFAULT, "TLSv1,TLSv1.1,TLSv1.2", EVERY);
        add("ELBSecurityPolicy-TLS13-1-2-2021-06", "TLSv1.2,TLSv1.3", TLS13, FORWARD, FORWARD_CBC);
        add("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "TLSv1.2,TLSv1.3", TLS13, FORWARD);
        add("ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", "TLSv1.2,TLSv1.3", TLS13, FORWARD, FORWARD_CBC, PLAIN);
        add("ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", "TLSv1.2,TLSv1.3", TLS13, EVERY);
        add("ELBSecurityPolicy-TLS13-1-1-2021-06", "TLSv1.1,TLSv1.2,TLSv1.3", TLS13, EVERY);
        add("ELBSecurityPolicy-TLS13-1-0-2021-06", "TLSv1,TLSv1.1,TLSv1.2,TLSv1.3", TLS13, EVERY);
        add("ELBSecurityPolicy-TLS13-1-3-2021-06", "TLSv1.3", TLS13);
        add("ELBSecurityPolicy-TLS-1-2-2017-01", "TLSv1.2", FORWARD, FORWARD_CBC, PLAIN);
        add("ELBSecurityPolicy-TLS-1-1-2017-01", "TLSv1.1,TLSv1.2", EVERY);
        add("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", "TLSv1.2", EVERY);
        add("ELBSecurityPolicy-FS-2018-06", "TLSv1,TLSv1.1,TLSv1.2", FORWARD, FORWARD_CBC, FORWARD_OLD);
        add("ELBSecurityPolicy-FS-1-1-2019-08", "TLSv1.1,TLSv1.2", FORWARD, FORWARD_CBC, FORWARD_OLD);
        add("ELBSecurityPolicy-FS-1-2-2019-08", "TLSv1.2", FORWARD, FORWARD_CBC, FORWARD_OLD);
        add("ELBSecurityPolicy-FS-1-2-Res-2019-08", "TLSv1.2", FORWARD, FORWARD_CBC);
        add("ELBSecurityPolicy-FS-1-2-Res-2020-10", "TLSv1.2", FORWARD);
    }

    private SslPolicies() {}

    /// A policy as the API shows it.
    record Policy(
            String name, List<String> sslProtocols, List<Cipher> ciphers, List<String> supportedLoadBalancerTypes) {}

    /// A cipher suite and its place.
    record Cipher(String name, int priority) {}

    @SafeVarargs
    private static void add(String name, String protocols, List<String>... ciphers) {
        List<Cipher> all = new ArrayList<>();
        for (List<String> some : ciphers) {
            some.forEach(cipher -> all.add(new Cipher(cipher, all.size() + 1)));
        }
        ALL.put(name, new Policy(name, List.of(protocols.split(",")), all, List.of("application", "network")));
    }

    static List<Policy> all() {
        return List.copyOf(ALL.values());
    }

    /// A policy by its name.
    ///
    /// @throws dev.podium.aws.AwsException SSLPolicyNotFound
    static Policy get(String name) {
        Policy found = ALL.get(name);
        if (found == null) {
            throw ElbError.of("SSLPolicyNotFound", "SSL policy '" + name + "' not found");
        }
        return found;
    }
}
