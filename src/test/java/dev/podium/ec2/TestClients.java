package dev.podium.ec2;

import dev.podium.TestServer;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.waiters.Ec2Waiter;

/// Clients of EC2 for tests.
@NullMarked
final class TestClients {
    /// The catalogue's image that is always there.
    static final String AMI = Images.AMAZON_LINUX;

    private TestClients() {}

    static Ec2Client ec2(TestServer server) {
        return ec2(server, Region.US_EAST_1);
    }

    static Ec2Client ec2(TestServer server, Region region) {
        return Ec2Client.builder()
                .endpointOverride(server.endpoint())
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(UrlConnectionHttpClient.builder()
                        .socketTimeout(Duration.ofMinutes(2))
                        .build())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    /// The SDK's waiters, asking often.
    static Ec2Waiter waiter(Ec2Client client) {
        return Ec2Waiter.builder()
                .client(client)
                .overrideConfiguration(WaiterOverrideConfiguration.builder()
                        .maxAttempts(6000)
                        .waitTimeout(Duration.ofMinutes(2))
                        .backoffStrategyV2(BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(20)))
                        .build())
                .build();
    }
}
