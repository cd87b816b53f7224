package dev.podium.elb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A load balancer on disk, with its listeners and their rules: whatever concerns one load balancer changes
/// as one.
///
/// @param securityGroups null of a network load balancer that was made without
/// @param attributes     all of them, defaults included
/// @param listeners      by port
record StoredLoadBalancer(
        Identity identity,
        List<Zone> zones,
        @Nullable List<String> securityGroups,
        String ipAddressType,
        Map<String, String> attributes,
        Map<String, String> tags,
        List<StoredListener> listeners)
        implements ElbResource {

    /// What stays as it was made.
    ///
    /// @param type `application` or `network`
    record Identity(
            String arn, String name, String type, String scheme, String dnsName, Instant created, String vpcId) {}

    /// A zone that it is in, and its subnet there.
    record Zone(String name, String subnetId) {}

    @Override
    public String arn() {
        return identity.arn;
    }

    @Override
    public String name() {
        return identity.name;
    }

    boolean network() {
        return identity.type.equals("network");
    }

    Optional<StoredListener> listener(String listenerArn) {
        return listeners.stream()
                .filter(listener -> listener.arn().equals(listenerArn))
                .findFirst();
    }

    /// All target groups that it forwards to.
    Set<String> targetGroups() {
        return listeners.stream()
                .flatMap(listener -> listener.targetGroups().stream())
                .collect(Collectors.toSet());
    }

    StoredLoadBalancer withNetwork(List<Zone> changed, String addressType) {
        return new StoredLoadBalancer(identity, changed, securityGroups, addressType, attributes, tags, listeners);
    }

    StoredLoadBalancer withSecurityGroups(List<String> changed) {
        return new StoredLoadBalancer(identity, zones, changed, ipAddressType, attributes, tags, listeners);
    }

    StoredLoadBalancer withAttributes(Map<String, String> changed) {
        return new StoredLoadBalancer(identity, zones, securityGroups, ipAddressType, changed, tags, listeners);
    }

    StoredLoadBalancer withTags(Map<String, String> changed) {
        return new StoredLoadBalancer(identity, zones, securityGroups, ipAddressType, attributes, changed, listeners);
    }

    /// The same with other listeners, which are put in the order of their ports.
    StoredLoadBalancer withListeners(List<StoredListener> changed) {
        List<StoredListener> ordered = new ArrayList<>(changed);
        ordered.sort(Comparator.comparingInt(StoredListener::port));
        return new StoredLoadBalancer(identity, zones, securityGroups, ipAddressType, attributes, tags, ordered);
    }

    /// The same with one listener changed.
    StoredLoadBalancer withListener(String listenerArn, UnaryOperator<StoredListener> change) {
        return withListeners(listeners.stream()
                .map(listener -> listener.arn().equals(listenerArn) ? change.apply(listener) : listener)
                .toList());
    }

    /// The same without one listener.
    StoredLoadBalancer withoutListener(String listenerArn) {
        return withListeners(listeners.stream()
                .filter(listener -> !listener.arn().equals(listenerArn))
                .toList());
    }
}
