package dev.podium.s3;

import java.nio.charset.StandardCharsets;

/// Rows of objects in a table: the bucket's id, a slash, and the key so that rows are ordered as S3 orders
/// keys, by
/// their bytes in UTF-8. No character of a key is NUL, which separates what may follow.
final class RowKeys {
    /// Behind every key that begins alike.
    static final String LAST = "\uffff";

    private RowKeys() {}

    static String row(Bucket bucket, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        StringBuilder row =
                new StringBuilder(bytes.length + 20).append(bucket.id()).append('/');
        for (byte b : bytes) {
            row.append((char) ((b & 0xFF) + 1));
        }
        return row.toString();
    }

    /// The key of a row.
    static String key(String row) {
        int start = row.indexOf('/') + 1;
        int nul = row.indexOf('\0', start);
        int end = nul < 0 ? row.length() : nul;
        byte[] bytes = new byte[end - start];
        for (int i = start; i < end; i++) {
            bytes[i - start] = (byte) (row.charAt(i) - 1);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
