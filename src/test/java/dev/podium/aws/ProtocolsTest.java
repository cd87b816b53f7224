package dev.podium.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What each protocol looks like on the wire; `ProtocolsIT` holds the same against botocore for every shape.
@NullMarked
final class ProtocolsTest {
    private static final String ID = "11111111-2222-4333-8444-555555555555";

    private record NotFound(String code) implements AwsError {
        @Override
        public int status() {
            return 400;
        }

        @Override
        public String message() {
            return "no <such> thing";
        }

        @Override
        public Map<String, Object> members() {
            return Map.of("Detail", "x");
        }
    }

    private static Front front(String service) {
        return Front.load(ServiceApi.of(service).build());
    }

    private static Inbound inbound(String method, String target, Headers headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        int mark = target.indexOf('?');
        return new Inbound(new Request(
                method,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                headers,
                new ByteArrayInputStream(bytes),
                bytes.length,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
    }

    private static ObjectNode read(String service, Inbound in) throws Exception {
        Front front = front(service);
        Front.Routed routed = front.route(in);
        return front.protocol()
                .read(
                        routed.operation(),
                        Objects.requireNonNull(routed.operation().input()),
                        in,
                        routed.labels(),
                        1 << 20);
    }

    private static Response write(String service, String operation, @Nullable String json) throws Exception {
        Front front = front(service);
        ModelOperation modelled =
                Objects.requireNonNull(ModelReader.read(service).operations().get(operation));
        return front.protocol()
                .write(modelled, json == null ? null : (ObjectNode) Json.MAPPER.readTree(json.replace('\'', '"')), ID);
    }

    private static String text(Response response) {
        return response.body() instanceof Body.Bytes(byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : "";
    }

    private static Inbound form(String body) {
        return inbound("POST", "/", Headers.of("Content-Type", "application/x-www-form-urlencoded"), body);
    }

    @Test
    void json10() throws Exception {
        Inbound in = inbound(
                "POST",
                "/",
                Headers.of("X-Amz-Target", "AmazonSQS.SendMessage"),
                "{\"QueueUrl\":\"u\",\"MessageBody\":\"b\",\"MessageAttributes\":{\"a\":{\"DataType\":\"Binary\",\"BinaryValue\":\"AQI=\"}}}");
        assertThat(read("sqs", in))
                .isEqualTo(Json.MAPPER
                        .createObjectNode()
                        .put("QueueUrl", "u")
                        .put("MessageBody", "b")
                        .set(
                                "MessageAttributes",
                                Json.object()
                                        .set(
                                                "a",
                                                Json.object()
                                                        .put("DataType", "Binary")
                                                        .put("BinaryValue", new byte[] {1, 2}))));
        Response response = write("sqs", "CreateQueue", "{'queueUrl':'u'}");
        assertThat(text(response)).isEqualTo("{\"QueueUrl\":\"u\"}");
        assertThat(response.headers().first("Content-Type")).isEqualTo("application/x-amz-json-1.0");
        assertThat(response.headers().first("x-amzn-RequestId")).isEqualTo(ID);
        assertThat(text(front("sqs").protocol().error(new NotFound("QueueDoesNotExist"), ID)))
                .isEqualTo("{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"no <such> thing\","
                        + "\"Detail\":\"x\"}");
        assertThat(front("sqs")
                        .protocol()
                        .error(new NotFound("QueueDoesNotExist"), ID)
                        .headers()
                        .first("x-amzn-query-error"))
                .isEqualTo("AWS.SimpleQueueService.NonExistentQueue;Sender");
    }

    @Test
    void jsonServiceThatSpokeQueryStillDoes() throws Exception {
        Front front = front("sqs");
        Inbound in = form("Action=SendMessage&Version=2012-11-05&QueueUrl=u&MessageBody=b&MessageAttribute.1.Name=a"
                + "&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=AQI%3D");
        Front.Routed routed = front.route(in);
        ObjectNode tree = routed.protocol()
                .read(
                        routed.operation(),
                        Objects.requireNonNull(routed.operation().input()),
                        in,
                        Map.of(),
                        1 << 20);
        assertThat(tree.path("MessageAttributes").path("a").path("BinaryValue").binaryValue())
                .containsExactly(1, 2);
        Front.Routed receive = front.route(form("Action=ReceiveMessage&Version=2012-11-05&QueueUrl=u"));
        assertThat(text(receive.protocol()
                        .write(
                                receive.operation(),
                                (ObjectNode) Json.MAPPER.readTree(
                                        "{\"messages\":[{\"body\":\"b\",\"attributes\":{\"SenderId\":\"s\"}}]}"),
                                ID)))
                .contains("<ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
                        + "<ReceiveMessageResult><Message><Body>b</Body><Attribute><Name>SenderId</Name>"
                        + "<Value>s</Value></Attribute></Message></ReceiveMessageResult>");
        assertThat(text(front.protocol(in).error(new NotFound("QueueDoesNotExist"), ID)))
                .contains("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>");
    }

    @Test
    void json11HasTimesAsNumbersAndAnswersFaultsWith400() throws Exception {
        Response response = write("ecs", "DescribeTasks", "{'tasks':[{'createdAt':'2026-01-02T03:04:05.678Z'}]}");
        assertThat(text(response)).isEqualTo("{\"tasks\":[{\"createdAt\":1767323045.678}]}");
        Response error = front("ecs").protocol().error(new Fault(Fault.Kind.UNKNOWN_KEY, "m"), ID);
        assertThat(error.status()).isEqualTo(400);
        assertThat(text(error)).isEqualTo("{\"__type\":\"UnrecognizedClientException\",\"message\":\"m\"}");
    }

    @Test
    void queryReadsMembersAndWritesAnEnvelope() throws Exception {
        ObjectNode tree = read(
                "elbv2",
                form("Action=AddTags&Version=2015-12-01&ResourceArns.member.2=b&ResourceArns.member.1=a"
                        + "&ResourceArns.member.10=j&Tags.member.1.Key=k&Tags.member.1.Value=v%20w"));
        assertThat(tree.toString())
                .isEqualTo("{\"ResourceArns\":[\"a\",\"b\",\"j\"],\"Tags\":[{\"Key\":\"k\",\"Value\":\"v w\"}]}");
        assertThat(text(write(
                        "elbv2", "DescribeTargetGroups", "{'targetGroups':[{'targetGroupName':'a&b','port':80}]}")))
                .isEqualTo("""
                        <?xml version="1.0" encoding="UTF-8"?>
                        <DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">\
                        <DescribeTargetGroupsResult><TargetGroups><member><TargetGroupName>a&amp;b</TargetGroupName>\
                        <Port>80</Port></member></TargetGroups></DescribeTargetGroupsResult><ResponseMetadata><RequestId>\
                        11111111-2222-4333-8444-555555555555</RequestId></ResponseMetadata></DescribeTargetGroupsResponse>""");
        assertThat(text(front("elbv2").protocol().error(new NotFound("TargetGroupNotFoundException"), ID)))
                .isEqualTo("""
                        <?xml version="1.0" encoding="UTF-8"?>
                        <ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error>\
                        <Type>Sender</Type><Code>TargetGroupNotFound</Code><Message>no &lt;such&gt; thing</Message>\
                        <Detail>x</Detail></Error><RequestId>11111111-2222-4333-8444-555555555555</RequestId>\
                        </ErrorResponse>""");
    }

    @Test
    void indexesMayBeHugeOrSenseless() throws Exception {
        ObjectNode tree = read(
                "elbv2",
                form("Action=AddTags&Version=2015-12-01&ResourceArns.member.2147483647=a&ResourceArns.member.x=b"
                        + "&ResourceArns.member.99999999999=c&ResourceArns.other.1=d"));
        assertThat(tree.toString()).isEqualTo("{\"ResourceArns\":[\"a\"]}");
        assertThatThrownBy(() -> read("elbv2", form("Action=AddTags&Version=2015-12-01&a" + ".b".repeat(200) + "=1")))
                .isInstanceOf(AwsException.class);
    }

    @Test
    void ec2HasADialectOfItsOwn() throws Exception {
        ObjectNode tree = read(
                "ec2",
                form("Action=RunInstances&Version=2016-11-15&ImageId=i&MinCount=1&MaxCount=2&SecurityGroupId.1=sg"
                        + "&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=k"
                        + "&TagSpecification.1.Tag.1.Value=v&DryRun=false"));
        assertThat(tree).isEqualTo(Json.MAPPER.readTree("""
                                {"ImageId":"i","MinCount":1,"MaxCount":2,"SecurityGroupIds":["sg"],"TagSpecifications":
                                [{"ResourceType":"instance","Tags":[{"Key":"k","Value":"v"}]}],"DryRun":false}"""));
        assertThat(
                        text(
                                write(
                                        "ec2",
                                        "TerminateInstances",
                                        "{'terminatingInstances':[{'instanceId':'i','currentState':{'code':32,'name':'shutting-down'}}]}")))
                .isEqualTo("""
                        <?xml version="1.0" encoding="UTF-8"?>
                        <TerminateInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15"><requestId>\
                        11111111-2222-4333-8444-555555555555</requestId><instancesSet><item><instanceId>i</instanceId>\
                        <currentState><code>32</code><name>shutting-down</name></currentState></item></instancesSet>\
                        </TerminateInstancesResponse>""");
        assertThat(text(write("ec2", "CreateTags", null))).contains("<return>true</return>");
        assertThat(text(front("ec2").protocol().error(new NotFound("InvalidInstanceID.NotFound"), ID)))
                .isEqualTo("""
                        <?xml version="1.0" encoding="UTF-8"?>
                        <Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>no &lt;such&gt; thing\
                        </Message><Detail>x</Detail></Error></Errors><RequestID>11111111-2222-4333-8444-555555555555\
                        </RequestID></Response>""");
    }

    @Test
    void restXmlBindsPathQueryHeadersAndPayload() throws Exception {
        ObjectNode tree = read(
                "s3",
                inbound(
                        "PUT",
                        "/my-bucket/a%2Fb/c%20d",
                        Headers.of(
                                "x-amz-meta-Colour",
                                "blue",
                                "If-Match",
                                "e",
                                "Content-MD5",
                                "SzpiGLs+OnMD6KFxpg/Pkg=="),
                        "bytes"));
        assertThat(tree.toString())
                .contains("\"Bucket\":\"my-bucket\"", "\"Key\":\"a/b/c d\"", "\"Metadata\":{\"colour\":\"blue\"}");
        assertThat(tree.path("Body").binaryValue())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("bytes");
        ObjectNode delete = read(
                "s3",
                inbound(
                        "POST",
                        "/b?delete",
                        Headers.empty(),
                        "<Delete xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Object><Key>k</Key></Object>"
                                + "<Object><Key>l</Key></Object><Quiet>true</Quiet></Delete>"));
        assertThat(delete.path("Delete").toString())
                .isEqualTo("{\"Objects\":[{\"Key\":\"k\"},{\"Key\":\"l\"}],\"Quiet\":true}");
        Response listed = write(
                "s3", "ListObjectsV2", "{'name':'b','contents':[{'key':'k','lastModified':'2026-01-02T03:04:05Z'}]}");
        assertThat(text(listed))
                .endsWith("><Name>b</Name><Contents><Key>k</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>"
                        + "</Contents></ListBucketResult>");
        Response error = front("s3").protocol().error(new Fault(Fault.Kind.WRONG_SIGNATURE, "m"), ID);
        assertThat(error.headers().first("x-amz-request-id")).isEqualTo(ID);
        assertThat(text(error))
                .endsWith("<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><RequestId>" + ID
                        + "</RequestId><HostId>" + error.headers().first("x-amz-id-2") + "</HostId></Error>");
    }

    @Test
    void malformedXmlIsNamedAsS3DoesIt() {
        Inbound in = inbound("POST", "/b?delete", Headers.empty(), "<Delete><Object></Delete>");
        assertThatThrownBy(() -> read("s3", in)).hasMessageContaining("not well-formed");
    }

    @Test
    void coverageListsEveryOperationOfTheModel() {
        Coverage coverage = new ToyLambda().api().coverage();
        assertThat(coverage.service()).isEqualTo("Lambda");
        assertThat(coverage.operations()).hasSize(85);
        assertThat(coverage.count(Coverage.State.FULL)).isEqualTo(5);
        assertThat(coverage.operations())
                .contains(
                        new Coverage.Item("Invoke", Coverage.State.FULL, ""),
                        new Coverage.Item("AddPermission", Coverage.State.ABSENT, ""));
    }

    @Test
    void handlerWithoutModelledOperationIsRefused() {
        ServiceApi api = ServiceApi.of("lambda")
                .raw("Incantate", (call, labels) -> Response.of(204))
                .build();
        assertThatThrownBy(() -> Front.load(api)).hasMessageContaining("lambda has no operation Incantate");
    }

    @Test
    void recordsAreHeldAgainstTheModel() {
        ModelRecords.verify(new ToyLambda().api());
        assertThat(ModelRecords.ignored(new ToyLambda().api()))
                .contains("CreateFunction.VpcConfig")
                .doesNotContain("CreateFunction.Timeout");
        record Wrong(
                String functionName,
                int timeout,
                String memorySize,
                @Nullable List<Integer> layers,
                String colour) {}
        ServiceApi wrong = ServiceApi.of("lambda")
                .operation("UpdateFunctionConfiguration", Wrong.class, (call, input) -> null)
                .build();
        assertThatThrownBy(() -> ModelRecords.verify(wrong))
                .hasMessageContaining("timeout: absent would read as 0")
                .hasMessageContaining("memorySize: may be absent")
                .hasMessageContaining("memorySize: java.lang.String does not fit shape MemorySize")
                .hasMessageContaining("layers[]: java.lang.Integer does not fit shape LayerVersionArn")
                .hasMessageContaining("colour: shape UpdateFunctionConfigurationRequest has no such member");
    }
}
