package dev.podium.elb;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The operations on listeners and their attributes.
final class ListenersApi implements ElbOperations {
    private static final int MOST = 50;

    private final LoadBalancers loadBalancers;
    private final Traffic traffic;
    private final ActionRules actions;
    private final ListenerRules rules;

    ListenersApi(LoadBalancers loadBalancers, Traffic traffic, ActionRules actions, ListenerRules rules) {
        this.loadBalancers = loadBalancers;
        this.traffic = traffic;
        this.actions = actions;
        this.rules = rules;
    }

    record CreateRequest(
            String loadBalancerArn,
            @Nullable String protocol,
            @Nullable Integer port,
            @Nullable String sslPolicy,
            @Nullable List<Certificate> certificates,
            List<Action> defaultActions,
            @Nullable List<String> alpnPolicy,
            @Nullable List<Tag> tags,
            ListenerShape.@Nullable MutualAuthentication mutualAuthentication) {}

    record ModifyRequest(
            String listenerArn,
            @Nullable Integer port,
            @Nullable String protocol,
            @Nullable String sslPolicy,
            @Nullable List<Certificate> certificates,
            @Nullable List<Action> defaultActions,
            @Nullable List<String> alpnPolicy,
            ListenerShape.@Nullable MutualAuthentication mutualAuthentication) {}

    record DescribeRequest(
            @Nullable String loadBalancerArn,
            @Nullable List<String> listenerArns,
            @Nullable String marker,
            @Nullable Integer pageSize) {}

    record Made(List<ListenerShape> listeners) {}

    record Described(
            List<ListenerShape> listeners, @Nullable String nextMarker) {}

    record ArnRequest(String listenerArn) {}

    record ModifyAttributesRequest(String listenerArn, List<Attribute> attributes) {}

