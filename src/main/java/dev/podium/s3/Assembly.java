package dev.podium.s3;

import dev.podium.aws.ChecksumAlgorithm;
import dev.podium.s3.Checksums.Sum;
import dev.podium.s3.ObjectVersion.Piece;
import dev.podium.s3.S3Error.Kind;
import dev.podium.s3.UploadShapes.CompleteUploadRequest;
import dev.podium.s3.UploadShapes.CompletedPart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The object that an upload becomes, of the parts that its client lists.
record Assembly(
        StoredUpload upload,
        List<StoredPart> parts,
        @Nullable Sum sum,
        @Nullable String sumType) {
    private static final long SMALLEST = 5L << 20;
    private static final int MOST = 10_000;

    /// Checks the list of parts, and what the client says about the whole.
    ///
    /// @throws dev.podium.aws.AwsException when they don't fit what was uploaded
    static Assembly of(Uploads uploads, StoredUpload upload, CompleteUploadRequest request) {
        List<CompletedPart> listed =
                request.multipartUpload() == null || request.multipartUpload().parts() == null
                        ? List.of()
                        : request.multipartUpload().parts();
        if (listed.isEmpty() || listed.size() > MOST) {
            throw S3Error.of(Kind.MALFORMED_XML);
        }
        Map<Integer, StoredPart> uploaded = new HashMap<>();
        uploads.parts(upload, 0, Integer.MAX_VALUE).forEach(part -> uploaded.put(part.number(), part));
        List<StoredPart> parts = new ArrayList<>(listed.size());
        int before = 0;
        for (CompletedPart part : listed) {
            if (part.partNumber() == null) {
                throw S3Error.of(Kind.MALFORMED_XML);
            }
            if (part.partNumber() <= before) {
                throw S3Error.of(Kind.INVALID_PART_ORDER, "UploadId", upload.id());
            }
            before = part.partNumber();
            parts.add(found(uploaded.get(before), part, upload));
        }
        for (StoredPart part : parts.subList(0, parts.size() - 1)) {
            if (part.piece().size() < SMALLEST) {
                throw S3Error.of(
                        Kind.ENTITY_TOO_SMALL,
                        "ETag",
                        part.eTag(),
                        "MinSizeAllowed",
                        SMALLEST,
                        "PartNumber",
                        part.number(),
                        "ProposedSize",
                        part.piece().size());
            }
        }
        Assembly made = summed(upload, parts);
        made.verify(request);
        return made;
    }

    private static StoredPart found(@Nullable StoredPart part, CompletedPart listed, StoredUpload upload) {
        String tag = listed.eTag() == null ? "" : listed.eTag().replace("\"", "");
        Sum sum = listed.checksums().sent();
        if (part == null
                || !tag.equals(part.eTag())
                || (sum != null && !sum.equals(part.piece().sum()))) {
            throw S3Error.of(
                    Kind.INVALID_PART,
                    "UploadId",
                    upload.id(),
                    "PartNumber",
                    String.valueOf(listed.partNumber()),
                    "ETag",
                    tag);
        }
        return part;
    }

    private static Assembly summed(StoredUpload upload, List<StoredPart> parts) {
        ChecksumAlgorithm algorithm = upload.algorithm();
        if (algorithm != null && "COMPOSITE".equals(upload.sumType())) {
            ChecksumAlgorithm.Running all = algorithm.start();
            for (StoredPart part : parts) {
                byte[] value = value(part);
                all.update(value, 0, value.length);
            }
            Sum sum = new Sum(algorithm, Arrival.base64(all.value()) + "-" + parts.size());
            return new Assembly(upload, parts, sum, upload.sumType());
        }
        ChecksumAlgorithm common =
                java.util.Objects.requireNonNull(parts.getFirst().piece().sum()).algorithm();
        boolean combines = common.combines()
                && parts.stream()
                        .allMatch(part ->
                                java.util.Objects.requireNonNull(part.piece().sum())
                                                .algorithm()
                                        == common);
        if (!combines) {
            // Nobody asked for one, and the parts came with different ones.
            return new Assembly(upload, parts, null, null);
        }
        byte[] sum = value(parts.getFirst());
        for (StoredPart part : parts.subList(1, parts.size())) {
            sum = common.combine(sum, value(part), part.piece().size());
        }
        return new Assembly(upload, parts, new Sum(common, Arrival.base64(sum)), "FULL_OBJECT");
    }

    private static byte[] value(StoredPart part) {
        return Base64.getDecoder()
                .decode(java.util.Objects.requireNonNull(part.piece().sum()).value());
    }

    private void verify(CompleteUploadRequest request) {
        long size = size();
        if (request.mpuObjectSize() != null && request.mpuObjectSize() != size) {
            throw S3Error.request("The provided 'x-amz-mp-object-size' header value " + request.mpuObjectSize()
                    + " does not match what was computed: " + size);
        }
        String type = request.checksumType();
        if (type != null && upload.sumType() != null && !type.equals(upload.sumType())) {
            throw S3Error.request("The upload was created using the " + upload.sumType()
                    + " checksum mode. The complete request must use the same checksum mode.");
        }
        Sum sent = request.checksums().sent();
        if (sent != null && sum != null && sent.algorithm() == sum.algorithm()) {
            boolean same = sent.value().equals(sum.value())
                    || sent.value().equals(sum.value().replaceFirst("-\\d+$", ""));
            if (!same) {
                throw Arrival.mismatch(sent.algorithm());
            }
        }
    }

    private long size() {
        return parts.stream().mapToLong(part -> part.piece().size()).sum();
    }

    /// The object, not put yet.
    ObjectVersion version(Instant now) {
        ChecksumAlgorithm.Running digest = ChecksumAlgorithm.MD5.start();
        for (StoredPart part : parts) {
            byte[] tag = HexFormat.of().parseHex(part.eTag());
            digest.update(tag, 0, tag.length);
        }
        String eTag = HexFormat.of().formatHex(digest.value()) + "-" + parts.size();
        boolean shown = upload.algorithm() != null;
        return new ObjectVersion(
                ObjectVersion.NULL,
                now,
                size(),
                eTag,
                sum,
                sumType,
                upload.headers(),
                upload.tags(),
                parts.stream()
                        .map(part -> shown
                                ? part.piece()
                                : new Piece(part.piece().file(), part.piece().size(), null))
                        .toList());
    }
}
