"""S3 as boto3's transfers, presigned links and the aws CLIs use it, which are named; endpoint and keys from the environment.
Ends with an exception on the first thing that isn't as it should be."""
import filecmp
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

BUCKET = "clients"
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def transfers(s3, folder):
    large = folder / "large"
    large.write_bytes(os.urandom((20 << 20) + 11))
    config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=8)
    s3.upload_file(str(large), BUCKET, "a/large", ExtraArgs={"Metadata": {"a": "b"}}, Config=config)
    head = s3.head_object(Bucket=BUCKET, Key="a/large", ChecksumMode="ENABLED")
    assert head["ETag"].endswith('-5"') and head["Metadata"] == {"a": "b"} and "ChecksumCRC32" in head, head
    s3.download_file(BUCKET, "a/large", str(folder / "back"), Config=config)
    assert filecmp.cmp(large, folder / "back", shallow=False)
    s3.copy({"Bucket": BUCKET, "Key": "a/large"}, BUCKET, "a/copy", Config=config)
    assert s3.get_object(Bucket=BUCKET, Key="a/copy")["Body"].read() == large.read_bytes()
    for algorithm in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"):
        if algorithm in ("CRC32C", "CRC64NVME") and not has_crt():
            continue
        s3.put_object(Bucket=BUCKET, Key="sum", Body=b"x" * 100_000, ChecksumAlgorithm=algorithm)
        assert s3.get_object(Bucket=BUCKET, Key="sum", ChecksumMode="ENABLED")["Body"].read() == b"x" * 100_000


def has_crt():
    try:
        import awscrt  # noqa: F401
        return True
    except ImportError:
        return False


def listings(s3):
    names = ["%s/%02d" % (folder, number) for folder in "ab cd".split() for number in range(30)] + ["x y", "ü&<>"]
    for name in names:
        s3.put_object(Bucket=BUCKET, Key="list/" + name, Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="list/", PaginationConfig={"PageSize": 7})
    assert [item["Key"] for page in pages for item in page["Contents"]] == sorted(
        ("list/" + name for name in names), key=str.encode)
    page = s3.list_objects_v2(Bucket=BUCKET, Prefix="list/", Delimiter="/")
    assert [found["Prefix"] for found in page["CommonPrefixes"]] == ["list/ab/", "list/cd/"], page
    gone = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "list/" + name} for name in names]})
    assert len(gone["Deleted"]) == len(names)


def presigned(s3):
    keys = dict(region_name="us-east-1")
    for version in ("s3", "s3v4"):
        signer = boto3.client("s3", config=Config(signature_version=version), **keys)
        put = signer.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "a b/ü"})
        urllib.request.urlopen(urllib.request.Request(put, data=b"linked", method="PUT", headers={"Content-Type": ""}))
        get = signer.generate_presigned_url("get_object", Params={
            "Bucket": BUCKET, "Key": "a b/ü", "ResponseContentType": "x/y"})
        with urllib.request.urlopen(get) as answer:
            assert answer.read() == b"linked" and answer.headers["Content-Type"] == "x/y"
        run("curl", "-sSf", "-X", "PUT", "-H", "Content-Type:", "--data-binary", "by curl", put)
        assert run("curl", "-sSf", get) == "by curl"
        late = signer.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "a b/ü"}, ExpiresIn=-1)
        try:
            urllib.request.urlopen(late)
            raise AssertionError("an old link holds")
        except urllib.error.HTTPError as e:
            assert e.code == 403, e.code
        wrong = get.replace("x-y", "x").replace("x%2Fy", "x%2Fz")
        assert wrong != get
        try:
            urllib.request.urlopen(wrong)
            raise AssertionError("a changed link holds")
        except urllib.error.HTTPError as e:
            assert e.code == 403, e.code


def versions(s3):
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    ids = [s3.put_object(Bucket=BUCKET, Key="v", Body=b"%d" % i)["VersionId"] for i in range(3)]
    assert s3.get_object(Bucket=BUCKET, Key="v", VersionId=ids[0])["Body"].read() == b"0"
    s3.delete_object(Bucket=BUCKET, Key="v")
    try:
        s3.get_object(Bucket=BUCKET, Key="v")
        raise AssertionError("it is deleted")
    except ClientError as e:
        assert e.response["Error"]["Code"] == "NoSuchKey", e
    boto3.resource("s3").Bucket(BUCKET).object_versions.delete()


def cli(command, folder):
    def aws(*arguments):
        # Older ones don't know the variable.
        return run(command, "--endpoint-url", ENDPOINT, *arguments)

    source, back = folder / "sync", folder / "synced"
    (source / "d").mkdir(parents=True)
    (source / "a.txt").write_text("a")
    (source / "d" / "b c+ä.txt").write_text("b")
    (source / "large").write_bytes(os.urandom(17 << 20))
    for file in ("a.txt", "d/b c+ä.txt", "large"):
        # Sync takes a file for changed that is younger than its object, whose time is one of whole seconds.
        os.utime(source / file, (time.time() - 60,) * 2)
    aws("s3", "mb", "s3://by-cli")
    assert "by-cli" in aws("s3", "ls")
    aws("s3", "sync", "--only-show-errors", str(source), "s3://by-cli/sync")
    listed = aws("s3", "ls", "--recursive", "s3://by-cli/")
    assert "sync/d/b c+ä.txt" in listed and str(17 << 20) in listed, listed
    assert aws("s3", "sync", str(source), "s3://by-cli/sync") == "", "nothing has changed"
    aws("s3", "sync", "--only-show-errors", "s3://by-cli/sync", str(back))
    assert not filecmp.dircmp(source, back).diff_files and (back / "d" / "b c+ä.txt").read_text() == "b"
    assert aws("s3", "cp", "s3://by-cli/sync/a.txt", "-") == "a"
    aws("s3", "cp", "--only-show-errors", "s3://by-cli/sync/large", "s3://by-cli/copy")
    aws("s3", "mv", "--only-show-errors", "s3://by-cli/copy", "s3://by-cli/moved")
    aws("s3", "rm", "--only-show-errors", "s3://by-cli/moved")
    link = aws("s3", "presign", "s3://by-cli/sync/a.txt").strip()
    assert urllib.request.urlopen(link).read() == b"a"
    aws("s3", "rb", "--force", "s3://by-cli")
    assert "by-cli" not in aws("s3", "ls")


def main():
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        transfers(s3, folder)
        listings(s3)
        presigned(s3)
        versions(s3)
        for number, command in enumerate(sys.argv[1:]):
            cli(command, folder / str(number))
    s3.delete_bucket(Bucket=BUCKET)
    print("all done")


if __name__ == "__main__":
    main()
