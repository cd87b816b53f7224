"""S3's scenario for `fidelity.py`: S3 words its own validation, so that no invalid parameters are made. What clients do with
several calls is in `s3_clients.py`."""
from fidelity import Call, Fail

ALWAYS = {
    "ListBucketsOutput": ("Buckets", "Owner"),
    "Bucket": ("Name", "CreationDate"),
    "ListObjectsV2Output": ("Name", "Prefix", "KeyCount", "MaxKeys", "IsTruncated"),
    "ListObjectsOutput": ("Name", "Prefix", "Marker", "MaxKeys", "IsTruncated"),
    "ListObjectVersionsOutput": ("Name", "Prefix", "KeyMarker", "VersionIdMarker", "MaxKeys", "IsTruncated"),
    "Object": ("Key", "LastModified", "ETag", "Size", "StorageClass"),
    "ObjectVersion": ("Key", "VersionId", "IsLatest", "LastModified", "ETag", "Size", "StorageClass", "Owner"),
    "DeleteMarkerEntry": ("Key", "VersionId", "IsLatest", "LastModified", "Owner"),
    "CopyObjectResult": ("ETag", "LastModified"),
    "CopyPartResult": ("ETag", "LastModified"),
    "CreateMultipartUploadOutput": ("Bucket", "Key", "UploadId"),
    "CompleteMultipartUploadOutput": ("Location", "Bucket", "Key", "ETag"),
    "ListPartsOutput": ("Bucket", "Key", "UploadId", "MaxParts", "IsTruncated", "StorageClass", "Owner", "Initiator"),
    "Part": ("PartNumber", "LastModified", "ETag", "Size"),
    "MultipartUpload": ("Key", "UploadId", "Initiated", "StorageClass", "Owner", "Initiator"),
}
MAY_LACK = set()
OPEN_ENUMS = set()
UNLISTED_ERRORS = set()
NOT_VARIED = set()
# Some of the refused ones are signed for other services than S3, whose protocol the server doesn't know.
REFUSED_CODES = ("NotImplemented", "501")
REFUSED_PARAMETERS = {"Bucket": "fidelity-refused", "Key": "k"}


class Everything:
    def __contains__(self, operation):
        return True


