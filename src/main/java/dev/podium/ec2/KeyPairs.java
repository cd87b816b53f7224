package dev.podium.ec2;

import dev.podium.aws.Scope;
import dev.podium.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Key pairs: their public halves. Nothing logs in to a pod by them.
final class KeyPairs {
    private final Records<KeyPair> records;

    KeyPairs(Store store, Tags tags) {
        records = new Records<>(store, "ec2-key-pairs", KeyPair.class, Resource.KEY_PAIR, tags, true, pair -> pair);
    }

    /// A key pair, as the API shows it.
    record KeyPair(
            String keyPairId,
            String keyName,
            String keyFingerprint,
            String keyType,
            String publicKey,
            Instant createTime) {}

    Records<KeyPair> records() {
        return records;
    }

    /// The key pair of a name, if there is one.
    Optional<KeyPair> find(Scope scope, String name) {
        return records.all(scope).stream()
                .filter(pair -> pair.keyName().equals(name))
                .findFirst();
    }

    /// The key pair of a name.
    ///
    /// @throws dev.podium.aws.AwsException InvalidKeyPair.NotFound
    KeyPair require(Scope scope, String name) {
        return find(scope, name).orElseThrow(() -> Resource.KEY_PAIR.notFound(List.of(name)));
    }
}
