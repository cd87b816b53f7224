package dev.podium.elb;

import dev.podium.elb.AttributeTable.Known;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The attributes of load balancers and of listeners.
///
/// @see <a href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html">
/// LoadBalancerAttribute</a>
final class LoadBalancerAttributes {
    static final String DELETION_PROTECTION = "deletion_protection.enabled";
    static final String IDLE_TIMEOUT = "idle_timeout.timeout_seconds";
    static final String KEEP_ALIVE = "client_keep_alive.seconds";
    static final String PRESERVE_HOST = "routing.http.preserve_host_header.enabled";
    static final String DROP_INVALID = "routing.http.drop_invalid_header_fields.enabled";
    static final String FORWARDED_FOR = "routing.http.xff_header_processing.mode";
    static final String FORWARDED_PORT = "routing.http.xff_client_port.enabled";
    static final String TLS_HEADERS = "routing.http.x_amzn_tls_version_and_cipher_suite.enabled";
    static final String TCP_IDLE_TIMEOUT = "tcp.idle_timeout.seconds";
    static final String TLS_VERSION_HEADER = "routing.http.request.x_amzn_tls_version.header_name";
    static final String TLS_CIPHER_HEADER = "routing.http.request.x_amzn_tls_cipher_suite.header_name";
    static final String SERVER_HEADER = "routing.http.response.server.enabled";

    static final String DESYNC = "routing.http.desync_mitigation_mode";
    private static final String RESPONSE = "routing.http.response.";
    private static final String HEADER_VALUE = ".header_value";

    /// Headers that a listener adds to responses, in the words of its attributes.
    private static final List<String> RESPONSE_HEADERS = List.of(
            "strict_transport_security",
            "access_control_allow_origin",
            "access_control_allow_methods",
            "access_control_allow_headers",
            "access_control_allow_credentials",
            "access_control_expose_headers",
            "access_control_max_age",
            "content_security_policy",
            "x_content_type_options",
            "x_frame_options");

    private static final List<Known> APPLICATION = Stream.of(
                    logs("access_logs"),
                    List.of(
                            Known.number(IDLE_TIMEOUT, 60, 1, 4000),
                            Known.flag(DELETION_PROTECTION, false),
                            Known.flag("routing.http2.enabled", true),
                            Known.flag(DROP_INVALID, false),
                            Known.flag(FORWARDED_PORT, false),
                            Known.flag(PRESERVE_HOST, false),
                            Known.oneOf(FORWARDED_FOR, "append", "append", "preserve", "remove"),
                            Known.oneOf("load_balancing.cross_zone.enabled", "true", "true"),
                            Known.oneOf(DESYNC, "defensive", "monitor", "defensive", "strictest"),
                            Known.number(KEEP_ALIVE, 3600, 60, 604_800),
                            Known.flag("waf.fail_open.enabled", false),
                            Known.flag(TLS_HEADERS, false),
                            Known.flag("zonal_shift.config.enabled", false),
                            Known.flag("ipv6.deny_all_igw_traffic", false)),
                    logs("connection_logs"),
                    logs("health_check_logs").stream().map(Known::hidden).toList())
            .flatMap(List::stream)
            .toList();

    private static final List<Known> NETWORK = Stream.of(
                    logs("access_logs"),
                    List.of(
                            Known.flag(DELETION_PROTECTION, false),
                            Known.flag("load_balancing.cross_zone.enabled", false),
                            Known.oneOf(
                                    "dns_record.client_routing_policy",
                                    "any_availability_zone",
                                    "availability_zone_affinity",
                                    "partial_availability_zone_affinity",
                                    "any_availability_zone"),
                            Known.flag("zonal_shift.config.enabled", false),
                            Known.flag("ipv6.deny_all_igw_traffic", false),
                            Known.number("secondary_ips.auto_assigned.per_subnet", 0, 0, 7)))
            .flatMap(List::stream)
            .toList();

    private static final List<Known> HTTP = Stream.concat(
                    Stream.of(Known.flag(SERVER_HEADER, true)),
                    RESPONSE_HEADERS.stream().map(name -> Known.text(RESPONSE + name + HEADER_VALUE, "")))
            .toList();

    private static final List<Known> HTTPS = Stream.concat(
                    HTTP.stream(),
                    Stream.of(
                                    "x_amzn_mtls_clientcert_serial_number",
                                    "x_amzn_mtls_clientcert_issuer",
                                    "x_amzn_mtls_clientcert_subject",
                                    "x_amzn_mtls_clientcert_validity",
                                    "x_amzn_mtls_clientcert_leaf",
                                    "x_amzn_mtls_clientcert",
                                    "x_amzn_tls_version",
                                    "x_amzn_tls_cipher_suite")
                            .map(name -> Known.text("routing.http.request." + name + ".header_name", "")))
            .toList();

    private static final List<Known> TCP = List.of(Known.number(TCP_IDLE_TIMEOUT, 350, 60, 6000));

    private LoadBalancerAttributes() {}

    private static List<Known> logs(String kind) {
        return List.of(
                Known.flag(kind + ".s3.enabled", false),
                Known.text(kind + ".s3.bucket", ""),
                Known.text(kind + ".s3.prefix", ""));
    }

    /// Those of a load balancer of a type.
    static AttributeTable of(String type) {
        return new AttributeTable(
                "Load balancer",
                "load balancers with type '" + type + "'",
                keys(APPLICATION, NETWORK),
                type.equals("network") ? NETWORK : APPLICATION);
    }

    /// Those of a listener of a protocol.
    static AttributeTable ofListener(String protocol) {
        List<Known> known = switch (protocol) {
            case "HTTP" -> HTTP;
            case "HTTPS" -> HTTPS;
            case "TLS" -> List.of();
            default -> TCP;
        };
        return new AttributeTable("Listener", "listeners with protocol '" + protocol + "'", keys(HTTPS, TCP), known);
    }

    private static List<String> keys(List<Known> some, List<Known> others) {
        return Stream.concat(some.stream(), others.stream()).map(Known::key).toList();
    }

    /// Logs that are switched on need a bucket.
    static void checkLogs(Map<String, String> values) {
        values.forEach((key, value) -> {
            String bucket = key.replace(".s3.enabled", ".s3.bucket");
            if (key.endsWith(".s3.enabled")
                    && value.equals("true")
                    && values.getOrDefault(bucket, "").isEmpty()) {
                throw ElbError.configuration(
                        "The value of '" + bucket + "' must be specified when '" + key + "' is true");
            }
        });
    }

    /// The headers that a listener adds to responses, by name.
    static Map<String, String> responseHeaders(Map<String, String> values) {
        return RESPONSE_HEADERS.stream()
                .filter(name ->
                        !values.getOrDefault(RESPONSE + name + HEADER_VALUE, "").isEmpty())
                .collect(java.util.stream.Collectors.toMap(
                        name -> name.replace('_', '-'), name -> values.get(RESPONSE + name + HEADER_VALUE)));
    }
}
