package dev.podium.elb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A load balancer on disk, with its listeners and their rules: whatever concerns one load balancer changes as one.
///
/// @param id             16 hexadecimal digits, the last part of its ARN
/// @param type           `application` or `network`
/// @param securityGroups null of a network load balancer that was made without
/// @param attributes     all of them, defaults included
/// @param listeners      by port
record StoredLoadBalancer(
        String arn,
        String name,
        String id,
        String type,
        String scheme,
        String dnsName,
        Instant created,
        String vpcId,
        List<Zone> zones,
        @Nullable List<String> securityGroups,
        String ipAddressType,
        Map<String, String> attributes,
        Map<String, String> tags,
        List<StoredListener> listeners)
        implements ElbResource {

    /// A zone that it is in, and its subnet there.
    record Zone(String name, String subnetId) {}

    boolean network() {
        return type.equals("network");
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
        return new StoredLoadBalancer(
                arn,
                name,
                id,
                type,
                scheme,
                dnsName,
                created,
                vpcId,
                changed,
                securityGroups,
                addressType,
                attributes,
                tags,
                listeners);
    }

    StoredLoadBalancer withSecurityGroups(List<String> changed) {
        return new StoredLoadBalancer(
                arn,
                name,
                id,
                type,
                scheme,
                dnsName,
                created,
                vpcId,
                zones,
                changed,
                ipAddressType,
                attributes,
                tags,
                listeners);
    }

    StoredLoadBalancer withAttributes(Map<String, String> changed) {
        return new StoredLoadBalancer(
                arn,
                name,
                id,
                type,
                scheme,
                dnsName,
                created,
                vpcId,
                zones,
                securityGroups,
                ipAddressType,
                changed,
                tags,
                listeners);
    }

    StoredLoadBalancer withTags(Map<String, String> changed) {
        return new StoredLoadBalancer(
                arn,
                name,
                id,
                type,
                scheme,
                dnsName,
                created,
                vpcId,
                zones,
                securityGroups,
                ipAddressType,
                attributes,
                changed,
                listeners);
    }

    /// The same with other listeners, which are put in the order of their ports.
    StoredLoadBalancer withListeners(List<StoredListener> changed) {
        List<StoredListener> ordered = new ArrayList<>(changed);
        ordered.sort(java.util.Comparator.comparingInt(StoredListener::port));
        return new StoredLoadBalancer(
                arn,
                name,
                id,
                type,
                scheme,
                dnsName,
                created,
                vpcId,
                zones,
                securityGroups,
                ipAddressType,
                attributes,
                tags,
                ordered);
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
