package dev.podium.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Checksums of bodies, and the signatures of their chunks.
@NullMarked
final class ChecksumsTest {
    @Test
    void crc64IsThatOfTheCatalogue() {
        byte[] sum = Base64.getDecoder().decode(ChecksumAlgorithm.CRC64NVME.of("123456789".getBytes(UTF_8)));
        assertThat(HexFormat.of().formatHex(sum)).isEqualTo("ae8b14860a799888");
    }

    @ParameterizedTest
    @EnumSource(names = {"CRC32", "CRC32C", "CRC64NVME"})
    void checksumOfAWholeFollowsFromItsParts(ChecksumAlgorithm algorithm) {
        byte[] whole = new byte[100_003];
        new Random(1).nextBytes(whole);
        for (int cut : new int[] {0, 1, 50_000, 100_002, 100_003}) {
            byte[] first = value(algorithm, Arrays.copyOf(whole, cut));
            byte[] then = value(algorithm, Arrays.copyOfRange(whole, cut, whole.length));
            assertThat(algorithm.combine(first, then, whole.length - cut)).isEqualTo(value(algorithm, whole));
        }
    }

    private static byte[] value(ChecksumAlgorithm algorithm, byte[] bytes) {
        return Base64.getDecoder().decode(algorithm.of(bytes));
    }

    /// The example of AWS's documentation.
    @Test
    void signaturesOfChunksAreVerified() throws IOException {
        String body = "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
                + "a".repeat(65536)
                + "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
                + "a".repeat(1024)
                + "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
        assertThat(read(body)).hasSize(66560);
        assertThatThrownBy(() -> read(body.replaceFirst("aaaa", "aaab")))
                .hasMessageContaining("request signature we calculated does not match");
    }

    private static byte[] read(String body) throws IOException {
        Credential credential = new Credential("AKIAIOSFODNN7EXAMPLE", "20130524", "us-east-1", "s3", "", "", false);
        ChunkSignatures signatures = new ChunkSignatures(
                SigV4.key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", credential),
                "20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n",
                "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
        return new AwsChunked(new ByteArrayInputStream(body.getBytes(UTF_8)), signatures).readAllBytes();
    }
}
