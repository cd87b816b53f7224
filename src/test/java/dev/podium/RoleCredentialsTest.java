package dev.podium;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/// What functions, tasks and instances sign with is accepted where every call must be signed, and says who they are.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's generic varargs
final class RoleCredentialsTest {
    /// The account's number as somebody's access key id: another secret than that of what runs in the account.
    @RegisterExtension
    static final TestServer SERVER =
            TestServer.with(Map.of("PODIUM_ACCESS_KEYS", "000000000000:of-the-account,AKIDEXAMPLE:right"));

    private static final AwsCredentials OWN = AwsBasicCredentials.create("000000000000", "of-the-account");
    private static final Duration SOON = Duration.ofMinutes(1);

    /// Puts the JSON at an address into a file.
    private static final String FETCH = """
            import json, os, urllib.request
            def get(url, **headers):
                request = urllib.request.Request(url, headers={k.replace('_', '-'): v for k, v in headers.items()})
                request.method = 'PUT' if url.endswith('/token') else 'GET'
                return urllib.request.urlopen(request).read().decode()
            def put(text):
                with open('@FILE@.new', 'w') as file:
                    file.write(text)
                os.rename('@FILE@.new', '@FILE@')
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void functionIsWhoItsRoleSays() throws Exception {
        try (LambdaClient lambda = client(LambdaClient.builder(), OWN)) {
            lambda.createFunction(b -> b.functionName("signer")
                    .runtime("python3.12")
                    .handler("app.handler")
                    .role("arn:aws:iam::000000000000:role/path/of-functions")
                    .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python("""
                            import os
                            def handler(event, context):
                                e = os.environ
                                return {'AccessKeyId': e['AWS_ACCESS_KEY_ID'], 'Token': e['AWS_SESSION_TOKEN'],
                                        'SecretAccessKey': e['AWS_SECRET_ACCESS_KEY']}
                            """)))));
            AwsSessionCredentials given = credentials(
                    lambda.invoke(b -> b.functionName("signer")).payload().asUtf8String());
            assertThat(given.accessKeyId()).isEqualTo("000000000000");
            assertThat(arn(given)).isEqualTo("arn:aws:sts::000000000000:assumed-role/of-functions/signer");
            try (LambdaClient as = client(LambdaClient.builder(), given)) {
                assertThat(as.getFunction(b -> b.functionName("signer"))
                                .configuration()
                                .functionArn())
                        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:signer");
            }
            refused(AwsSessionCredentials.create("000000000000", "podium", given.sessionToken()));
            refused(AwsBasicCredentials.create("000000000000", given.secretAccessKey()));
            refused(AwsBasicCredentials.create("000000000000", "podium"));
        }
    }

    @Test
    void taskIsWhoItsRoleSays() throws Exception {
        Path file = folder.resolve("task");
        String script = fetch(file) + """
                put(get(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
                        Authorization=os.environ['AWS_CONTAINER_AUTHORIZATION_TOKEN']))
                """;
        try (EcsClient ecs = client(EcsClient.builder(), OWN)) {
            ecs.createCluster(b -> b.clusterName("default"));
            ecs.registerTaskDefinition(b -> b.family("signer")
                    .taskRoleArn("arn:aws:iam::000000000000:role/of-tasks")
                    .containerDefinitions(c -> c.name("main")
                            .image("local")
                            .memory(128)
                            .entryPoint("python3", "-c")
                            .command(script)));
            String id = ecs.runTask(b -> b.taskDefinition("signer"))
                    .tasks()
                    .getFirst()
                    .taskArn()
                    .replaceFirst(".*/", "");
            assertThat(arn(written(file))).isEqualTo("arn:aws:sts::000000000000:assumed-role/of-tasks/" + id);
        }
    }

    @Test
    void instanceIsWhoItsRoleSays() throws Exception {
        Path file = folder.resolve("instance");
        String script = "#!/usr/bin/env python3\n" + fetch(file) + """
                base = os.environ['AWS_EC2_METADATA_SERVICE_ENDPOINT'].rstrip('/') + '/latest/'
                token = get(base + 'api/token', X_aws_ec2_metadata_token_ttl_seconds='60')
                put(get(base + 'meta-data/iam/security-credentials/of-instances', X_aws_ec2_metadata_token=token))
                """;
        try (Ec2Client ec2 = client(Ec2Client.builder(), OWN)) {
            String id = ec2.runInstances(b -> b.imageId("ami-0a1b2c3d4e5f60001")
                            .minCount(1)
                            .maxCount(1)
                            .iamInstanceProfile(p -> p.name("of-instances"))
                            .userData(Base64.getEncoder().encodeToString(script.getBytes(UTF_8))))
                    .instances()
                    .getFirst()
                    .instanceId();
            assertThat(arn(written(file))).isEqualTo("arn:aws:sts::000000000000:assumed-role/of-instances/" + id);
            ec2.terminateInstances(b -> b.instanceIds(List.of(id)));
        }
    }

    private static String fetch(Path file) {
        return FETCH.replace("@FILE@", file.toString());
    }

    private static AwsSessionCredentials written(Path file) throws Exception {
        Eventually.within(SOON, () -> Files.exists(file));
        return credentials(Files.readString(file));
    }

    private static AwsSessionCredentials credentials(String text) throws Exception {
        JsonNode json = Json.MAPPER.readTree(text);
        return AwsSessionCredentials.create(
                json.path("AccessKeyId").asText(),
                json.path("SecretAccessKey").asText(),
                json.path("Token").asText());
    }

    private static String arn(AwsCredentials credentials) {
        try (StsClient sts = client(StsClient.builder(), credentials)) {
            return sts.getCallerIdentity().arn();
        }
    }

    private static void refused(AwsCredentials credentials) {
        assertThatThrownBy(() -> arn(credentials))
                .isInstanceOfSatisfying(
                        StsException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("SignatureDoesNotMatch"));
    }

    private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
            B builder, AwsCredentials credentials) {
        return TestServer.aimed(builder, SERVER.endpoint(), Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build();
    }
}
