package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;
import static dev.podium.lambda.api.SettingsRules.tooLarge;

import dev.podium.aws.Scope;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.Digests;
import dev.podium.lambda.FunctionCode;
import dev.podium.lambda.runtime.CodeArchive;
import dev.podium.lambda.runtime.InvalidCode;
import dev.podium.store.Blob;
import dev.podium.store.BlobTooLarge;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Takes in code: checks an archive whole before it is stored, and keeps it under its SHA-256.
///
/// @param stored where archives in S3 come from
public record CodeUploads(CodeBlobs blobs, LambdaLimits limits, StoredCode stored) {
    /// A registry with an optional port, path segments, and a tag or a digest, not both.
    private static final Pattern IMAGE = Pattern.compile("[a-zA-Z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._-]+)*"
            + "(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}|@sha256:(?<digest>[0-9a-f]{64}))?");

    /// Stores the code of a new function, or finds what is wrong with it. The caller holds it until a function
    /// has it.
    FunctionCode create(Scope caller, boolean image, Requests.FunctionCodeInput code)
            throws IOException, InterruptedException {
        return store(caller, image, code, "creating");
    }

    /// Stores another code of a function.
    FunctionCode update(Scope caller, boolean image, Requests.FunctionCodeInput code)
            throws IOException, InterruptedException {
        return store(caller, image, code, "updating");
    }

    private FunctionCode store(Scope caller, boolean image, Requests.FunctionCodeInput code, String doing)
            throws IOException, InterruptedException {
        if (code.sourceKmsKeyArn() != null) {
            throw invalid("SourceKMSKeyArn is not supported by Podium: leave it out.");
        }
        String imageUri = code.imageUri();
        if (image && (imageUri == null || imageUri.isBlank())) {
            throw invalid("Please provide ImageUri when " + doing + " a function with packageType Image.");
        }
        boolean inS3 = code.s3Bucket() != null || code.s3Key() != null || code.s3ObjectVersion() != null;
        if (inS3 && code.zipFile() != null) {
            throw invalid("Please do not provide other FunctionCode parameters when providing a ZipFile.");
        }
        if (image && (code.zipFile() != null || inS3)) {
            throw invalid("Please don't provide ZipFile when " + doing + " a function with packageType Image.");
        }
        if (!image && imageUri != null) {
            throw invalid("Please don't provide ImageUri when " + doing + " a function with packageType Zip.");
        }
        if (imageUri != null) {
            return image(imageUri);
        }
        byte[] zip = code.zipFile();
        if (zip != null) {
            return store(zip);
        }
        String bucket = code.s3Bucket();
        String key = code.s3Key();
        if (bucket == null || key == null) {
            throw invalid("Please provide a source for function code.");
        }
        return store(caller, bucket, key, code.s3ObjectVersion());
    }

    /// An archive in S3 may be as large as what it unpacks to.
    private FunctionCode store(Scope caller, String bucket, String key, @Nullable String version)
            throws IOException, InterruptedException {
        long most = limits.code().maxUnzippedBytes();
        try {
            Optional<Blob> blob = Optional.empty();
            while (blob.isEmpty()) {
                try (InputStream in = stored.open(caller, bucket, key, version)) {
                    blob = blobs.put(in, most);
                }
            }
            return check(blob.get());
        } catch (StoredCode.Refused e) {
            throw invalid(e.shown());
        } catch (BlobTooLarge e) {
            throw invalid("Unzipped size must be smaller than " + most + " bytes");
        }
    }

    /// An image that is named by its digest has that as CodeSha256. What a tag means only the registry knows,
    /// and nobody asks it before a pod does.
    private static FunctionCode image(String imageUri) {
        Matcher parts = IMAGE.matcher(imageUri);
        if (!parts.matches()) {
            throw invalid("Source image " + imageUri + " is not valid. Provide a valid source image.");
        }
        String digest = parts.group("digest");
        return new FunctionCode(digest == null ? Digests.sha256Hex(imageUri) : digest, 0, 0, 0, imageUri);
    }

    private FunctionCode store(byte[] zip) throws IOException {
        if (zip.length > limits.zippedBytes()) {
            throw tooLarge("Zipped size must be smaller than " + limits.zippedBytes() + " bytes");
        }
        if (zip.length == 0) {
            throw invalid("Uploaded file must be a non-empty zip");
        }
        return check(blobs.put(zip));
    }

    /// Looks into a stored archive; a bad one goes again.
    private FunctionCode check(Blob blob) throws IOException {
        boolean good = false;
        try {
            CodeArchive.Checked checked = CodeArchive.check(blobs.path(blob.sha256Hex()), limits.code());
            good = true;
            return new FunctionCode(blob.sha256Hex(), blob.size(), checked.entries(), checked.unzippedBytes(), null);
        } catch (InvalidCode e) {
            throw invalid(
                    switch (e.reason()) {
                        case InvalidCode.Reason.Corrupt corrupt ->
                            "Could not unzip uploaded file. Please check your file, then try to upload again.";
                        case InvalidCode.Reason.Empty empty -> "Uploaded file must be a non-empty zip";
                        case InvalidCode.Reason.TooLarge large ->
                            "Unzipped size must be smaller than " + large.maxUnzippedBytes() + " bytes";
                        case InvalidCode.Reason.Bomb bomb ->
                            "Unzipped size must be smaller than "
                                    + limits.code().maxUnzippedBytes() + " bytes";
                        default ->
                            "Could not unzip uploaded file. Please check your file, then try to upload again. ("
                                    + e.reason().message() + ")";
                    });
        } finally {
            if (!good) {
                blobs.release(blob.sha256Hex());
            }
        }
    }
}
