package dev.podium.aws;

import dev.podium.codec.Form;
import dev.podium.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Credentials that STS gives out for a while.
///
/// Nothing of them is stored, so there is no bound to their number and a restart doesn't end them: the
/// session token
/// says whose they are and until when, authenticated with the server's own secret, and the secret access key
/// is derived from the access key id by that secret too.
public final class TemporaryCredentials {
    private static final String HEADER = "X-Amz-Security-Token";
    private static final String PREFIX = "PodiumSession";
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int MAC_BYTES = 32;
    private static final int FACTS = 5;

    private final byte[] secret;
    private final Clock clock;

    /// @param secret of this server, the same after every restart
    public TemporaryCredentials(byte[] secret, Clock clock) {
        this.secret = secret.clone();
        this.clock = clock;
    }

    /// What the caller of STS gets.
    public record Issued(String accessKeyId, String secretAccessKey, String sessionToken, Instant expiration) {
        /// Without the secrets.
        @Override
        public String toString() {
            return "Issued[" + accessKeyId + "]";
        }
    }

    /// Who somebody with such credentials is.
    ///
    /// @param userId as GetCallerIdentity shows it
    /// @param arn    of the assumed role, or of the account's root
    public record Session(String accessKeyId, String account, String userId, String arn, Instant expiration) {}

    /// An id in the style of AWS's, such as `AROA…`: the prefix and 17 or more random letters and digits.
    public static String uniqueId(String prefix, int length) {
        byte[] random = new byte[length];
        Random.SOURCE.nextBytes(random);
        StringBuilder id = new StringBuilder(prefix);
        for (byte b : random) {
            id.append(LETTERS.charAt(b & 31));
        }
        return id.toString();
    }

    /// The id of a role that nobody made, always the same.
    public static String derivedId(String role) {
        String digits = UUID.nameUUIDFromBytes(role.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        return "AROA"
                + digits.substring(0, 17)
                        .toUpperCase(Locale.ROOT)
                        .replace('0', 'X')
                        .replace('1', 'Y');
    }

    /// Makes credentials for somebody.
    public Issued issue(String account, String userId, String arn, Duration life) {
        return issue(uniqueId("ASIA", 16), account, userId, arn, life);
    }

    /// Makes credentials for what runs under a role.
    ///
    /// @param key     their access key id
    /// @param role    its ARN
    /// @param roleId  its unique id
    /// @param session what runs under it
    Issued assumed(String key, String account, String role, String roleId, String session, Duration life) {
        String name = role.substring(role.lastIndexOf('/') + 1);
        String arn = "arn:aws:sts::" + account + ":assumed-role/" + name + "/" + session;
        return issue(key, account, roleId + ":" + session, arn, life);
    }

    private Issued issue(String key, String account, String userId, String arn, Duration life) {
        Instant expiration = clock.instant().plus(life).truncatedTo(ChronoUnit.SECONDS);
        byte[] facts = String.join("\n", key, account, userId, arn, Long.toString(expiration.getEpochSecond()))
                .getBytes(StandardCharsets.UTF_8);
        byte[] token = Arrays.copyOf(facts, facts.length + MAC_BYTES);
        System.arraycopy(mac("token", facts), 0, token, facts.length, MAC_BYTES);
        return new Issued(key, secretOf(key), PREFIX + Base64.getUrlEncoder().encodeToString(token), expiration);
    }

    /// The session that a request's token proves; nothing when it has none, or one that isn't of this server.
    ///
    /// @param accessKeyId that signed the request
    /// @throws AwsException when the session is over
    public Optional<Session> find(Request request, @Nullable String accessKeyId) {
        String token = request.headers().first(HEADER);
        String query = request.rawQuery();
        if (token == null && query != null && query.contains(HEADER)) {
            token = Form.parse(query).first(HEADER);
        }
        if (token == null || !token.startsWith(PREFIX) || accessKeyId == null) {
            return Optional.empty();
        }
        Session session = read(token.substring(PREFIX.length()));
        if (session == null || !session.accessKeyId.equals(accessKeyId)) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(session.expiration)) {
            throw Fault.of(Fault.Kind.EXPIRED_TOKEN, "The security token included in the request is expired");
        }
        return Optional.of(session);
    }

    /// The secret access key of an access key id that was issued here.
    String secretOf(String accessKeyId) {
        byte[] derived = mac("key", accessKeyId.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(Arrays.copyOf(derived, 30));
    }

    private @Nullable Session read(String text) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (token.length <= MAC_BYTES) {
            return null;
        }
        byte[] facts = Arrays.copyOf(token, token.length - MAC_BYTES);
        byte[] mac = Arrays.copyOfRange(token, facts.length, token.length);
        if (!MessageDigest.isEqual(mac, mac("token", facts))) {
            return null;
        }
        List<String> told = List.of(new String(facts, StandardCharsets.UTF_8).split("\n", -1));
        return told.size() != FACTS
                ? null
                : new Session(
                        told.get(0),
                        told.get(1),
                        told.get(2),
                        told.get(3),
                        Instant.ofEpochSecond(Long.parseLong(told.get(4))));
    }

    /// @param purpose keeps what is derived for one thing apart from what is derived for another
    private byte[] mac(String purpose, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(("sts-" + purpose + "\0").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Loads the random source on first use.
    private static final class Random {
        private static final SecureRandom SOURCE = new SecureRandom();
    }
}
