package dev.podium.elb;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operations on the certificates of HTTPS listeners, and on security policies.
final class CertificatesApi implements ElbOperations {
    private static final int MOST = 25;

    private final LoadBalancers loadBalancers;
    private final Traffic traffic;

    CertificatesApi(LoadBalancers loadBalancers, Traffic traffic) {
        this.loadBalancers = loadBalancers;
        this.traffic = traffic;
    }

    record ChangeRequest(String listenerArn, List<Certificate> certificates) {}

    record AddResult(List<Certificate> certificates) {}

    record DescribeRequest(
            String listenerArn,
            @Nullable String marker,
            @Nullable Integer pageSize) {}

    record Described(
            List<Certificate> certificates, @Nullable String nextMarker) {}

    record PoliciesRequest(
            @Nullable List<String> names,
            @Nullable String marker,
            @Nullable Integer pageSize,
            @Nullable String loadBalancerType) {}

    record PoliciesResult(
            List<SslPolicies.Policy> sslPolicies, @Nullable String nextMarker) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("AddListenerCertificates", ChangeRequest.class, AddResult.class, this::add)
                .operation("RemoveListenerCertificates", ChangeRequest.class, Void.class, this::remove)
                .operation("DescribeListenerCertificates", DescribeRequest.class, Described.class, this::describe)
                .operation("DescribeSSLPolicies", PoliciesRequest.class, PoliciesResult.class, this::policies)
                .remark(
                        "AddListenerCertificates",
                        "The files of a certificate are those that `PODIUM_ELB_CERTIFICATES` names for its ARN; for any"
                                + " other ARN the load balancer signs one itself.")
                .partial(
                        "DescribeSSLPolicies",
                        "The policies that application load balancers use most. Listeners offer TLS 1.2 and 1.3 with the"
                                + " JDK's cipher suites whichever is chosen.");
    }

    private AddResult add(Call call, ChangeRequest request) {
        LoadBalancers.Found found = secure(request.listenerArn(), call);
        List<String> given = CertificateArns.of(request.certificates());
        traffic.changeListener(found, listener -> {
            List<String> all = new ArrayList<>(listener.certificates());
            // The default certificate may be in the list, too, where it is shown a second time.
            given.stream()
                    .filter(arn -> !all.subList(1, all.size()).contains(arn))
                    .forEach(all::add);
            if (all.size() > MOST + 1) {
                throw ElbError.of(
                        "TooManyCertificates", "A load balancer can have at most '" + MOST + "' certificates");
            }
            return listener.withCertificates(all);
        });
        return new AddResult(
                given.stream().map(arn -> new Certificate(arn, false)).toList());
    }

    private @Nullable Void remove(Call call, ChangeRequest request) {
        LoadBalancers.Found found = secure(request.listenerArn(), call);
        List<String> given = CertificateArns.of(request.certificates());
        traffic.changeListener(found, listener -> {
            List<String> all = new ArrayList<>(listener.certificates());
            List<String> others = all.subList(1, all.size());
            if (given.contains(all.getFirst()) && !others.contains(all.getFirst())) {
                throw ElbError.of(
                        "OperationNotPermitted",
                        "The default certificate '" + all.getFirst() + "' cannot be removed from the listener");
            }
            others.removeAll(given);
            return listener.withCertificates(all);
        });
        return null;
    }

    private Described describe(Call call, DescribeRequest request) {
        LoadBalancers.Found found = secure(request.listenerArn(), call);
        List<Certificate> all = new ArrayList<>();
        found.listener().certificates().forEach(arn -> all.add(new Certificate(arn, all.isEmpty())));
        Pages<Certificate> page = Pages.of(
                all,
                certificate ->
                        (Boolean.TRUE.equals(certificate.isDefault()) ? "0" : "1") + certificate.certificateArn(),
                request.marker(),
                request.pageSize());
        return new Described(page.items(), page.nextMarker());
    }

    private LoadBalancers.Found secure(String arn, Call call) {
        LoadBalancers.Found found = loadBalancers.listener(arn, call.scope());
        if (!found.listener().secure()) {
            throw ElbError.configuration("Listener '" + arn + "' has no certificates: its protocol is "
                    + found.listener().protocol());
        }
        return found;
    }

    private PoliciesResult policies(Call call, PoliciesRequest request) {
        List<String> names = Selection.orNone(request.names());
        List<SslPolicies.Policy> all = names.isEmpty()
                ? SslPolicies.all()
                : names.stream().distinct().map(SslPolicies::get).toList();
        Pages<SslPolicies.Policy> page = Pages.of(all, SslPolicies.Policy::name, request.marker(), request.pageSize());
        String type = request.loadBalancerType();
        return new PoliciesResult(
                page.items().stream()
                        .filter(policy -> type == null
                                || policy.supportedLoadBalancerTypes().contains(type))
                        .toList(),
                page.nextMarker());
    }
}
