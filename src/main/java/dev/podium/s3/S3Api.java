package dev.podium.s3;

import dev.podium.aws.AwsError;
import dev.podium.aws.ServiceApi;
import dev.podium.http.Request;
import dev.podium.s3.S3Error.Kind;
import java.util.List;

/// The S3 API.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html">API reference</a>
public final class S3Api {
    /// A list of 10,000 parts with checksums; objects' bodies flow.
    private static final long MAX_BODY = 4 << 20;

    private final List<S3Operations> families;

    /// Makes the API over the collections, which belong to the caller.
    public S3Api(Buckets buckets, Objects objects, Uploads uploads, S3Settings settings) {
        families = List.of(
                new BucketsApi(buckets, objects, uploads),
                new BucketSettings(buckets),
                new ObjectsApi(buckets, objects, settings),
                new ObjectDetailsApi(buckets, objects),
                new ListingApi(buckets, objects),
                new MultipartApi(buckets, objects, uploads, settings),
                new UploadListsApi(buckets, uploads));
    }

    /// Tells whether a request without a credential scope is S3's: by its host, or a presigned query of
    /// version 2.
    public static boolean claims(Request request) {
        return HostStyle.claims(request);
    }

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("s3")
                .maxBody(MAX_BODY)
                .routed(HostStyle::routed)
                .links()
                .openEnum("BucketLocationConstraint")
                .openEnum("CopySource")
                // S3 has words of its own for these, which stand where the values are used.
                .openEnum("EncodingType")
                .openEnum("StorageClass")
                .openEnum("ServerSideEncryption")
                .openEnum("MetadataDirective")
                .openEnum("TaggingDirective")
                .openEnum("ChecksumAlgorithm")
                .missing(S3Api::missing)
                .invalid(S3Api::invalid)
                .unread((operation, path) ->
                        S3Error.of(Kind.NOT_IMPLEMENTED, "Header", path).error());
        families.forEach(family -> family.addTo(service));
        return service.build();
    }

    private static AwsError missing(String operation, String path) {
        return S3Error.of(Kind.MALFORMED_XML).error();
    }

    private static AwsError invalid(String path, String value) {
        return (path.contains(".") ? S3Error.of(Kind.MALFORMED_XML) : S3Error.argument("Invalid Argument", path, value))
                .error();
    }
}
