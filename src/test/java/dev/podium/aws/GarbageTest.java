package dev.podium.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Requests that no client sends: all get an answer that blames the client.
@NullMarked
final class GarbageTest {
    private static final List<String> BODIES = List.of(
            "{\"FunctionName\":\"f\",\"Role\":\"arn:aws:iam::123456789012:role/r\",\"Code\":{\"ZipFile\":\"AQID\"},"
                    + "\"Timeout\":3,\"Layers\":[\"a\"],\"Tags\":{\"k\":\"v\"},\"Environment\":{\"Variables\":{\"A\":\"b\"}}}",
            "Action=AddTags&Version=2015-12-01&ResourceArns.member.1=a&Tags.member.1.Key=k&Tags.member.1.Value=%20",
            "<Delete xmlns='u'><Object><Key>k</Key></Object><Quiet>true</Quiet></Delete>",
            "{\"QueueUrl\":\"u\",\"MessageBody\":\"b\",\"DelaySeconds\":3}",
            "[".repeat(2000),
            "{\"Code\":".repeat(2000),
            "<a>".repeat(2000));
    private static final List<String> PATHS = List.of(
            "/2015-03-31/functions",
            "/",
            "/b",
            "/b/k",
            "/2015-03-31/functions/x%2Fy/configuration",
            "//",
            "/2017-03-31/tags/%F0%9F",
            "/2015-03-31/functions///code");
    private static final List<String> QUERIES =
            List.of("", "delete", "MaxItems=x", "tagKeys=a&tagKeys=", "&&=", "X-Amz-Credential=a");
    private static final List<String> HEADERS = List.of(
            "Content-Type:application/x-www-form-urlencoded",
            "X-Amz-Target:AmazonSQS.SendMessage",
            "X-Amz-Target:.",
            "Authorization:AWS4-HMAC-SHA256 Credential=k/1/r/elasticloadbalancing/aws4_request, Signature=s",
            "Authorization:AWS4-HMAC-SHA256 Credential=k/1/r/lambda/aws4_request",
            "Authorization:AWS4-HMAC-SHA256 Credential=////",
            "Authorization:Bearer x",
            "Content-Encoding:gzip",
            "x-amz-content-sha256:STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "Expires:never");

    @Test
    void garbageIsTheClientsFault() throws Exception {
        List<ServiceApi> services = List.of(
                new ToyLambda().api(),
                ServiceApi.of("sqs").build(),
                ServiceApi.of("elbv2").build(),
                ServiceApi.of("ec2").build(),
                ServiceApi.of("s3").build());
        Dispatcher open = new Dispatcher(services, DispatcherSettings.defaults(), null);
        Dispatcher closed =
                new Dispatcher(services, DispatcherSettings.defaults().withAccessKeys(Map.of("k", "secret")), null);
        Random random = new Random(42);
        for (int i = 0; i < 5000; i++) {
            byte[] body = mutate(pick(BODIES, random).getBytes(StandardCharsets.UTF_8), random);
            Headers.Builder headers = Headers.builder();
            for (int n = random.nextInt(3); n > 0; n--) {
                String header = pick(HEADERS, random);
                headers.add(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1));
            }
            String method = pick(List.of("GET", "POST", "PUT", "DELETE", "HEAD", "BREW"), random);
            Request request = new Request(
                    method,
                    pick(PATHS, random),
                    pick(QUERIES, random),
                    headers.build(),
                    new ByteArrayInputStream(body),
                    body.length,
                    InetSocketAddress.createUnresolved("h", 1));
            Response response = (random.nextBoolean() ? open : closed).handle(request);
            assertThat(response.status())
                    .as("%s %s", i, request)
                    .isIn(200, 201, 204, 400, 401, 403, 404, 405, 413, 501);
        }
    }

    private static byte[] mutate(byte[] body, Random random) {
        byte[] mutated = body.clone();
        for (int n = random.nextInt(4); n > 0 && mutated.length > 0; n--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? java.util.Arrays.copyOf(mutated, random.nextInt(mutated.length + 1)) : mutated;
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
