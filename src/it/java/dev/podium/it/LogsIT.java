package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Zips;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.PackageType;

/// Which invocation the lines of a container in a real pod are counted to.
final class LogsIT extends ServerTests {
    private static final String TALKER = """
            import sys
            def handler(event, context):
                word = event['word']
                print('first of ' + word)
                for i in range(event['lines']):
                    print(word, i)
                sys.stdout.write('last of ' + word)
            """;

    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();


    LogsIT() {
        super(CLUSTER, Map.of());
    }

    @BeforeEach
    void create() {
        lambda.create("talker", b -> b.runtime("python3.11")
                .handler("app.handler")
                .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(TALKER)))));
    }

    /// Each writes at its very beginning and at its very end, and the next one begins at once.
    @Test
    void tailHoldsTheLinesOfThatVeryInvocation() {
        for (int i = 0; i < 40; i++) {
            if (i % 2 == 1) {
                String event = "{\"word\": \"untold\", \"lines\": 50}";
                lambda.client().invoke(b -> b.functionName("talker").payload(SdkBytes.fromUtf8String(event)));
            }
            LambdaCalls.Answer answer = lambda.invoke("talker", "{\"word\": \"word-" + i + "\", \"lines\": 2}");
            assertThat(answer.error()).isNull();
            String id = answer.response().responseMetadata().requestId();
            String word = "word-" + i;
            assertThat(answer.log().lines().map(line -> line.startsWith("REPORT ") ? "REPORT" : line))
                    .as("call " + i)
                    .containsExactly(
                            "START RequestId: " + id + " Version: $LATEST",
                            "first of " + word,
                            word + " 0",
                            word + " 1",
                            "last of " + word,
                            "END RequestId: " + id,
                            "REPORT");
        }
    }

    /// Nothing of Podium runs in an image's container: such a call waits until the lines of the one before have their
    /// times.
    @Test
    void tailOfAnImageFunctionHoldsTheLinesOfThatVeryInvocation() {
        lambda.create("image", b -> b.packageType(PackageType.IMAGE).code(c -> c.imageUri("registry.local/own-image:1")));
        assertThat(lambda.invoke("image", "{}").error()).isNull();
        for (int i = 0; i < 20; i++) {
            String event = "{\"untold\": " + i + "}";
            lambda.client().invoke(b -> b.functionName("image").payload(SdkBytes.fromUtf8String(event)));
            LambdaCalls.Answer answer = lambda.invoke("image", "{\"told\": " + i + "}");
            String id = answer.response().responseMetadata().requestId();
            assertThat(answer.log().lines().map(line -> line.startsWith("REPORT ") ? "REPORT" : line))
                    .as("call " + i)
                    .containsExactly(
                            "START RequestId: " + id + " Version: $LATEST",
                            "python handles {\"told\": " + i + "}",
                            "END RequestId: " + id,
                            "REPORT");
        }
    }

    /// What a pod's container wrote before belongs to invocations of before.
    @Test
    void restartedServerDoesNotTellThePodsLogAgain() throws Exception {
        lambda.invoke("talker", "{\"word\": \"before\", \"lines\": 1}");
        server.kill();
        server.startAgain();
        LambdaCalls.Answer answer = lambda.invoke("talker", "{\"word\": \"after\", \"lines\": 1}");
        assertThat(answer.log()).contains("first of after", "last of after").doesNotContain("before");
    }
}
