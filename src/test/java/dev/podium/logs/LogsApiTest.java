package dev.podium.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.io.DataInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// CloudWatch Logs' operations, over the wire.
@NullMarked
final class LogsApiTest {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_ALLOW_RESET", "true"));

    @AutoClose
    private static LogsClient logs;

    @BeforeAll
    static void start() throws Exception {
        logs = new LogsClient(server.endpoint());
    }

    /// A new group with one stream called `s`.
    private static String group() throws Exception {
        String name = "g-" + UUID.randomUUID();
        logs.call("CreateLogGroup", "{'logGroupName':'" + name + "'}");
        logs.call("CreateLogStream", "{'logGroupName':'" + name + "','logStreamName':'s'}");
        return name;
    }

    private static JsonNode put(String group, String stream, long first, String... messages) throws Exception {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < messages.length; i++) {
            events.append(i == 0 ? "" : ",")
                    .append("{\"timestamp\":")
                    .append(first + i)
                    .append(",\"message\":");
            events.append(Json.MAPPER.writeValueAsString(messages[i])).append('}');
        }
        LogsClient.Answer answer = logs.send(
                "PutLogEvents",
                "{\"logGroupName\":\"" + group + "\",\"logStreamName\":\"" + stream + "\",\"logEvents\":[" + events
                        + "]}");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void groupsAreShownAsAwsShowsThem() throws Exception {
        String name = "/aws/shown-" + UUID.randomUUID();
        logs.call("CreateLogGroup", "{'logGroupName':'" + name + "','tags':{'a':'b'}}");
        JsonNode group = logs.call("DescribeLogGroups", "{'logGroupNamePrefix':'" + name + "'}")
                .path("logGroups")
                .get(0);
        List<String> members = new ArrayList<>();
        group.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactlyInAnyOrder(
                        "logGroupName",
                        "creationTime",
                        "metricFilterCount",
                        "arn",
                        "storedBytes",
                        "logGroupClass",
                        "logGroupArn");
        String arn = "arn:aws:logs:us-east-1:000000000000:log-group:" + name;
        assertThat(group.path("arn").asText()).isEqualTo(arn + ":*");
        assertThat(group.path("logGroupArn").asText()).isEqualTo(arn);
        assertThat(group.path("logGroupClass").asText()).isEqualTo("STANDARD");
        logs.call("PutRetentionPolicy", "{'logGroupName':'" + name + "','retentionInDays':14}");
        assertThat(logs.call("DescribeLogGroups", "{'logGroupNamePattern':'" + name.substring(3) + "'}")
                        .path("logGroups")
                        .get(0)
                        .path("retentionInDays")
                        .asInt())
                .isEqualTo(14);
        logs.call("TagResource", "{'resourceArn':'" + arn + "','tags':{'c':'d'}}");
        assertThat(logs.call("ListTagsForResource", "{'resourceArn':'" + arn + "'}")
                        .toString())
                .isEqualTo("{\"tags\":{\"a\":\"b\",\"c\":\"d\"}}");
        logs.call("DeleteLogGroup", "{'logGroupName':'" + name + "'}");
        assertThat(logs.call("DescribeLogGroups", "{'logGroupNamePrefix':'" + name + "'}")
                        .path("logGroups"))
                .isEmpty();
    }

    @Test
    void groupsComeInPages() throws Exception {
        String prefix = "pages-" + UUID.randomUUID();
        for (int i = 0; i < 5; i++) {
            logs.call("CreateLogGroup", "{'logGroupName':'" + prefix + i + "'}");
        }
        List<String> names = new ArrayList<>();
        String token = "";
        do {
            JsonNode page =
                    logs.call("DescribeLogGroups", "{'limit':2,'logGroupNamePrefix':'" + prefix + "'" + token + "}");
            assertThat(page.path("logGroups")).hasSizeLessThanOrEqualTo(2);
            page.path("logGroups").forEach(g -> names.add(g.path("logGroupName").asText()));
            token = page.has("nextToken")
                    ? ",'nextToken':'" + page.path("nextToken").asText() + "'"
                    : "";
        } while (!token.isEmpty());
        assertThat(names).containsExactly(prefix + 0, prefix + 1, prefix + 2, prefix + 3, prefix + 4);
    }

