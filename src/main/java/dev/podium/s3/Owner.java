package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.podium.aws.ChecksumAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/// Who owns a bucket, under a canonical id made from the account.
record Owner(@JsonProperty("ID") String id) {
    static Owner of(String account) {
        byte[] hash = Base64.getDecoder()
                .decode(ChecksumAlgorithm.SHA256.of(("podium " + account).getBytes(StandardCharsets.UTF_8)));
        return new Owner(HexFormat.of().formatHex(hash));
    }
}
