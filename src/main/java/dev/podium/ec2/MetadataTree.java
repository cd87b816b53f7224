package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.RoleCredentials;
import dev.podium.aws.TemporaryCredentials.Issued;
import dev.podium.codec.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an instance's metadata service shows, as folders and files.
///
/// @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html">Categories</a>
final class MetadataTree {
    private static final Pattern VERSION = Pattern.compile("latest|20\\d\\d-\\d\\d-\\d\\d|1\\.0");
    private static final Duration CREDENTIALS = Duration.ofHours(6);

    private final SequencedMap<String, Object> root = new LinkedHashMap<>();

    private MetadataTree() {}

    /// A page.
    record Found(String type, byte[] content) {}

    /// What there is to see of an instance.
    ///
    /// @param now when the credentials count as made
    /// @param groups names of its security groups
    /// @param roles makes the credentials
    static MetadataTree of(
            StoredInstance instance, List<Tag> tags, List<String> groups, Instant now, RoleCredentials roles) {
        MetadataTree tree = new MetadataTree();
        tree.instance(instance);
        tree.put("meta-data", "security-groups", String.join("\n", groups));
        tree.network(instance);
        tree.profile(instance, now, roles);
        if (instance.definition().metadataOptions().instanceMetadataTags().equals("enabled")) {
            tags.forEach(tag -> tree.put("meta-data/tags/instance", tag.key(), tag.value()));
        }
        tree.put("dynamic/instance-identity", "document", document(instance));
        String data = instance.definition().userData();
        if (data != null) {
            tree.root.put("user-data", Base64.getMimeDecoder().decode(data));
        }
        return tree;
    }

    private void instance(StoredInstance instance) {
        Definition definition = instance.definition();
        put("meta-data", "ami-id", definition.imageId());
        put("meta-data", "ami-launch-index", String.valueOf(instance.index()));
        put("meta-data", "ami-manifest-path", "(unknown)");
        put("meta-data", "hostname", Shown.dns(instance));
        put("meta-data", "instance-action", "none");
        put("meta-data", "instance-id", instance.id());
        put("meta-data", "instance-life-cycle", "on-demand");
        put("meta-data", "instance-type", definition.instanceType());
        put("meta-data", "local-hostname", Shown.dns(instance));
        put("meta-data", "mac", definition.macAddress());
        put("meta-data/placement", "availability-zone", definition.zone());
        put("meta-data/placement", "availability-zone-id", Zones.id(definition.zone()));
        put("meta-data/placement", "region", instance.region());
        put("meta-data", "profile", "default-hvm");
        put("meta-data", "reservation-id", instance.reservation());
        put("meta-data/services", "domain", "amazonaws.com");
        put("meta-data/services", "partition", "aws");
        String key = definition.keyName();
        if (key != null) {
            put("meta-data/public-keys", "0", key);
        }
    }

    private void network(StoredInstance instance) {
        Definition definition = instance.definition();
        String ip = instance.life().ip();
        String mac = "meta-data/network/interfaces/macs/" + definition.macAddress();
        if (ip != null) {
            put("meta-data", "local-ipv4", ip);
            put(mac, "local-ipv4s", ip);
        }
        put(mac, "device-number", "0");
        put(mac, "interface-id", definition.interfaceId());
        put(mac, "mac", definition.macAddress());
        put(mac, "owner-id", instance.account());
        put(mac, "security-group-ids", String.join("\n", definition.groups()));
        put(mac, "subnet-id", definition.subnetId());
        put(mac, "vpc-id", definition.vpcId());
    }

    private void profile(StoredInstance instance, Instant now, RoleCredentials roles) {
        Definition definition = instance.definition();
        String role = definition.role();
        if (role == null) {
            return;
        }
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        put(
                "meta-data/iam",
                "info",
                Json.object()
                        .put("Code", "Success")
                        .put("LastUpdated", time)
                        .put("InstanceProfileArn", definition.profile())
                        .put("InstanceProfileId", definition.profileId()));
        Issued issued = roles.of(instance.account(), role, instance.id(), CREDENTIALS);
        put(
                "meta-data/iam/security-credentials",
                role,
                Json.object()
                        .put("Code", "Success")
                        .put("LastUpdated", time)
                        .put("Type", "AWS-HMAC")
                        .put("AccessKeyId", issued.accessKeyId())
                        .put("SecretAccessKey", issued.secretAccessKey())
                        .put("Token", issued.sessionToken())
                        .put(
                                "Expiration",
                                issued.expiration()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString()));
    }

    private static ObjectNode document(StoredInstance instance) {
        Definition definition = instance.definition();
        ObjectNode document = Json.object();
        document.put("accountId", instance.account())
                .put("architecture", definition.architecture())
                .put("availabilityZone", definition.zone())
                .putNull("billingProducts")
                .putNull("devpayProductCodes")
                .putNull("marketplaceProductCodes")
                .put("imageId", definition.imageId())
                .put("instanceId", instance.id())
                .put("instanceType", definition.instanceType())
                .putNull("kernelId")
                .put(
                        "pendingTime",
                        instance.life()
                                .launched()
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                .put("privateIp", instance.life().ip())
                .putNull("ramdiskId")
                .put("region", instance.region())
                .put("version", "2017-09-30");
        return document;
    }

    private void put(String folder, String name, Object content) {
        SequencedMap<String, Object> at = root;
        for (String step : folder.split("/", -1)) {
            at = folder(at, step);
        }
        at.put(name, content);
    }

    @SuppressWarnings("unchecked")
    private static SequencedMap<String, Object> folder(Map<String, Object> in, String name) {
        return (SequencedMap<String, Object>) in.computeIfAbsent(name, key -> new LinkedHashMap<String, Object>());
    }

    /// The page at a path, or null.
    @Nullable
    Found find(String path) {
        String[] steps = path.replaceAll("^/+|/+$", "").split("/+", -1);
        if (steps[0].isEmpty()) {
            return text("latest");
        }
        if (!VERSION.matcher(steps[0]).matches()) {
            return null;
        }
        Object at = root;
        for (int i = 1; i < steps.length; i++) {
            at = at instanceof Map<?, ?> folder
                    ? folder.get(java.net.URLDecoder.decode(steps[i], StandardCharsets.UTF_8))
                    : null;
        }
        return switch (at) {
            case byte[] bytes -> new Found("application/octet-stream", bytes);
            case ObjectNode json -> text(json.toPrettyString());
            case Map<?, ?> folder -> text(listing(folder));
            case null -> null;
            default -> text(at.toString());
        };
    }

    private static String listing(Map<?, ?> folder) {
        return folder.entrySet().stream()
                .map(entry -> entry.getKey() + (entry.getValue() instanceof Map ? "/" : ""))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static Found text(String text) {
        return new Found("text/plain", text.getBytes(StandardCharsets.UTF_8));
    }
}