    @Test
    void errorsAreAwsOwn() throws Exception {
        String group = group();
        assertThat(error("CreateLogGroup", "{'logGroupName':'" + group + "'}"))
                .isEqualTo("400 ResourceAlreadyExistsException: The specified log group already exists");
        assertThat(error("CreateLogStream", "{'logGroupName':'" + group + "','logStreamName':'s'}"))
                .isEqualTo("400 ResourceAlreadyExistsException: The specified log stream already exists");
        String none = "400 ResourceNotFoundException: The specified log group does not exist.";
        assertThat(error("DeleteLogGroup", "{'logGroupName':'nowhere'}")).isEqualTo(none);
        assertThat(error("FilterLogEvents", "{'logGroupName':'nowhere'}")).isEqualTo(none);
        assertThat(error("StartLiveTail", "{'logGroupIdentifiers':['nowhere']}"))
                .isEqualTo(none);
        assertThat(error("GetLogEvents", "{'logGroupName':'" + group + "','logStreamName':'nowhere'}"))
                .isEqualTo("400 ResourceNotFoundException: The specified log stream does not exist.");
        assertThat(error("CreateLogGroup", "{'logGroupName':'with space'}"))
                .startsWith("400 InvalidParameterException: 1 validation error detected: Value 'with space' at"
                        + " 'logGroupName' failed to satisfy constraint");
        assertThat(error("PutRetentionPolicy", "{'logGroupName':'" + group + "','retentionInDays':2}"))
                .startsWith("400 InvalidParameterException: ");
        assertThat(error("FilterLogEvents", "{'logGroupName':'" + group + "','filterPattern':'{ $.a ='}"))
                .startsWith("400 InvalidParameterException: Invalid filter pattern");
    }

    private static String error(String operation, String json) throws Exception {
        return logs.send(operation, json.replace('\'', '"')).error();
    }

    @Test
    void eventsAreReadForwardsAndBackwards() throws Exception {
        String group = group();
        long now = System.currentTimeMillis();
        put(group, "s", now, "1", "2", "3", "4", "5");
        String stream = "{'logGroupName':'" + group + "','logStreamName':'s','limit':2";
        JsonNode last = logs.call("GetLogEvents", stream + "}");
        assertThat(LogsClient.texts(last.path("events"))).containsExactly("4", "5");
        JsonNode before = logs.call(
                "GetLogEvents",
                stream + ",'nextToken':'" + last.path("nextBackwardToken").asText() + "'}");
        assertThat(LogsClient.texts(before.path("events"))).containsExactly("2", "3");
        JsonNode first = logs.call("GetLogEvents", stream + ",'startFromHead':true}");
        assertThat(LogsClient.texts(first.path("events"))).containsExactly("1", "2");
        String token = last.path("nextForwardToken").asText();
        JsonNode end = logs.call("GetLogEvents", stream + ",'nextToken':'" + token + "'}");
        assertThat(end.path("events")).isEmpty();
        assertThat(end.path("nextForwardToken").asText()).isEqualTo(token);
        put(group, "s", now + 10, "6");
        assertThat(LogsClient.texts(logs.call("GetLogEvents", stream + ",'nextToken':'" + token + "'}")
                        .path("events")))
                .containsExactly("6");
        assertThat(LogsClient.texts(logs.call(
                                "GetLogEvents", stream + ",'startTime':" + (now + 1) + ",'endTime':" + (now + 3) + "}")
                        .path("events")))
                .containsExactly("2", "3");
    }

    /// Whoever has come to an end reads the same way on with the same token, and may turn round.
    @Test
    void tokensOfBothEndsLeadBackToAllEvents() throws Exception {
        String group = group();
        long now = System.currentTimeMillis();
        put(group, "s", now, "1", "2", "3");
        String stream = "{'logGroupName':'" + group + "','logStreamName':'s'";
        for (String way : new String[] {"nextForwardToken", "nextBackwardToken"}) {
            String other = way.equals("nextForwardToken") ? "nextBackwardToken" : "nextForwardToken";
            JsonNode all = logs.call("GetLogEvents", stream + "}");
            String token = all.path(way).asText();
            JsonNode end = logs.call("GetLogEvents", stream + ",'nextToken':'" + token + "'}");
            assertThat(end.path("events")).isEmpty();
            assertThat(end.path(way).asText()).isEqualTo(token);
            JsonNode back = logs.call(
                    "GetLogEvents", stream + ",'nextToken':'" + end.path(other).asText() + "'}");
            assertThat(LogsClient.texts(back.path("events"))).as(way).containsExactly("1", "2", "3");
        }
    }

    @Test
    void filterGoesOverStreamsInTheOrderOfTime() throws Exception {
        String group = group();
        logs.call("CreateLogStream", "{'logGroupName':'" + group + "','logStreamName':'t'}");
        long now = System.currentTimeMillis();
        put(group, "s", now, "a ERROR one", "b", "c ERROR");
        put(group, "t", now + 1, "d ERROR", "e");
        String query = "{'logGroupName':'" + group + "'";
        assertThat(LogsClient.texts(logs.call("FilterLogEvents", query + "}").path("events")))
                .containsExactly("a ERROR one", "b", "d ERROR", "c ERROR", "e");
        JsonNode page = logs.call("FilterLogEvents", query + ",'filterPattern':'ERROR','limit':2}");
        assertThat(LogsClient.texts(page.path("events"))).containsExactly("a ERROR one", "d ERROR");
        assertThat(page.path("events").get(0).path("eventId").asText()).hasSize(56);
        JsonNode next = logs.call(
                "FilterLogEvents",
                query + ",'filterPattern':'ERROR','limit':2,'nextToken':'"
                        + page.path("nextToken").asText() + "'}");
        assertThat(LogsClient.texts(next.path("events"))).containsExactly("c ERROR");
        assertThat(next.has("nextToken")).isFalse();
        assertThat(LogsClient.texts(logs.call("FilterLogEvents", query + ",'logStreamNamePrefix':'t'}")
                        .path("events")))
                .containsExactly("d ERROR", "e");
        assertThat(LogsClient.texts(
                        logs.call("FilterLogEvents", query + ",'logStreamNames':['s'],'startTime':" + (now + 1) + "}")
                                .path("events")))
                .containsExactly("b", "c ERROR");
    }

