package dev.podium.s3;

import dev.podium.aws.AwsException;
import dev.podium.codec.Form;
import dev.podium.s3.S3Error.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tags as clients give them.
final class Tags {
    private static final int OF_OBJECT = 10;
    private static final int OF_BUCKET = 50;
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 256;

    private Tags() {}

    /// A tag on the wire.
    record Tag(String key, String value) {}

    /// An object's tags of an `x-amz-tagging` header.
    static Map<String, String> ofHeader(@Nullable String header) {
        Map<String, String> tags = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, List<String>> entry :
                    Form.parse(header).entries().entrySet()) {
                if (entry.getValue().size() > 1) {
                    throw duplicate();
                }
                tags.put(entry.getKey(), entry.getValue().getFirst());
            }
        } catch (IllegalArgumentException e) {
            throw S3Error.argument(
                    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without"
                            + " tag name duplicates.",
                    "x-amz-tagging",
                    header);
        }
        return checked(tags, OF_OBJECT, "Object");
    }

    /// An object's tags.
    static Map<String, String> ofObject(List<Tag> set) {
        return checked(map(set), OF_OBJECT, "Object");
    }

    /// A bucket's tags.
    static Map<String, String> ofBucket(List<Tag> set) {
        return checked(map(set), OF_BUCKET, "Bucket");
    }

    static List<Tag> set(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                .toList();
    }

    private static Map<String, String> map(List<Tag> set) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Tag tag : set) {
            if (tags.put(tag.key(), tag.value()) != null) {
                throw duplicate();
            }
        }
        return tags;
    }

    private static Map<String, String> checked(Map<String, String> tags, int most, String what) {
        if (tags.size() > most) {
            throw S3Error.with(Kind.BAD_REQUEST, what + " tags cannot be greater than " + most);
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > LONGEST_KEY || key.startsWith("aws:")) {
                throw S3Error.of(Kind.INVALID_TAG, "TagKey", key);
            }
            if (value.length() > LONGEST_VALUE) {
                throw S3Error.with(
                        Kind.INVALID_TAG,
                        "The TagValue you have provided is invalid",
                        "TagKey",
                        key,
                        "TagValue",
                        value);
            }
        });
        return tags;
    }

    private static AwsException duplicate() {
        return S3Error.with(Kind.INVALID_TAG, "Cannot provide multiple Tags with the same key");
    }
}
