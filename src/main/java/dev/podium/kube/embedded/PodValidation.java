package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// Checks a new pod as the API server does, as far as Podium's and its users' pods go.
///
/// All faults are found and reported together, in the API's own words.
final class PodValidation {
    private static final String SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
            + "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex "
            + "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String LABEL =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
                    + "'-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String LABEL_VALUE = "a valid label must be an empty string or consist of alphanumeric "
            + "characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
            + "'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private static final String NAME_PART =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
                    + "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String QUANTITY =
            "quantities must match the regular expression " + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private final List<Cause> causes = new ArrayList<>();

    private record Cause(String reason, String field, String text) {}

    private PodValidation() {}

    /// Checks a pod that has its name.
    ///
    /// @throws StatusException 400 for values of a wrong type, 422 for invalid ones
    static void check(ObjectNode pod) throws StatusException {
        types(pod);
        PodValidation v = new PodValidation();
        v.metadata(pod.path("metadata"));
        v.spec(pod.path("spec"));
        if (v.causes.isEmpty()) {
            return;
        }
        String name = pod.path("metadata").path("name").asText("");
        ObjectNode details = Json.object().put("name", name).put("kind", "Pod");
        ArrayNode list = details.putArray("causes");
        v.causes.forEach(c -> list.addObject()
                .put("reason", c.reason())
                .put("message", c.text())
                .put("field", c.field()));
        String text = v.causes.stream().map(c -> c.field() + ": " + c.text()).collect(Collectors.joining(", "));
        throw StatusException.invalid(name, details, v.causes.size() == 1 ? text : "[" + text + "]");
    }

