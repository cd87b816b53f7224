package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.InstanceMetadataTagsState;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;

/// The metadata service, as processes of an instance see it.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's lists of consumers
final class InstanceMetadataTest {
    private static final Duration SOON = Duration.ofSeconds(100);

    /// Asks with the Python of the host, which the embedded cluster's instances share.
    private static final String SCRIPT = """
            #!/usr/bin/env python3
            import os, time, urllib.request, urllib.error
            base = os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"].rstrip("/") + "/latest/"
            def ask(path, method="GET", **headers):
                call = urllib.request.Request(base + path, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
                try:
                    with urllib.request.urlopen(call) as answer:
                        return answer.read().decode()
                except urllib.error.HTTPError as e:
                    return "status %d" % e.code
            print("without", ask("meta-data/instance-id"), flush=True)
            print("nottl", ask("api/token", "PUT"), flush=True)
            for ttl in ("0", "21601", "long"):
                print("ttl", ttl, ask("api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds=ttl), flush=True)
            print("got", ask("api/token", X_aws_ec2_metadata_token_ttl_seconds="60"), flush=True)
            print("forwarded", ask("api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds="60", X_Forwarded_For="10.0.0.1"), flush=True)
            # A second may be over before it is used on a busy machine.
            end, mac = time.time() + 60, ""
            while mac != "02:" and time.time() < end:
                short = ask("api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds="1")
                mac = ask("meta-data/mac", X_aws_ec2_metadata_token=short)[:3]
            print("short", mac, flush=True)
            while (late := ask("meta-data/mac", X_aws_ec2_metadata_token=short)) != "status 401" and time.time() < end:
                time.sleep(0.1)
            print("late", late, flush=True)
            token = ask("api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds="60")
            def get(path):
                return ask(path, X_aws_ec2_metadata_token=token)
            print("forged", ask("meta-data/instance-id", X_aws_ec2_metadata_token=token[:-4] + "AAAA"), flush=True)
            for path in ("meta-data/instance-id", "meta-data/ami-id", "meta-data/local-ipv4", "meta-data/security-groups",
                         "meta-data/placement/availability-zone", "meta-data/tags/instance/Name",
                         "meta-data/iam/security-credentials/", "meta-data/nothing"):
                print(path, get(path), flush=True)
            print("user-data", "#!/usr/bin/env python3" in get("user-data"), flush=True)
            print("credentials", get("meta-data/iam/security-credentials/worker").replace("\\n", ""), flush=True)
            print("document", get("dynamic/instance-identity/document").replace("\\n", ""), flush=True)
            print("done", flush=True)
            """;

    @Test
    void processesReadWhatTheyAre() throws Exception {
        try (Fixture fixture = Fixture.start(Map.of())) {
            String id = fixture.run(Fixture.request()
                            .userData(Fixture.base64(SCRIPT))
                            .iamInstanceProfile(p -> p.name("worker"))
                            .metadataOptions(m -> m.instanceMetadataTags(InstanceMetadataTagsState.ENABLED))
                            .tagSpecifications(t -> t.resourceType(ResourceType.INSTANCE)
                                    .tags(Tag.builder()
                                            .key("Name")
                                            .value("reader")
                                            .build())))
                    .getFirst();
            Eventually.within(SOON, () -> fixture.console(id).lines().anyMatch("done"::equals));
            String ip = fixture.running(id).privateIpAddress();
            assertThat(fixture.console(id).lines())
                    .contains(
                            "without status 401",
                            "nottl status 400",
                            "ttl 0 status 400",
                            "ttl 21601 status 400",
                            "ttl long status 400",
                            "got status 405",
                            "forwarded status 403",
                            "short 02:",
                            "late status 401",
                            "forged status 401",
                            "meta-data/instance-id " + id,
                            "meta-data/ami-id " + TestClients.AMI,
                            "meta-data/local-ipv4 " + ip,
                            "meta-data/security-groups default",
                            "meta-data/placement/availability-zone us-east-1a",
                            "meta-data/tags/instance/Name reader",
                            "meta-data/iam/security-credentials/ worker",
                            "meta-data/nothing status 404",
                            "user-data True");
            assertThat(fixture.console(id))
                    .contains("\"Code\" : \"Success\"")
                    .contains("\"AccessKeyId\" : \"000000000000\"")
                    .contains("\"instanceId\" : \"" + id + "\"");
        }
    }

    @Test
    void tokensAreNeededOnlyWhereTheyAreRequired() throws Exception {
        String script = """
                #!/usr/bin/env python3
                import os, urllib.request, urllib.error
                try:
                    url = os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "/latest/meta-data/instance-type"
                    print("answer", urllib.request.urlopen(url).read().decode(), flush=True)
                except urllib.error.HTTPError as e:
                    print("answer", e.code, flush=True)
                """;
        try (Fixture fixture = Fixture.start(Map.of())) {
            String open = fixture.run(Fixture.request()
                            .userData(Fixture.base64(script))
                            .metadataOptions(m -> m.httpTokens("optional")))
                    .getFirst();
            String closed = fixture.run(Fixture.request()
                            .userData(Fixture.base64(script))
                            .metadataOptions(m -> m.httpEndpoint("disabled")))
                    .getFirst();
            Eventually.within(SOON, () -> fixture.console(open).contains("answer t3.micro"));
            Eventually.within(SOON, () -> fixture.console(closed).contains("answer 403"));
        }
    }
}
