package dev.podium.elb;

import dev.podium.elb.proxy.Certificate;
import dev.podium.elb.proxy.Listener;
import dev.podium.elb.proxy.LoadBalancer;
import dev.podium.elb.proxy.Rule;
import dev.podium.elb.proxy.TargetGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts what is stored into the words of the data plane.
///
/// @param address where listeners' ports are opened; null when none are
record Snapshots(@Nullable InetAddress address, CertificateFiles certificates, InstanceAddresses instances) {
    /// A load balancer with some of its listeners.
    ///
    /// @throws IOException if a certificate's file can't be read
    LoadBalancer of(StoredLoadBalancer stored, List<StoredListener> some) throws IOException {
        List<Listener> listeners = new ArrayList<>();
        for (StoredListener listener : some) {
            listeners.add(listener(stored, listener));
        }
        Map<String, String> values = stored.attributes();
        LoadBalancer.Attributes attributes = stored.network()
                ? LoadBalancer.Attributes.defaults()
                : new LoadBalancer.Attributes(
                        seconds(values, LoadBalancerAttributes.IDLE_TIMEOUT),
                        seconds(values, LoadBalancerAttributes.KEEP_ALIVE),
                        flag(values, LoadBalancerAttributes.PRESERVE_HOST),
                        LoadBalancer.ForwardedFor.valueOf(word(values, LoadBalancerAttributes.FORWARDED_FOR)),
                        flag(values, LoadBalancerAttributes.FORWARDED_PORT),
                        flag(values, LoadBalancerAttributes.DROP_INVALID),
                        flag(values, LoadBalancerAttributes.TLS_HEADERS),
                        LoadBalancer.Desync.valueOf(word(values, LoadBalancerAttributes.DESYNC)));
        return new LoadBalancer(
                stored.arn(),
                stored.name(),
                stored.identity().dnsName(),
                stored.identity().created(),
                stored.network() ? LoadBalancer.Type.NETWORK : LoadBalancer.Type.APPLICATION,
                attributes,
                listeners);
    }

    private Listener listener(StoredLoadBalancer at, StoredListener stored) throws IOException {
        List<Certificate> shown = new ArrayList<>();
        for (String arn : stored.certificates()) {
            shown.add(certificates.of(arn, at.identity().dnsName()));
        }
        return new Listener(
                stored.arn(),
                Listener.Protocol.valueOf(stored.protocol()),
                stored.port(),
                address == null ? null : new InetSocketAddress(address, stored.port()),
                shown,
                stored.rules().stream().map(Snapshots::rule).toList(),
                listenerAttributes(stored.attributes()));
    }

    private static Listener.Attributes listenerAttributes(Map<String, String> values) {
        Listener.Attributes defaults = Listener.Attributes.defaults();
        return new Listener.Attributes(
                values.containsKey(LoadBalancerAttributes.TCP_IDLE_TIMEOUT)
                        ? seconds(values, LoadBalancerAttributes.TCP_IDLE_TIMEOUT)
                        : defaults.tcpIdleTimeout(),
                !"false".equals(values.get(LoadBalancerAttributes.SERVER_HEADER)),
                LoadBalancerAttributes.responseHeaders(values),
                or(values.get(LoadBalancerAttributes.TLS_VERSION_HEADER), defaults.tlsVersionName()),
                or(values.get(LoadBalancerAttributes.TLS_CIPHER_HEADER), defaults.tlsCipherName()));
    }

    private static String or(@Nullable String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value;
    }

    private static Rule rule(StoredRule stored) {
        return new Rule(
                stored.arn(),
                stored.isDefault() ? Rule.DEFAULT : stored.priority(),
                stored.conditions().stream().map(Snapshots::condition).toList(),
                action(stored.actions().getLast()));
    }