    /// What the real API already refuses while decoding.
    private static void types(ObjectNode pod) throws StatusException {
        for (String map : new String[] {"labels", "annotations"}) {
            for (JsonNode value : pod.path("metadata").path(map)) {
                textual(value, "ObjectMeta.metadata." + map);
            }
        }
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode c : pod.path("spec").path(list)) {
                for (JsonNode e : c.path("env")) {
                    textual(e.path("value"), "EnvVar.spec." + list + ".env.value");
                }
                for (String part : new String[] {"command", "args"}) {
                    for (JsonNode a : c.path(part)) {
                        textual(a, "Container.spec." + list + "." + part);
                    }
                }
                for (String kind : new String[] {"limits", "requests"}) {
                    for (JsonNode q : c.path("resources").path(kind)) {
                        if (Quantity.parse(q.asText()).isEmpty()) {
                            throw StatusException.badRequest(DECODING + QUANTITY);
                        }
                    }
                }
            }
        }
    }

    private static final String DECODING = "Pod in version \"v1\" cannot be handled as a Pod: ";

    private static void textual(JsonNode node, String field) throws StatusException {
        if (!node.isMissingNode() && !node.isTextual() && !node.isNull()) {
            throw StatusException.badRequest(DECODING + "json: cannot unmarshal "
                    + node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT) + " into Go struct field "
                    + field
                    + " of type string");
        }
    }

    private void metadata(JsonNode metadata) {
        String name = metadata.path("name").asText("");
        if (name.isEmpty()) {
            required("metadata.name", "name or generateName is required");
        } else if (!subdomain(name)) {
            invalid("metadata.name", name, SUBDOMAIN);
        }
        metadata.path("labels").properties().forEach(l -> {
            key("metadata.labels", l.getKey());
            String value = l.getValue().asText();
            if (value.length() > 63) {
                invalid("metadata.labels", value, "must be no more than 63 bytes");
            }
            if (!value.isEmpty() && !qualified(value)) {
                invalid("metadata.labels", value, LABEL_VALUE);
            }
        });
        metadata.path("annotations").properties().forEach(a -> key("metadata.annotations", a.getKey()));
    }

    private void spec(JsonNode spec) {
        Set<String> volumes = new HashSet<>();
        int index = 0;
        for (JsonNode volume : spec.path("volumes")) {
            String field = "spec.volumes[" + index++ + "].name";
            String name = volume.path("name").asText("");
            label(field, name);
            if (!volumes.add(name)) {
                duplicate(field, name);
            }
        }
        Set<String> names = new HashSet<>();
        containers(spec.path("initContainers"), "spec.initContainers", names, volumes);
        containers(spec.path("containers"), "spec.containers", names, volumes);
        if (spec.path("containers").isEmpty()) {
            required("spec.containers", "");
        }
        oneOf("spec.restartPolicy", spec.path("restartPolicy").asText("Always"), "Always", "OnFailure", "Never");
        if (spec.has("activeDeadlineSeconds")
                && spec.path("activeDeadlineSeconds").asLong() < 1) {
            invalid(
                    "spec.activeDeadlineSeconds",
                    spec.path("activeDeadlineSeconds").asLong(),
                    "must be between 1 and 2147483647, inclusive");
        }
        if (spec.path("terminationGracePeriodSeconds").asLong(0) < 0) {
            invalid(
                    "spec.terminationGracePeriodSeconds",
                    spec.path("terminationGracePeriodSeconds").asLong(),
                    "must be greater than or equal to 0");
        }
        index = 0;
        for (JsonNode alias : spec.path("hostAliases")) {
            String field = "spec.hostAliases[" + index++ + "]";
            String ip = alias.path("ip").asText("");
            if (!address(ip)) {
                invalid(field + ".ip", ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
            for (JsonNode host : alias.path("hostnames")) {
                if (!subdomain(host.asText())) {
                    invalid(field + ".hostnames", host.asText(), SUBDOMAIN);
                }
            }
        }
    }

    private void containers(JsonNode list, String at, Set<String> names, Set<String> volumes) {
        int index = 0;
        for (JsonNode c : list) {
            String field = at + "[" + index++ + "]";
            String name = c.path("name").asText("");
            label(field + ".name", name);
            if (!names.add(name)) {
                duplicate(field + ".name", name);
            }
            String image = c.path("image").asText("");
            if (image.isEmpty()) {
                required(field + ".image", "");
            } else if (!image.strip().equals(image)) {
                invalid(field + ".image", image, "must not have leading or trailing whitespace");
            }
            oneOf(
                    field + ".imagePullPolicy",
                    c.path("imagePullPolicy").asText("Always"),
                    "Always",
                    "IfNotPresent",
                    "Never");
            mounts(c.path("volumeMounts"), field + ".volumeMounts", volumes);
            int variable = 0;
            for (JsonNode e : c.path("env")) {
                String where = field + ".env[" + variable++ + "].name";
                String key = e.path("name").asText("");
                if (key.isEmpty()) {
                    required(where, "");
                } else if (key.indexOf('=') >= 0) {
                    invalid(
                            where,
                            key,
                            "a valid environment variable name must consist only of printable ASCII "
                                    + "characters other than '='");
                }
            }
            probes(c, field);
            resources(c.path("resources"), field + ".resources");
            security(c.path("securityContext"), field + ".securityContext");
        }
    }

    private void probes(JsonNode container, String at) {
        for (Probe.Kind kind : Probe.Kind.values()) {
            JsonNode probe = container.path(kind.member());
            if (probe.isObject() && !probe.has("exec")) {
                causes.add(new Cause(
                        "FieldValueForbidden",
                        at + "." + kind.member(),
                        "Forbidden: the embedded cluster asks probes by exec only"));
            }
        }
    }

    private void security(JsonNode context, String at) {
        if (!context.path("privileged").asBoolean()) {
            return;
        }
        if (context.has("allowPrivilegeEscalation")
                && !context.path("allowPrivilegeEscalation").asBoolean()) {
            invalid(at, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
        // What an API server without --allow-privileged says: processes here have the server's own rights, no more.
        causes.add(new Cause("FieldValueForbidden", at + ".privileged", "Forbidden: disallowed by cluster policy"));
    }

    private void mounts(JsonNode list, String at, Set<String> volumes) {
        Set<String> paths = new HashSet<>();
        int index = 0;
        for (JsonNode m : list) {
            String field = at + "[" + index++ + "]";
            String name = m.path("name").asText("");
            if (name.isEmpty()) {
                required(field + ".name", "");
            } else if (!volumes.contains(name)) {
                causes.add(new Cause("FieldValueNotFound", field + ".name", "Not found: \"" + name + "\""));
            }
            String path = m.path("mountPath").asText("");
            if (path.isEmpty()) {
                required(field + ".mountPath", "");
            } else if (!paths.add(path)) {
                invalid(field + ".mountPath", path, "must be unique");
            }
        }
    }

    private void resources(JsonNode resources, String at) {
        resources.path("requests").properties().forEach(r -> {
            String limit = resources.path("limits").path(r.getKey()).asText("");
            OptionalLong most = Quantity.parse(limit);
            // CPU is compared in whole cores only: Podium's own requests never exceed their limits.
            if (most.isPresent() && Quantity.parse(r.getValue().asText()).orElse(0) > most.getAsLong()) {
                invalid(
                        at + ".requests",
                        r.getValue().asText(),
                        "must be less than or equal to " + r.getKey() + " limit of " + limit);
            }
        });
    }

    private void key(String field, String key) {
        int slash = key.indexOf('/');
        String name = key.substring(slash + 1);
        if (slash >= 0 && !subdomain(key.substring(0, slash))) {
            invalid(field, key, "prefix part " + SUBDOMAIN);
        }
        if (name.length() > 63) {
            invalid(field, key, "name part must be no more than 63 bytes");
        }
        if (!qualified(name)) {
            invalid(field, key, NAME_PART);
        }
    }

    private void label(String field, String name) {
        if (name.isEmpty()) {
            required(field, "");
        } else if (name.length() > 63 || name.indexOf('.') >= 0 || !subdomain(name)) {
            invalid(field, name, name.length() > 63 ? "must be no more than 63 bytes" : LABEL);
        }
    }

    private void oneOf(String field, String value, String... supported) {
        if (!List.of(supported).contains(value)) {
            String all = List.of(supported).stream().map(s -> "\"" + s + "\"").collect(Collectors.joining(", "));
            causes.add(new Cause(
                    "FieldValueNotSupported", field, "Unsupported value: \"" + value + "\": supported values: " + all));
        }
    }

    private void required(String field, String text) {
        causes.add(new Cause("FieldValueRequired", field, "Required value" + (text.isEmpty() ? "" : ": " + text)));
    }

    private void duplicate(String field, String value) {
        causes.add(new Cause("FieldValueDuplicate", field, "Duplicate value: \"" + value + "\""));
    }

    private void invalid(String field, Object value, String text) {
        String shown = value instanceof String s ? "\"" + s + "\"" : value.toString();
        causes.add(new Cause("FieldValueInvalid", field, "Invalid value: " + shown + ": " + text));
    }

    private static boolean address(String ip) {
        boolean digits = !ip.isEmpty() && ip.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':');
        return digits && (ip.indexOf(':') >= 0 || ip.split("\\.", -1).length == 4);
    }

    private static boolean subdomain(String name) {
        if (name.length() > 253 || name.isEmpty()) {
            return false;
        }
        char before = '.';
        for (int i = 0; i <= name.length(); i++) {
            char c = i < name.length() ? name.charAt(i) : '.';
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            boolean edge = before == '.' || c == '.';
            boolean good = edge ? (c == '.' ? before != '.' && before != '-' : alphanumeric) : alphanumeric || c == '-';
            if (!good) {
                return false;
            }
            before = c;
        }
        return true;
    }

    private static boolean qualified(String name) {
        return !name.isEmpty()
                && alphanumeric(name.charAt(0))
                && alphanumeric(name.charAt(name.length() - 1))
                && name.chars().allMatch(c -> alphanumeric(c) || c == '-' || c == '_' || c == '.');
    }

    private static boolean alphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
