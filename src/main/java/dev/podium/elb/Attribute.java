package dev.podium.elb;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An attribute of a load balancer, a listener or a target group, as the API has it.
record Attribute(@Nullable String key, @Nullable String value) {
    static List<Attribute> list(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> new Attribute(entry.getKey(), entry.getValue()))
                .toList();
    }
}