    record AttributesResult(List<Attribute> attributes) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateListener", CreateRequest.class, Made.class, this::create)
                .operation("ModifyListener", ModifyRequest.class, Made.class, this::modify)
                .operation("DescribeListeners", DescribeRequest.class, Described.class, this::describe)
                .operation("DeleteListener", ArnRequest.class, Void.class, this::delete)
                .operation("DescribeListenerAttributes", ArnRequest.class, AttributesResult.class, this::attributes)
                .operation(
                        "ModifyListenerAttributes",
                        ModifyAttributesRequest.class,
                        AttributesResult.class,
                        this::modifyAttributes)
                .partial(
                        "CreateListener",
                        "HTTP and HTTPS of application load balancers, TCP and TLS of network load balancers. The port is"
                                + " really opened, so that it must be one of `PODIUM_ELB_PORTS` and free on the host, or"
                                + " other load balancers' HTTP or HTTPS listeners have it."
                                + " Authentication actions, ALPN and client certificates are refused. Every SSL policy"
                                + " offers TLS 1.2 and 1.3.")
                .partial("ModifyListener", "As CreateListener.")
                .partial("ModifyListenerAttributes", "See the attributes below.");
    }

    private Made create(Call call, CreateRequest request) {
        StoredLoadBalancer at = loadBalancers.get(request.loadBalancerArn(), call.scope());
        rules.refuse(request.alpnPolicy(), request.mutualAuthentication());
        String protocol = rules.protocol(request.protocol(), at);
        int port = rules.port(request.port());
        List<String> certificates = rules.certificates(request.certificates(), protocol);
        String policy = rules.policy(request.sslPolicy(), protocol, null);
        Map<String, String> tags = Tags.of(request.tags());
        List<Action> checked = actions.check(request.defaultActions(), at);
        String arn = ElbArn.listener(at.arn(), Names.id());
        StoredListener wanted = new StoredListener(
                arn,
                port,
                protocol,
                certificates,
                policy,
                LoadBalancerAttributes.ofListener(protocol).defaults(),
                tags,
                List.of(new StoredRule(
                        ElbArn.rule(arn, Names.id()), StoredRule.DEFAULT, List.of(), checked, Map.of())));
        StoredLoadBalancer changed = traffic.change(at.arn(), now -> {
            Optional<StoredListener> same = onPort(now, port);
            if (same.isPresent()) {
                if (!sameSettings(same.get(), wanted)) {
                    throw duplicate(now);
                }
                return now;
            }
            if (now.listeners().size() >= MOST) {
                throw ElbError.of("TooManyListeners", "A load balancer can have at most '" + MOST + "' listeners");
            }
            List<StoredListener> more = new ArrayList<>(now.listeners());
            more.add(wanted);
            return now.withListeners(more);
        });
        return one(changed, onPort(changed, port).orElse(wanted));
    }

    private static Optional<StoredListener> onPort(StoredLoadBalancer at, int port) {
        return at.listeners().stream()
                .filter(listener -> listener.port() == port)
                .findFirst();
    }

    private static dev.podium.aws.AwsException duplicate(StoredLoadBalancer at) {
        return ElbError.of(
                "DuplicateListener",
                "A listener already exists on this port for this load balancer '" + at.arn() + "'");
    }

    private static boolean sameSettings(StoredListener known, StoredListener wanted) {
        return known.protocol().equals(wanted.protocol())
                && known.certificates().stream().limit(1).toList().equals(wanted.certificates())
                && java.util.Objects.equals(known.sslPolicy(), wanted.sslPolicy())
                && known.defaultRule().actions().equals(wanted.defaultRule().actions());
    }

    private static Made one(StoredLoadBalancer at, StoredListener listener) {
        return new Made(List.of(ListenerShape.of(at, listener)));
    }

    private Made modify(Call call, ModifyRequest request) {
        LoadBalancers.Found found = loadBalancers.listener(request.listenerArn(), call.scope());
        StoredLoadBalancer at = found.loadBalancer();
        rules.refuse(request.alpnPolicy(), request.mutualAuthentication());
        String arn = found.listener().arn();
        int port = rules.port(
                request.port() == null ? Integer.valueOf(found.listener().port()) : request.port());
        List<Action> checked = request.defaultActions() == null ? null : actions.check(request.defaultActions(), at);
        StoredLoadBalancer changed = traffic.change(at.arn(), now -> {
            StoredListener before = now.listener(arn).orElseThrow(() -> ElbError.notFound(ElbError.Kind.LISTENER, arn));
            if (onPort(now, port).filter(other -> !other.arn().equals(arn)).isPresent()) {
                throw duplicate(now);
            }
            return now.withListener(arn, listener -> modified(before, request, port, checked, now));
        });
        return one(changed, changed.listener(arn).orElse(found.listener()));
    }

    private StoredListener modified(
            StoredListener before,
            ModifyRequest request,
            int port,
            @Nullable List<Action> checked,
            StoredLoadBalancer at) {
        String protocol = rules.protocol(request.protocol() == null ? before.protocol() : request.protocol(), at);
        boolean kept = protocol.equals(before.protocol());
        List<String> certificates = request.certificates() == null && kept
                ? before.certificates()
                : replaced(before, rules.certificates(request.certificates(), protocol));
        StoredListener after = new StoredListener(
                before.arn(),
                port,
                protocol,
                certificates,
                rules.policy(request.sslPolicy(), protocol, before.sslPolicy()),
                kept
                        ? before.attributes()
                        : LoadBalancerAttributes.ofListener(protocol).defaults(),
                before.tags(),
                before.rules());
        return checked == null ? after : after.withRule(before.defaultRule().arn(), rule -> rule.withActions(checked));
    }

    /// Another default certificate; those of the list stay.
    private static List<String> replaced(StoredListener before, List<String> certificates) {
        if (certificates.isEmpty()) {
            return certificates;
        }
        List<String> all = new ArrayList<>(certificates);
        before.certificates().stream().skip(1).forEach(all::add);
        return all;
    }

    private Described describe(Call call, DescribeRequest request) {
        List<String> arns = Selection.orNone(request.listenerArns());
        boolean named = !arns.isEmpty();
        if (named == (request.loadBalancerArn() != null)) {
            throw ElbError.validation(
                    "You must specify either listener ARNs or a load balancer ARN, and not both of them");
        }
        List<LoadBalancers.Found> found;
        if (named) {
            found = Selection.each(
                    ElbError.Kind.LISTENER,
                    arns,
                    arn -> loadBalancers.findListener(ElbArn.parse(arn, ElbError.Kind.LISTENER, call.scope())));
        } else {
            StoredLoadBalancer at = loadBalancers.get(String.valueOf(request.loadBalancerArn()), call.scope());
            found = at.listeners().stream()
                    .map(listener -> new LoadBalancers.Found(at, listener))
                    .toList();
        }
        Pages<LoadBalancers.Found> page = Pages.of(
                found,
                one -> "%s:%05d"
                        .formatted(one.loadBalancer().name(), one.listener().port()),
                request.marker(),
                request.pageSize());
        return new Described(
                page.items().stream()
                        .map(one -> ListenerShape.of(one.loadBalancer(), one.listener()))
                        .toList(),
                page.nextMarker());
    }

    private @Nullable Void delete(Call call, ArnRequest request) {
        LoadBalancers.Found found = loadBalancers.listener(request.listenerArn(), call.scope());
        traffic.change(
                found.loadBalancer().arn(),
                now -> now.withoutListener(found.listener().arn()));
        return null;
    }

    private AttributesResult attributes(Call call, ArnRequest request) {
        StoredListener found =
                loadBalancers.listener(request.listenerArn(), call.scope()).listener();
        return new AttributesResult(Attribute.list(found.attributes()));
    }

    private AttributesResult modifyAttributes(Call call, ModifyAttributesRequest request) {
        LoadBalancers.Found found = loadBalancers.listener(request.listenerArn(), call.scope());
        AttributeTable table =
                LoadBalancerAttributes.ofListener(found.listener().protocol());
        StoredLoadBalancer changed = traffic.changeListener(
                found, now -> now.withAttributes(table.change(now.attributes(), request.attributes())));
        return new AttributesResult(
                Attribute.list(changed.listener(found.listener().arn())
                        .orElse(found.listener())
                        .attributes()));
    }
}
