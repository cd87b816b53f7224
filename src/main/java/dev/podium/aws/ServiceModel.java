package dev.podium.aws;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A service model: what `scripts/models.py` kept of botocore's.
///
/// @param operations by name, in alphabetical order
/// @param shapes     by name
record ServiceModel(Head head, SequencedMap<String, ModelOperation> operations, Shapes shapes) {
    /// What tells the service's requests from others', readable without the rest of the model.
    ///
    /// @param service      name of the model, such as `elbv2`
    /// @param serviceId    name of the service, such as `Elastic Load Balancing v2`
    /// @param signingName  service in the credential scope; several may share one
    /// @param protocol     `rest-json`, `json`, `query`, `ec2` or `rest-xml`
    /// @param jsonVersion  of protocol `json`
    /// @param targetPrefix before the dot in `X-Amz-Target`, for protocol `json`
    /// @param xmlNamespace of the answers, or null
    /// @param queryCompatible whether a `json` service also speaks the query protocol, and names its errors
    ///     in both
    record Head(
            String service,
            String serviceId,
            String apiVersion,
            String protocol,
            String signingName,
            @Nullable String jsonVersion,
            @Nullable String targetPrefix,
            @Nullable String xmlNamespace,
            boolean queryCompatible) {
        boolean rest() {
            return protocol.startsWith("rest-");
        }

        Head inQuery() {
            return new Head(
                    service,
                    serviceId,
                    apiVersion,
                    "query",
                    signingName,
                    null,
                    targetPrefix,
                    xmlNamespace,
                    queryCompatible);
        }
    }

    /// The same service as it speaks the query protocol, where a JSON service still does.
    ServiceModel inQuery() {
        Shapes named = shapes.inQuery();
        SequencedMap<String, ModelOperation> same = new LinkedHashMap<>();
        operations.forEach((name, operation) -> same.put(name, operation.over(named)));
        return new ServiceModel(head.inQuery(), same, named);
    }

    /// The structure of a modelled exception, by its name; null when the model lacks it.
    Shape.@Nullable Structure exception(String code) {
        return shapes.structure(code);
    }

    /// A model without operations, to render an error for a service that isn't known.
    static ServiceModel nameless(String protocol) {
        Head head = new Head("", "", "", protocol, "", "1.1", null, null, false);
        return new ServiceModel(head, new LinkedHashMap<>(), new Shapes(Map.of()));
    }
}
