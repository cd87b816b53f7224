package dev.podium.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Zips;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/// The AWS SDK for Java against one server, and the few calls that every test makes.
final class LambdaCalls implements AutoCloseable {
    /// Any role that passes AWS's check.
    static final String ROLE = "arn:aws:iam::000000000000:role/it";

    private final LambdaClient client;

    LambdaCalls(URI endpoint) {
        this.client = LambdaClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(UrlConnectionHttpClient.builder()
                        .socketTimeout(Duration.ofMinutes(3))
                        .build())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    LambdaClient client() {
        return client;
    }

    /// Creates a function and waits until it is active.
    void create(String name, Consumer<CreateFunctionRequest.Builder> settings) {
        CreateFunctionRequest.Builder request = CreateFunctionRequest.builder()
                .functionName(name)
                .role(ROLE)
                .timeout(20)
                .memorySize(256);
        settings.accept(request);
        client.createFunction(request.build());
        try {
            client.waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        } catch (SdkClientException e) {
            throw new AssertionError(
                    client.getFunctionConfiguration(b -> b.functionName(name)).stateReason(), e);
        }
    }

    /// Creates the Python function of `src/it/functions`.
    void createPython(String name, Consumer<CreateFunctionRequest.Builder> more) {
        create(name, b -> {
            b.runtime("python3.11").handler("app.handler").code(c -> c.zipFile(archive("python", "app.py")));
            more.accept(b);
        });
    }

    /// An archive of one file of `src/it/functions`.
    static SdkBytes archive(String language, String file) {
        try {
            String source = Files.readString(Path.of("src/it/functions", language, file));
            return SdkBytes.fromByteArray(Zips.of(Map.of(file, source)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An answer as a test looks at it.
    record Answer(JsonNode payload, @Nullable String error, String log, InvokeResponse response) {
        String text(String member) {
            return payload.path(member).asText();
        }
    }

    /// Invokes a function and asks for the tail of its log.
    Answer invoke(String name, String payload) {
        InvokeResponse response = client.invoke(
                b -> b.functionName(name).payload(SdkBytes.fromUtf8String(payload)).logType(LogType.TAIL));
        String log = response.logResult() == null ? "" : response.logResult();
        try {
            return new Answer(
                    Json.MAPPER.readTree(response.payload().asByteArray()),
                    response.functionError(),
                    new String(Base64.getDecoder().decode(log), StandardCharsets.UTF_8),
                    response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
