package dev.podium.s3;

import dev.podium.s3.S3Error.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A stretch of an object's bytes.
///
/// @param from first one
/// @param size how many
record ByteRange(long from, long size) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /// Reads a `Range` header. One that isn't a single range in bytes is ignored, as HTTP has it.
    ///
    /// @return null for the whole object
    /// @throws dev.podium.aws.AwsException InvalidRange when it lies behind the object's end
    static @Nullable ByteRange of(@Nullable String header, long objectSize) {
        Matcher parts = ONE.matcher(header == null ? "" : header);
        if (!parts.matches() || (parts.group(1).isEmpty() && parts.group(2).isEmpty())) {
            return null;
        }
        boolean suffix = parts.group(1).isEmpty();
        long last = parts.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(parts.group(2));
        long from = suffix ? Math.max(0, objectSize - last) : Long.parseLong(parts.group(1));
        long end = suffix ? objectSize : Math.min(objectSize, last == Long.MAX_VALUE ? objectSize : last + 1);
        if (!suffix && last < from) {
            return null;
        }
        if (from >= objectSize || (suffix && last == 0)) {
            throw S3Error.of(
                    Kind.INVALID_RANGE, "RangeRequested", String.valueOf(header), "ActualObjectSize", objectSize);
        }
        return new ByteRange(from, end - from);
    }

    /// Reads an `x-amz-copy-source-range` header, which has to lie within the object.
    ///
    /// @return the whole object for null
    /// @throws dev.podium.aws.AwsException InvalidArgument, or InvalidRange
    static ByteRange ofCopy(@Nullable String header, long objectSize) {
        if (header == null) {
            return new ByteRange(0, objectSize);
        }
        Matcher parts = ONE.matcher(header);
        if (!parts.matches() || parts.group(1).isEmpty() || parts.group(2).isEmpty()) {
            throw S3Error.argument(
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the"
                            + " zero-based offsets of the first and last bytes to copy",
                    "x-amz-copy-source-range",
                    header);
        }
        long from = Long.parseLong(parts.group(1));
        long last = Long.parseLong(parts.group(2));
        if (last < from || last >= objectSize) {
            throw S3Error.argument(
                    "Range specified is not valid for source object of size: " + objectSize,
                    "x-amz-copy-source-range",
                    header);
        }
        return new ByteRange(from, last - from + 1);
    }

    /// The `Content-Range` header.
    String shown(long objectSize) {
        return "bytes " + from + "-" + (from + size - 1) + "/" + objectSize;
    }
}
