package dev.podium.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.codec.XmlReader;
import dev.podium.codec.XmlWriter;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Response;
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

    /// One setting.
    ///
    /// @param name      of the operations, such as `BucketPolicy`
    /// @param get       the operation that reads it, where its name is another
    /// @param root      element of its XML; empty for a policy, which is JSON
    /// @param code      error when it isn't set; empty when there is something else to show
    /// @param otherwise message of that error, or what is inside the root element
    /// @param writable  whether it may be written; else only read
    /// @param delete    the operation that removes it; empty when there is none
    private record Setting(
            String name, String get, String root, String code, String otherwise, boolean writable, String delete) {}

    private static final List<Setting> ALL = List.of(
            new Setting(
                    "PublicAccessBlock",
                    "GetPublicAccessBlock",
                    "PublicAccessBlockConfiguration",
                    "",
                    "<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
                            + "<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>",
                    true,
                    "DeletePublicAccessBlock"),
            new Setting(
                    "BucketOwnershipControls",
                    "GetBucketOwnershipControls",
                    "OwnershipControls",
                    "",
                    "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>",
                    true,
                    "DeleteBucketOwnershipControls"),
            new Setting(
                    "BucketEncryption",
                    "GetBucketEncryption",
                    "ServerSideEncryptionConfiguration",
                    "",
                    "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
                            + "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>",
                    true,
                    "DeleteBucketEncryption"),
            new Setting(
                    "BucketPolicy",
                    "GetBucketPolicy",
                    "",
                    "NoSuchBucketPolicy",
                    "The bucket policy does not exist",
                    true,
                    "DeleteBucketPolicy"),
            new Setting(
                    "BucketCors",
                    "GetBucketCors",
                    "CORSConfiguration",
                    "NoSuchCORSConfiguration",
                    "The CORS configuration does not exist",
                    true,
                    "DeleteBucketCors"),
            new Setting(
                    "BucketLifecycleConfiguration",
                    "GetBucketLifecycleConfiguration",
                    "LifecycleConfiguration",
                    "NoSuchLifecycleConfiguration",
                    "The lifecycle configuration does not exist",
                    true,
                    "DeleteBucketLifecycle"),
            new Setting(
                    "BucketWebsite",
                    "GetBucketWebsite",
                    "WebsiteConfiguration",
                    "NoSuchWebsiteConfiguration",
                    "The specified bucket does not have a website configuration",
                    false,
                    ""),
            new Setting(
                    "BucketReplication",
                    "GetBucketReplication",
                    "ReplicationConfiguration",
                    "ReplicationConfigurationNotFoundError",
                    "The replication configuration was not found",
                    false,
                    ""),
            new Setting(
                    "ObjectLockConfiguration",
                    "GetObjectLockConfiguration",
                    "ObjectLockConfiguration",
                    "ObjectLockConfigurationNotFoundError",
                    "Object Lock configuration does not exist for this bucket",
                    false,
                    ""),
            new Setting("BucketLogging", "GetBucketLogging", "BucketLoggingStatus", "", "", false, ""),
            new Setting(
                    "BucketAccelerateConfiguration",
                    "GetBucketAccelerateConfiguration",
                    "AccelerateConfiguration",
                    "",
                    "",
                    false,
                    ""),
            new Setting(
                    "BucketRequestPayment",
                    "GetBucketRequestPayment",
                    "RequestPaymentConfiguration",
                    "",
                    "<Payer>BucketOwner</Payer>",
                    false,
                    ""),
            new Setting(
                    "BucketNotificationConfiguration",
                    "GetBucketNotificationConfiguration",
                    "NotificationConfiguration",
                    "",
                    "",
                    false,
                    ""));

    @Override
    public void addTo(ServiceApi.Builder service) {
        for (Setting setting : ALL) {
            service.raw(setting.get, (call, labels) -> get(setting, call, labels));
            service.partial(
                    setting.get, setting.writable ? "Shows what was put, or AWS's default." : "Shows AWS's default.");
            if (setting.writable) {
                service.raw("Put" + setting.name, (call, labels) -> put(setting, call, labels));
                service.partial("Put" + setting.name, "Stored and shown, without effect.");
                service.raw(setting.delete, (call, labels) -> delete(setting, call, labels));
            }
        }
        service.raw("GetBucketAcl", this::acl).partial("GetBucketAcl", "The owner has full control.");
        service.raw("GetObjectAcl", this::acl).partial("GetObjectAcl", "The owner has full control.");
        service.refused("PutBucketAcl", "a bucket's owner has full control, nobody else has any");
        service.refused("PutObjectAcl", "a bucket's owner has full control, nobody else has any");
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
        String stored = buckets.setting(bucket, setting.name).orElse(null);
        if (stored == null && !setting.code.isEmpty()) {
            throw S3Error.noSuch(setting.code, setting.otherwise, bucket.name()).exception();
        }
        if (setting.root.isEmpty()) {
            return Response.json(200, bytes(String.valueOf(stored)));
        }
        String inside = stored == null ? setting.otherwise : stored;
        boolean whole = inside.startsWith("<?") || inside.startsWith("<" + setting.root);
        return xml(
                whole
                        ? inside
                        : "<" + setting.root + " xmlns=\"" + NAMESPACE + "\">" + inside + "</" + setting.root + ">");
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
        return Response.of(setting.root.isEmpty() ? 204 : 200);
    }

    private Response delete(Setting setting, Call call, Map<String, String> labels) {
        buckets.set(buckets.require(call, bucket(labels)), setting.name, null);
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
        throw S3Error.of(S3Error.Kind.MALFORMED_XML).exception();
    }

    private static void requirePolicy(String text) {
        try {
            if (Json.MAPPER.readTree(text).isObject()) {
                return;
            }
        } catch (JsonProcessingException e) {
            // refused below, like another document
        }
        throw S3Error.of(S3Error.Kind.MALFORMED_POLICY).exception();
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
        return new Response(200, Headers.of("Content-Type", "application/xml"), new Body.Bytes(bytes(text)));
    }

    private static byte[] bytes(@Nullable String text) {
        return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    }
}