    private static dev.podium.elb.proxy.Action action(Action stored) {
        Action.Redirect redirect = stored.redirectConfig();
        Action.FixedResponse fixed = stored.fixedResponseConfig();
        if (redirect != null) {
            return new dev.podium.elb.proxy.Action.Redirect(
                    text(redirect.protocol()),
                    text(redirect.host()),
                    text(redirect.port()),
                    text(redirect.path()),
                    text(redirect.query()),
                    redirect.statusCode().equals("HTTP_301") ? 301 : 302);
        }
        if (fixed != null) {
            return new dev.podium.elb.proxy.Action.FixedResponse(
                    Integer.parseInt(fixed.statusCode()), fixed.contentType(), fixed.messageBody());
        }
        Action.Forward forward = stored.forwardConfig();
        List<Action.TargetGroupTuple> groups = forward == null ? List.of() : forward.groups();
        Action.Stickiness sticky = forward == null ? null : forward.targetGroupStickinessConfig();
        Integer duration = sticky == null || !Boolean.TRUE.equals(sticky.enabled()) ? null : sticky.durationSeconds();
        return new dev.podium.elb.proxy.Action.Forward(
                groups.stream()
                        .map(group -> new dev.podium.elb.proxy.Action.Weighted(
                                text(group.targetGroupArn()), group.weight() == null ? 1 : group.weight()))
                        .toList(),
                duration == null ? null : Duration.ofSeconds(duration));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static dev.podium.elb.proxy.Condition condition(Condition stored) {
        List<String> values = ConditionRules.values(stored).toList();
        List<String> expressions = ConditionRules.expressions(stored);
        if (!expressions.isEmpty()) {
            Condition.HttpHeader header = stored.httpHeaderConfig();
            return new dev.podium.elb.proxy.Condition.Regular(
                    header == null ? text(stored.field()) : text(header.httpHeaderName()), expressions);
        }
        return switch (text(stored.field())) {
            case "host-header" -> new dev.podium.elb.proxy.Condition.HostHeader(values);
            case "path-pattern" -> new dev.podium.elb.proxy.Condition.PathPattern(values);
            case "http-request-method" -> new dev.podium.elb.proxy.Condition.RequestMethod(values);
            case "source-ip" -> new dev.podium.elb.proxy.Condition.SourceIp(values);
            case "http-header" ->
                new dev.podium.elb.proxy.Condition.HttpHeader(
                        text(java.util.Objects.requireNonNull(stored.httpHeaderConfig())
                                .httpHeaderName()),
                        values);
            default -> new dev.podium.elb.proxy.Condition.QueryString(parameters(stored));
        };
    }

    private static List<dev.podium.elb.proxy.Condition.Parameter> parameters(Condition stored) {
        Condition.QueryString query = stored.queryStringConfig();
        List<Condition.KeyValue> pairs = query == null || query.values() == null ? List.of() : query.values();
        return pairs.stream()
                .map(pair -> new dev.podium.elb.proxy.Condition.Parameter(pair.key(), text(pair.value())))
                .toList();
    }

    /// A target group; an instance that isn't running has no address.
    TargetGroup of(StoredTargetGroup stored) {
        return new TargetGroup(
                stored.arn(),
                stored.name(),
                protocol(stored.identity().protocol()),
                check(stored.healthCheck()),
                attributes(stored.attributes()),
                stored.targets().stream().map(target -> target(stored, target)).toList());
    }

    private static TargetGroup.Protocol protocol(@Nullable String stored) {
        return stored == null ? TargetGroup.Protocol.LAMBDA : TargetGroup.Protocol.valueOf(stored);
    }

    private TargetGroup.Target target(StoredTargetGroup group, StoredTargetGroup.StoredTarget stored) {
        String at = switch (group.identity().targetType()) {
            case "instance" ->
                instances
                        .find(group.scope(), stored.id())
                        .flatMap(InstanceAddresses.Instance::address)
                        .orElse(null);
            case "lambda" -> null;
            default -> stored.id();
        };
        return new TargetGroup.Target(stored.id(), stored.port(), at);
    }

    private static TargetGroup.HealthCheck check(HealthCheck stored) {
        String port = stored.port();
        return new TargetGroup.HealthCheck(
                stored.enabled(),
                protocol(stored.protocol()),
                port == null || port.equals(HealthCheck.TRAFFIC_PORT) ? 0 : Integer.parseInt(port),
                text(stored.path()),
                text(stored.matcher()),
                Duration.ofSeconds(stored.intervalSeconds()),
                Duration.ofSeconds(stored.timeoutSeconds()),
                stored.healthyThreshold(),
                stored.unhealthyThreshold());
    }

    private static TargetGroup.Attributes attributes(Map<String, String> values) {
        TargetGroup.Attributes defaults = TargetGroup.Attributes.defaults();
        return new TargetGroup.Attributes(
                values.containsKey(TargetGroupAttributes.ALGORITHM)
                        ? TargetGroup.Algorithm.valueOf(word(values, TargetGroupAttributes.ALGORITHM))
                        : defaults.algorithm(),
                stickiness(values),
                values.containsKey(TargetGroupAttributes.DEREGISTRATION_DELAY)
                        ? seconds(values, TargetGroupAttributes.DEREGISTRATION_DELAY)
                        : Duration.ZERO,
                flag(values, TargetGroupAttributes.CONNECTION_TERMINATION),
                flag(values, TargetGroupAttributes.UNHEALTHY_TERMINATION),
                values.containsKey(TargetGroupAttributes.SLOW_START)
                        ? seconds(values, TargetGroupAttributes.SLOW_START)
                        : Duration.ZERO,
                number(values, TargetGroupAttributes.MINIMUM_COUNT).orElse(1),
                number(values, TargetGroupAttributes.MINIMUM_PERCENT).orElse(0),
                flag(values, TargetGroupAttributes.MULTI_VALUE),
                flag(values, TargetGroupAttributes.PROXY_PROTOCOL));
    }

    private static TargetGroup.Stickiness stickiness(Map<String, String> values) {
        if (!flag(values, TargetGroupAttributes.STICKINESS)) {
            return new TargetGroup.Stickiness.None();
        }
        return switch (values.getOrDefault(TargetGroupAttributes.STICKINESS_TYPE, "")) {
            case "source_ip" -> new TargetGroup.Stickiness.SourceAddress();
            case "app_cookie" ->
                new TargetGroup.Stickiness.ApplicationCookie(
                        values.getOrDefault(TargetGroupAttributes.APP_COOKIE, ""),
                        seconds(values, TargetGroupAttributes.APP_COOKIE_SECONDS));
            default ->
                new TargetGroup.Stickiness.LoadBalancerCookie(seconds(values, TargetGroupAttributes.COOKIE_SECONDS));
        };
    }

    private static Duration seconds(Map<String, String> values, String key) {
        return Duration.ofSeconds(Long.parseLong(values.getOrDefault(key, "0")));
    }

    private static boolean flag(Map<String, String> values, String key) {
        return "true".equals(values.get(key));
    }

    private static String word(Map<String, String> values, String key) {
        return values.getOrDefault(key, "").toUpperCase(Locale.ROOT);
    }

    /// A number, or nothing where the value is a word such as `off`.
    private static Optional<Integer> number(Map<String, String> values, String key) {
        return Optional.ofNullable(values.get(key))
                .filter(value -> value.matches("\\d+"))
                .map(Integer::valueOf);
    }
}
