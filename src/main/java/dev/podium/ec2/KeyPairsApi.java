package dev.podium.ec2;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.ec2.KeyPairs.KeyPair;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Key pairs.
final class KeyPairsApi implements Ec2Operations {
    private static final Filters FILTERS = Filters.of("""
            fingerprint keyFingerprint
            key-name keyName
            key-pair-id keyPairId
            """);

    private final KeyPairs keys;
    private final Clock clock;

    KeyPairsApi(KeyPairs keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    record CreateRequest(
            String keyName,
            @Nullable String keyType,
            @Nullable List<TagSpecification> tagSpecifications,
            @Nullable String keyFormat,
            @Nullable Boolean dryRun) {}

    record CreateResult(
            String keyPairId, @Nullable List<Tag> tags, String keyName, String keyFingerprint, String keyMaterial) {}

    record ImportRequest(
            @Nullable List<TagSpecification> tagSpecifications,
            @Nullable Boolean dryRun,
            String keyName,
            byte[] publicKeyMaterial) {}

    record ImportResult(
            String keyFingerprint,
            String keyName,
            String keyPairId,
            @Nullable List<Tag> tags) {}

    record DeleteRequest(
            @Nullable String keyName,
            @Nullable String keyPairId,
            @Nullable Boolean dryRun) {}

    record DeleteResult(
            @JsonProperty("return") boolean done, @Nullable String keyPairId) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.partial(
                "CreateKeyPair",
                "`KeyFormat` `ppk` is refused. Keys are stored and shown; nothing logs in to a pod by them.");
        service.operation("CreateKeyPair", CreateRequest.class, CreateResult.class, this::create)
                .operation("ImportKeyPair", ImportRequest.class, ImportResult.class, this::imported)
                .operation("DeleteKeyPair", DeleteRequest.class, DeleteResult.class, this::delete);
        Listing.of("DescribeKeyPairs", "keyPairs", FILTERS, scope -> keys.records())
                .ids(Resource.KEY_PAIR, "KeyPairIds")
                .names("KeyNames", (scope, name) -> keys.require(scope, name).keyPairId())
                .ignoring("IncludePublicKey")
                .as((request, pairs) -> {
                    if (!request.path("IncludePublicKey").asBoolean()) {
                        pairs.forEach(pair -> pair.remove("publicKey"));
                    }
                    return pairs;
                })
                .addTo(service);
    }

    private void check(Scope scope, String name) {
        if (name.isBlank() || name.length() > 255) {
            throw Ec2Error.invalid(name, "KeyName", "It must have between 1 and 255 characters.");
        }
        if (keys.find(scope, name).isPresent()) {
            throw Ec2Error.coded("InvalidKeyPair.Duplicate", "The keypair already exists");
        }
    }

    private CreateResult create(Call call, CreateRequest request) throws GeneralSecurityException {
        check(call.scope(), request.keyName());
        if ("ppk".equals(request.keyFormat())) {
            throw Ec2Error.unsupported("CreateKeyPair", "KeyFormat=ppk");
        }
        List<Tag> tags = TagSpecification.of(request.tagSpecifications(), Resource.KEY_PAIR);
        Ec2Error.dryRun(request.dryRun());
        SshKey key = SshKey.generate("ed25519".equals(request.keyType()));
        KeyPair pair = add(call.scope(), request.keyName(), key, tags);
        return new CreateResult(
                pair.keyPairId(),
                tags.isEmpty() ? null : tags,
                pair.keyName(),
                pair.keyFingerprint(),
                key.privatePem());
    }

    private KeyPair add(Scope scope, String name, SshKey key, List<Tag> tags) {
        KeyPair pair = new KeyPair(
                Resource.KEY_PAIR.newId(),
                name,
                key.fingerprint(),
                key.type(),
                key.publicLine() + " " + name,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        keys.records().add(scope, pair.keyPairId(), pair, tags);
        return pair;
    }

    private ImportResult imported(Call call, ImportRequest request) throws GeneralSecurityException {
        check(call.scope(), request.keyName());
        SshKey key = SshKey.parse(new String(request.publicKeyMaterial(), StandardCharsets.UTF_8))
                .orElseThrow(
                        () -> Ec2Error.coded("InvalidKey.Format", "Key is not in valid OpenSSH public key format"));
        List<Tag> tags = TagSpecification.of(request.tagSpecifications(), Resource.KEY_PAIR);
        Ec2Error.dryRun(request.dryRun());
        KeyPair pair = add(call.scope(), request.keyName(), key, tags);
        return new ImportResult(pair.keyFingerprint(), pair.keyName(), pair.keyPairId(), tags.isEmpty() ? null : tags);
    }

    /// A key pair that isn't there is deleted without an error, as AWS does; one that is named by no form of
    /// id isn't.
    private DeleteResult delete(Call call, DeleteRequest request) {
        Scope scope = call.scope();
        String id = request.keyPairId();
        String name = request.keyName();
        if (id == null && name == null) {
            throw Ec2Error.missing("KeyName");
        }
        Ec2Error.dryRun(request.dryRun());
        KeyPair pair = id != null
                ? keys.records().find(scope, Resource.KEY_PAIR.check(id)).orElse(null)
                : keys.find(scope, String.valueOf(name)).orElse(null);
        if (pair != null) {
            keys.records().remove(scope, pair.keyPairId());
        }
        return new DeleteResult(true, pair == null ? null : pair.keyPairId());
    }
}
