package dev.podium.ec2;

import dev.podium.aws.RoleCredentials;
import dev.podium.http.wire.VirtualHosts;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The instance metadata service, version 2, on the port for pods: each instance has a host name of its own, which
/// its `AWS_EC2_METADATA_SERVICE_ENDPOINT` names.
///
/// @see <a
/// href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html">IMDS</a>
final class InstanceMetadata {
    private static final String TTL = "X-aws-ec2-metadata-token-ttl-seconds";
    private static final String TOKEN = "X-aws-ec2-metadata-token";
    private static final int LONGEST_TTL = 21_600;
    private static final long ADDRESS_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long PAUSE_MILLIS = 20;

    private final Instances instances;
    private final Tags tags;
    private final VirtualHosts port;
    private final Clock clock;
    private final RoleCredentials roles;
    private final Reboots reboots = new Reboots();

    InstanceMetadata(Instances instances, Tags tags, VirtualHosts port, Ec2Settings settings) {
        this.instances = instances;
        this.tags = tags;
        this.port = port;
        this.clock = settings.clock();
        this.roles = settings.credentials();
    }

    /// Answers an instance's pod from now on.
    void serve(StoredInstance instance) {
        String key = instance.key();
        port.serve(instance.definition().token(), exchange -> handle(key, exchange));
    }

    /// Answers an instance's pod no more.
    void forget(StoredInstance instance) {
        port.forget(instance.definition().token());
    }

    /// What instances wait for at the same place.
    Reboots reboots() {
        return reboots;
    }

    private void handle(String key, WireExchange x) throws IOException, InterruptedException {
        if (x.rawPath().equals(Reboots.PATH)) {
            reboots.listen(key, x);
            return;
        }
        StoredInstance instance = addressed(key);
        if (instance == null) {
            refuse(x, 404);
        } else if (instance.definition().metadataOptions().httpEndpoint().equals("disabled")) {
            refuse(x, 403);
        } else if (x.rawPath().equals("/latest/api/token")) {
            newToken(instance, x);
        } else if (!x.method().equals("GET")) {
            refuse(x, 405);
        } else if (!authorized(instance, x)) {
            refuse(x, 401);
        } else {
            MetadataTree tree = MetadataTree.of(
                    instance, tags.of(instance.scope(), instance.id()), groups(instance), clock.instant(), roles);
            MetadataTree.Found found = tree.find(x.rawPath());
            if (found == null) {
                refuse(x, 404);
            } else {
                x.respond(200, WireHeaders.of("Content-Type", found.type()), found.content());
            }
        }
    }

    /// The instance once its address is known: its processes may ask before Kubernetes has said what it is.
    private @Nullable StoredInstance addressed(String key) throws InterruptedException {
        long end = System.nanoTime() + ADDRESS_NANOS;
        while (true) {
            StoredInstance instance = instances.byKey(key).orElse(null);
            if (instance == null
                    || instance.life().ip() != null
                    || instance.state() != InstanceState.PENDING
                    || System.nanoTime() > end) {
                return instance;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private List<String> groups(StoredInstance instance) {
        return instance.definition().groups().stream()
                .flatMap(id -> instances.networks().groups(instance.scope()).find(instance.scope(), id).stream())
                .map(SecurityGroup::groupName)
                .toList();
    }

    private void newToken(StoredInstance instance, WireExchange x) throws IOException {
        int seconds = seconds(x.headers().first(TTL));
        if (!x.method().equals("PUT")) {
            refuse(x, 405);
        } else if (x.headers().first("X-Forwarded-For") != null) {
            refuse(x, 403);
        } else if (seconds == 0) {
            refuse(x, 400);
        } else {
            byte[] token = SessionToken.issue(instance.definition().token(), clock.millis() + seconds * 1000L);
            WireHeaders headers = WireHeaders.of("Content-Type", "text/plain", TTL, String.valueOf(seconds));
            x.respond(200, headers, token);
        }
    }

    /// @return 0 when it is none that AWS takes
    private static int seconds(@Nullable String ttl) {
        try {
            int seconds = ttl == null ? 0 : Integer.parseInt(ttl.strip());
            return seconds < 1 || seconds > LONGEST_TTL ? 0 : seconds;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private boolean authorized(StoredInstance instance, WireExchange x) {
        String token = x.headers().first(TOKEN);
        if (token == null) {
            return instance.definition().metadataOptions().httpTokens().equals("optional");
        }
        return SessionToken.isValid(token, instance.definition().token(), clock.millis());
    }

    private static void refuse(WireExchange x, int status) throws IOException {
        x.respond(status, WireHeaders.of("Content-Type", "text/plain"), new byte[0]);
    }
}
