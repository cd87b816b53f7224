package dev.podium.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.codec.XmlReader;
import dev.podium.codec.XmlWriter;
import dev.podium.http.Response;
import dev.podium.s3.S3Error.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Settings of buckets that deployment tools write and read back: kept as they came, without effect.
///
/// @see <a
/// href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html">Operations</a>
record BucketSettings(Buckets buckets) implements S3Operations {
    static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    private static final int LONGEST = 64 << 10;

    private static final String LIFECYCLE = "BucketLifecycleConfiguration";
    private static final String MINIMUM = "x-amz-transition-default-minimum-object-size";

    /// One setting.
    ///
    /// @param name    of the operations, such as `BucketPolicy`
    /// @param root    element of its XML; empty for a policy, which is JSON
    /// @param initial what is inside that element in a new bucket; null when it isn't there then
    /// @param code    error when it isn't there; empty when an empty element is shown, or the initial one again
    private record Setting(
            String name, String root, @Nullable String initial, String code, String message) {
        String delete() {
            return "Delete" + (name.equals(LIFECYCLE) ? "BucketLifecycle" : name);
        }
    }

    /// Those that can be written.
    private static final List<Setting> KEPT = List.of(
            new Setting(
                    "PublicAccessBlock",
                    "PublicAccessBlockConfiguration",
                    "<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
                            + "<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>",
                    "NoSuchPublicAccessBlockConfiguration",
                    "The public access block configuration was not found"),
            new Setting(
                    "BucketOwnershipControls",
                    "OwnershipControls",
                    ownership("BucketOwnerEnforced"),
                    "OwnershipControlsNotFoundError",
                    "The bucket ownership controls were not found"),
            new Setting(
                    "BucketEncryption",
                    "ServerSideEncryptionConfiguration",
                    "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
                            + "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>",
                    "",
                    ""),
            absent("BucketPolicy", "", "NoSuchBucketPolicy", "The bucket policy does not exist"),
            absent(
                    "BucketCors",
                    "CORSConfiguration",
                    "NoSuchCORSConfiguration",
                    "The CORS configuration does not exist"),
            absent(
                    LIFECYCLE,
                    "LifecycleConfiguration",
                    "NoSuchLifecycleConfiguration",
                    "The lifecycle configuration does not exist"));

    /// Those that are only read.
    private static final List<Setting> SHOWN = List.of(
            absent(
                    "BucketWebsite",
                    "WebsiteConfiguration",
                    "NoSuchWebsiteConfiguration",
                    "The specified bucket does not have a website configuration"),
            absent(
                    "BucketReplication",
                    "ReplicationConfiguration",
                    "ReplicationConfigurationNotFoundError",
                    "The replication configuration was not found"),
            absent(
                    "ObjectLockConfiguration",
                    "ObjectLockConfiguration",
                    "ObjectLockConfigurationNotFoundError",
                    "Object Lock configuration does not exist for this bucket"),
            absent("BucketLogging", "BucketLoggingStatus", "", ""),
            absent("BucketAccelerateConfiguration", "AccelerateConfiguration", "", ""),
            new Setting("BucketRequestPayment", "RequestPaymentConfiguration", "<Payer>BucketOwner</Payer>", "", ""),
            absent("BucketNotificationConfiguration", "NotificationConfiguration", "", ""));

    private static Setting absent(String name, String root, String code, String message) {
        return new Setting(name, root, null, code, message);
    }

    @Override
    public void addTo(ServiceApi.Builder service) {
        for (Setting setting : KEPT) {
            read(setting, service, "Shows what was put, or AWS's default.");
            service.raw("Put" + setting.name, (call, labels) -> put(setting, call, labels));
            service.partial("Put" + setting.name, "Stored and shown, without effect.");
            service.raw(setting.delete(), (call, labels) -> delete(setting, call, labels));
        }
        SHOWN.forEach(setting -> read(setting, service, "Shows AWS's default."));
        service.raw("GetBucketAcl", this::acl).partial("GetBucketAcl", "The owner has full control.");
        service.raw("GetObjectAcl", this::acl).partial("GetObjectAcl", "The owner has full control.");
        service.refused("PutBucketAcl", "a bucket's owner has full control, nobody else has any");
        service.refused("PutObjectAcl", "a bucket's owner has full control, nobody else has any");
    }