    @Test
    void streamsAreOrderedByNameOrLastEvent() throws Exception {
        String group = group();
        logs.call("CreateLogStream", "{'logGroupName':'" + group + "','logStreamName':'a'}");
        long now = System.currentTimeMillis();
        put(group, "s", now - 5000, "old", "older");
        put(group, "a", now, "new");
        JsonNode byName = logs.call("DescribeLogStreams", "{'logGroupName':'" + group + "'}")
                .path("logStreams");
        assertThat(byName.get(0).path("logStreamName").asText()).isEqualTo("a");
        assertThat(byName.get(1).path("firstEventTimestamp").asLong()).isEqualTo(now - 5000);
        assertThat(byName.get(1).path("lastEventTimestamp").asLong()).isEqualTo(now - 4999);
        assertThat(byName.get(1).path("arn").asText()).endsWith(":log-group:" + group + ":log-stream:s");
        assertThat(logs.call(
                                "DescribeLogStreams",
                                "{'logGroupName':'" + group
                                        + "','orderBy':'LastEventTime','descending':true,'limit':1}")
                        .path("logStreams")
                        .get(0)
                        .path("logStreamName")
                        .asText())
                .isEqualTo("a");
        logs.call("DeleteLogStream", "{'logGroupName':'" + group + "','logStreamName':'s'}");
        assertThat(logs.messages(group)).containsExactly("new");
    }

    @Test
    void eventsFromOtherTimesAreRejectedAndNamed() throws Exception {
        String group = group();
        long now = System.currentTimeMillis();
        JsonNode answer = logs.call(
                "PutLogEvents",
                "{'logGroupName':'" + group + "','logStreamName':'s','logEvents':[{'timestamp':" + (now + 9_000_000)
                        + ",'message':'too new'}]}");
        assertThat(answer.path("rejectedLogEventsInfo").toString()).isEqualTo("{\"tooNewLogEventStartIndex\":0}");
        assertThat(answer.path("nextSequenceToken").asText()).isNotEmpty();
        assertThat(error(
                        "PutLogEvents",
                        "{'logGroupName':'" + group
                                + "','logStreamName':'s','logEvents':[{'timestamp':2,'message':'x'},"
                                + "{'timestamp':1,'message':'y'}]}"))
                .isEqualTo("400 InvalidParameterException: Log events in a single PutLogEvents request must be in"
                        + " chronological order.");
    }

    @Test
    void liveTailShowsWhatIsWritten() throws Exception {
        String group = group();
        try (DataInputStream in = new DataInputStream(logs.stream(
                "StartLiveTail",
                "{\"logGroupIdentifiers\":[\"arn:aws:logs:us-east-1:000000000000:log-group:" + group
                        + "\"],\"logEventFilterPattern\":\"wanted\"}"))) {
            assertThat(frame(in)).contains("initial-response");
            assertThat(frame(in)).contains("sessionStart").contains("\"sessionId\":");
            put(group, "s", System.currentTimeMillis(), "wanted", "other");
            String update = frame(in);
            while (!update.contains("\"message\":")) {
                update = frame(in);
            }
            assertThat(update)
                    .contains("sessionUpdate")
                    .contains("\"message\":\"wanted\"")
                    .doesNotContain("other");
        }
    }

    private static String frame(DataInputStream in) throws Exception {
        byte[] rest = new byte[in.readInt() - 4];
        in.readFully(rest);
        return new String(rest, StandardCharsets.ISO_8859_1);
    }

    @Test
    void eventsOutliveTheServer() throws Exception {
        try (TestServer own = TestServer.start(Map.of())) {
            String name;
            try (LogsClient before = new LogsClient(own.endpoint())) {
                name = own.python("def handler(event, context):\n    print('said', event)\n");
                own.invoke(name, "1");
                Eventually.within(
                        Duration.ofMinutes(1),
                        () -> before.messages("/aws/lambda/" + name).stream().anyMatch(m -> m.startsWith("REPORT")));
            }
            own.restart();
            try (LogsClient after = new LogsClient(own.endpoint())) {
                assertThat(after.messages("/aws/lambda/" + name)).contains("said 1");
            }
        }
    }
}