NOT_VALIDATED = Everything()
B = "fidelity-bucket"
PART = b"p" * (5 << 20)
LIFECYCLE = {"Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}


def of(**more):
    return {"Bucket": B, **more}


def key(**more):
    return of(Key="k", **more)


def keep(name, path):
    def save(c, answer):
        c[name] = answer[path]
    return save


def upload(**more):
    return lambda c: of(Key="large", UploadId=c["upload"], **{
        n: v(c) if callable(v) else v for n, v in more.items()})


STEPS = [
    Fail("CreateBucket", {"Bucket": "Fidelity_Bucket"}, 400, "InvalidBucketName", "The specified bucket is not valid."),
    Fail("CreateBucket", of(ACL="public-read"), 400, "InvalidBucketAclWithObjectOwnership",
         "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"),
    Fail("CreateBucket", of(CreateBucketConfiguration={"LocationConstraint": "us-east-1"}), 400, "InvalidLocationConstraint",
         "The specified location-constraint is not valid"),
    Call("CreateBucket", of()),
    Call("CreateBucket", of()),
    Call("HeadBucket", of()),
    Fail("HeadBucket", {"Bucket": "fidelity-absent"}, 404, "404"),
    Call("ListBuckets", {}),
    Call("ListBuckets", {"MaxBuckets": 1, "Prefix": "fidelity"}),
    Call("GetBucketLocation", of()),
    Fail("GetBucketLocation", {"Bucket": "fidelity-absent"}, 404, "NoSuchBucket", "The specified bucket does not exist"),
    Fail("GetBucketTagging", of(), 404, "NoSuchTagSet", "The TagSet does not exist"),
    Call("PutBucketTagging", of(Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}), status=204),
    Call("GetBucketTagging", of()),
    Call("DeleteBucketTagging", of()),
    Call("GetBucketVersioning", of()),
    Fail("GetBucketPolicy", of(), 404, "NoSuchBucketPolicy", "The bucket policy does not exist"),
    Fail("PutBucketPolicy", of(Policy="no json"), 400, "MalformedPolicy"),
    Call("PutBucketPolicy", of(Policy="{}"), status=204),
    Call("GetBucketPolicy", of()),
    Call("DeleteBucketPolicy", of()),
    Fail("GetBucketCors", of(), 404, "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    Call("PutBucketCors", of(CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]})),
    Call("GetBucketCors", of()),
    Call("DeleteBucketCors", of()),
    Fail("GetBucketLifecycleConfiguration", of(), 404, "NoSuchLifecycleConfiguration"),
    Call("PutBucketLifecycleConfiguration", of(LifecycleConfiguration=LIFECYCLE)),
    Call("GetBucketLifecycleConfiguration", of()),
    Call("DeleteBucketLifecycle", of()),
    Fail("GetBucketLifecycle", of(), 404, "NoSuchLifecycleConfiguration"),
    Call("PutBucketLifecycle", of(LifecycleConfiguration={"Rules": [
        {"ID": "r", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 1}}]})),
    Call("GetPublicAccessBlock", of()),
    Call("PutPublicAccessBlock", of(PublicAccessBlockConfiguration={"BlockPublicAcls": False})),
    Call("GetPublicAccessBlock", of()),
    Call("DeletePublicAccessBlock", of()),
    Call("GetBucketOwnershipControls", of()),
    Call("PutBucketOwnershipControls", of(OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]})),
    Call("GetBucketOwnershipControls", of()),
    Call("DeleteBucketOwnershipControls", of()),
    Call("GetBucketEncryption", of()),
    Call("PutBucketEncryption", of(ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})),
    Call("GetBucketEncryption", of()),
    Call("DeleteBucketEncryption", of()),
    Fail("GetBucketWebsite", of(), 404, "NoSuchWebsiteConfiguration"),
    Fail("GetBucketReplication", of(), 404, "ReplicationConfigurationNotFoundError"),
    Fail("GetObjectLockConfiguration", of(), 404, "ObjectLockConfigurationNotFoundError"),
    Call("GetBucketLogging", of()),
    Call("GetBucketAccelerateConfiguration", of()),
    Call("GetBucketRequestPayment", of()),
    Call("GetBucketNotificationConfiguration", of()),
    Call("GetBucketNotification", of()),
    Call("GetBucketAcl", of()),
    Call("PutObject", key(Body=b"hello", Metadata={"a": "b"}, Tagging="x=y", ContentType="text/plain")),
    Fail("PutObject", key(Body=b"hello", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg=="), 400, "BadDigest"),
    Fail("PutObject", key(Body=b"hello", StorageClass="GLACIER"), 400, "InvalidStorageClass"),
    Fail("PutObject", key(Body=b"hello", ACL="public-read"), 400, "AccessControlListNotSupported"),
    Fail("PutObject", key(Body=b"hello", IfNoneMatch="*"), 412, "PreconditionFailed",
         "At least one of the pre-conditions you specified did not hold"),
    Fail("PutObject", of(Key="k" * 1025, Body=b""), 400, "KeyTooLongError", "Your key is too long"),
    Fail("PutObject", key(Body=b"", Metadata={"a": "b" * 2048}), 400, "MetadataTooLarge"),
    Fail("PutObject", key(Body=b"", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=2000000000), 501,
         "NotImplemented", "A header you provided implies functionality that is not implemented"),
    Call("GetObject", key(ChecksumMode="ENABLED")),
    Call("GetObject", key(Range="bytes=1-2"), status=206),
    Fail("GetObject", key(Range="bytes=5-"), 416, "InvalidRange", "The requested range is not satisfiable"),
    Fail("GetObject", of(Key="absent"), 404, "NoSuchKey", "The specified key does not exist."),
    Fail("GetObject", key(IfNoneMatch='"5d41402abc4b2a76b9719d911017c592"'), 304, "304"),
    Call("HeadObject", key()),
    Fail("HeadObject", of(Key="absent"), 404, "404"),
    Call("GetObjectAcl", key()),
    Call("GetObjectAttributes", key(ObjectAttributes=["ETag", "Checksum", "ObjectSize", "StorageClass", "ObjectParts"])),
    Call("GetObjectTagging", key()),
    Call("PutObjectTagging", key(Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})),
    Fail("PutObjectTagging", key(Tagging={"TagSet": [{"Key": "a", "Value": "b"}] * 2}), 400, "InvalidTag",
         "Cannot provide multiple Tags with the same key"),
    Call("DeleteObjectTagging", key()),
    Call("CopyObject", of(Key="copy", CopySource={"Bucket": B, "Key": "k"})),
    Fail("CopyObject", key(CopySource={"Bucket": B, "Key": "k"}), 400, "InvalidRequest",
         "This copy request is illegal because it is trying to copy an object to itself"),
    Call("ListObjects", of(Delimiter="/", Prefix="", MaxKeys=1)),
    Call("ListObjectsV2", of(FetchOwner=True)),
    Fail("ListObjectsV2", of(MaxKeys=-1), 400, "InvalidArgument"),
    Call("CreateMultipartUpload", of(Key="large", ChecksumAlgorithm="SHA256"), save=keep("upload", "UploadId")),
    Call("UploadPart", upload(PartNumber=1, Body=PART, ChecksumAlgorithm="SHA256"), save=keep("one", "ETag")),
    Call("UploadPartCopy", upload(PartNumber=2, CopySource={"Bucket": B, "Key": "k"}),
         save=lambda c, a: c.update(two=a["CopyPartResult"]["ETag"])),
    Fail("UploadPart", upload(PartNumber=10001, Body=b""), 400, "InvalidArgument", "Part number must be an integer between"),
    Call("ListParts", upload(MaxParts=1)),
    Call("ListMultipartUploads", of()),
    Fail("CompleteMultipartUpload", upload(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": "x"}]}), 400, "InvalidPart"),
    Call("CompleteMultipartUpload", upload(MultipartUpload=lambda c: {"Parts": [
        {"PartNumber": 1, "ETag": c["one"]}, {"PartNumber": 2, "ETag": c["two"]}]})),
    Call("GetObjectAttributes", of(Key="large", ObjectAttributes=["ObjectParts", "Checksum"])),
    Call("HeadObject", of(Key="large", PartNumber=2), status=206),
    Fail("AbortMultipartUpload", upload(), 404, "NoSuchUpload"),
    Call("CreateMultipartUpload", of(Key="large"), save=keep("upload", "UploadId")),
    Call("AbortMultipartUpload", upload()),
    Fail("DeleteBucket", of(), 409, "BucketNotEmpty", "The bucket you tried to delete is not empty"),
    Call("PutBucketVersioning", of(VersioningConfiguration={"Status": "Enabled"})),
    Call("GetBucketVersioning", of()),
    Call("PutObject", key(Body=b"second"), save=keep("version", "VersionId")),
    Call("DeleteObject", key(), save=keep("marker", "VersionId")),
    Fail("GetObject", key(), 404, "NoSuchKey"),
    Fail("GetObject", lambda c: key(VersionId=c["marker"]), 405, "MethodNotAllowed"),
    Fail("GetObject", lambda c: key(VersionId="absent"), 404, "NoSuchVersion"),
    Call("ListObjectVersions", of()),
    Call("DeleteObjects", lambda c: of(Delete={"Objects": [
        {"Key": "k", "VersionId": c["version"]}, {"Key": "k", "VersionId": c["marker"]},
        {"Key": "k", "VersionId": "null"}, {"Key": "copy", "VersionId": "null"}, {"Key": "large", "VersionId": "null"}]})),
    Call("DeleteBucket", of()),
]