    private void read(Setting setting, ServiceApi.Builder service, String partial) {
        service.raw("Get" + setting.name, (call, labels) -> get(setting, call, labels));
        service.partial("Get" + setting.name, partial);
    }

    /// The bucket of a path.
    static String bucket(Map<String, String> labels) {
        return labels.getOrDefault("Bucket", "");
    }

    /// Ownership controls as they are stored.
    static String ownership(String value) {
        return "<Rule><ObjectOwnership>"
                + switch (value) {
                    case "BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced" -> value;
                    default ->
                        throw S3Error.argument(
                                "Invalid x-amz-object-ownership header: " + value, "x-amz-object-ownership", value);
                }
                + "</ObjectOwnership></Rule>";
    }

    private Response get(Setting setting, Call call, Map<String, String> labels) {
        Bucket bucket = buckets.require(call, bucket(labels));
        String stored = buckets.setting(bucket, setting.name).orElse(setting.initial);
        String inside = stored == null ? "" : stored;
        if (inside.isEmpty() && !setting.code.isEmpty()) {
            throw S3Error.noSuch(setting.code, setting.message, bucket.name());
        }
        if (setting.root.isEmpty()) {
            return Response.json(200, inside.getBytes(StandardCharsets.UTF_8));
        }
        boolean whole = inside.startsWith("<?") || inside.startsWith("<" + setting.root);
        return answer(
                setting,
                bucket,
                xml(
                        whole
                                ? inside
                                : "<" + setting.root + " xmlns=\"" + NAMESPACE + "\">" + inside + "</" + setting.root
                                        + ">"));
    }

    /// An answer with the header that only a lifecycle has.
    private Response answer(Setting setting, Bucket bucket, Response plain) {
        return setting.name.equals(LIFECYCLE)
                ? plain.with(MINIMUM, buckets.setting(bucket, MINIMUM).orElse("all_storage_classes_128K"))
                : plain;
    }

    private Response put(Setting setting, Call call, Map<String, String> labels) throws IOException {
        Bucket bucket = buckets.require(call, bucket(labels));
        byte[] body = call.request().bytes(LONGEST);
        String text = new String(body, StandardCharsets.UTF_8);
        if (setting.root.isEmpty()) {
            requirePolicy(text);
        } else {
            requireRoot(setting.root, body);
        }
        buckets.set(bucket, setting.name, text);
        if (setting.name.equals(LIFECYCLE)) {
            buckets.set(bucket, MINIMUM, call.request().headers().first(MINIMUM));
        }
        return answer(setting, bucket, Response.of(setting.root.isEmpty() ? 204 : 200));
    }

    private Response delete(Setting setting, Call call, Map<String, String> labels) {
        // What every bucket has in the beginning is gone once it was deleted; encryption is as in the beginning.
        buckets.set(
                buckets.require(call, bucket(labels)),
                setting.name,
                setting.initial == null || setting.code.isEmpty() ? null : "");
        return Response.of(204);
    }

    private static void requireRoot(String root, byte[] body) {
        try {
            if (XmlReader.read(body).name().equals(root)) {
                return;
            }
        } catch (XmlReader.MalformedXml e) {
            // refused below, like another document
        }
        throw S3Error.of(Kind.MALFORMED_XML);
    }

    private static void requirePolicy(String text) {
        try {
            if (Json.MAPPER.readTree(text).isObject()) {
                return;
            }
        } catch (JsonProcessingException e) {
            // refused below, like another document
        }
        throw S3Error.of(Kind.MALFORMED_POLICY);
    }

    private Response acl(Call call, Map<String, String> labels) {
        Bucket bucket = buckets.require(call, bucket(labels));
        String id = Owner.of(bucket.account()).id();
        XmlWriter out = new XmlWriter()
                .start("AccessControlPolicy")
                .attribute("xmlns", NAMESPACE)
                .start("Owner")
                .element("ID", id)
                .end()
                .start("AccessControlList")
                .start("Grant")
                .start("Grantee")
                .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
                .attribute("xsi:type", "CanonicalUser")
                .element("ID", id)
                .end()
                .element("Permission", "FULL_CONTROL")
                .end()
                .end()
                .end();
        return xml(new String(out.bytes(), StandardCharsets.UTF_8));
    }

    private static Response xml(String text) {
        return Response.bytes(200, "application/xml", text.getBytes(StandardCharsets.UTF_8));
    }
}
