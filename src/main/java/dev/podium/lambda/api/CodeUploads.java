package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;
import static dev.podium.lambda.api.SettingsRules.tooLarge;

import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.Digests;
import dev.podium.lambda.FunctionCode;
import dev.podium.lambda.runtime.CodeArchive;
import dev.podium.lambda.runtime.InvalidCode;
import dev.podium.store.Blob;
import java.io.IOException;

/// Takes in code: checks an archive whole before it is stored, and keeps it under its SHA-256.
final class CodeUploads {
    private final CodeBlobs blobs;
    private final LambdaLimits limits;

    CodeUploads(CodeBlobs blobs, LambdaLimits limits) {
        this.blobs = blobs;
        this.limits = limits;
    }

    /// Stores what a request brings, or finds what is wrong with it. The caller holds the code until a
    /// function has it.
    FunctionCode store(boolean image, Requests.FunctionCodeInput code) throws IOException {
        if (code.s3Bucket() != null || code.s3Key() != null) {
            throw invalid("Code in S3 is not supported by Podium: give it as ZipFile or ImageUri.");
        }
        if (code.sourceKmsKeyArn() != null) {
            throw invalid("SourceKMSKeyArn is not supported by Podium: leave it out.");
        }
        String imageUri = code.imageUri();
        if (image) {
            if (imageUri == null || imageUri.isBlank()) {
                throw invalid("Please provide ImageUri when using packageType Image.");
            }
            if (imageUri.chars().anyMatch(Character::isWhitespace)) {
                throw invalid("Source image " + imageUri + " is not valid. Provide a valid source image.");
            }
            return new FunctionCode(Digests.sha256Hex(imageUri), 0, 0, 0, imageUri);
        }
        byte[] zip = code.zipFile();
        if (imageUri != null) {
            throw invalid("Please do not provide ImageUri when using packageType Zip.");
        }
        if (zip == null) {
            throw invalid("Please provide a source for function code.");
        }
        return store(zip);
    }

    private FunctionCode store(byte[] zip) throws IOException {
        if (zip.length > limits.zippedBytes()) {
            throw tooLarge("Zipped size must be smaller than " + limits.zippedBytes() + " bytes");
        }
        if (zip.length == 0) {
            throw invalid("Uploaded file must be a non-empty zip");
        }
        Blob blob = blobs.put(zip);
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
