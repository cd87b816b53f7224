package dev.podium.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.codec.EventStream;
import dev.podium.codec.Json;
import dev.podium.http.Response;
import dev.podium.logs.LiveTails.Interest;
import dev.podium.logs.LiveTails.Seen;
import dev.podium.logs.LiveTails.Session;
import dev.podium.logs.LogsError.InvalidParameter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// StartLiveTail: an event stream with what was written, once a second, for as long as the client stays and three
/// hours at most.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html">AWS</a>
record LiveTailApi(LogGroups groups, long everyMillis) {
    private static final long MAX_REQUEST = 1 << 20;
    private static final long LONGEST_NANOS = 3L * 3600 * 1_000_000_000;
    private static final int MAX_GROUPS = 10;

    Response start(Call call, Map<String, String> labels) throws IOException {
        JsonNode request = read(call.request().bytes(MAX_REQUEST));
        List<String> identifiers = texts(request, "logGroupIdentifiers");
        if (identifiers.isEmpty() || identifiers.size() > MAX_GROUPS) {
            throw new InvalidParameter("1 validation error detected: Value at 'logGroupIdentifiers' failed to satisfy"
                            + " constraint: Member must have length between 1 and " + MAX_GROUPS)
                    .thrown();
        }
        List<String> streams = texts(request, "logStreamNames");
        List<String> prefixes = texts(request, "logStreamNamePrefixes");
        if (identifiers.size() > 1 && !(streams.isEmpty() && prefixes.isEmpty())) {
            throw new InvalidParameter("Stream names and prefixes can be given for one log group only.").thrown();
        }
        Set<String> ids = new HashSet<>();
        for (String identifier : identifiers) {
            ids.add(groups.byIdentifier(call.scope(), identifier).id());
        }
        String pattern = request.path("logEventFilterPattern").asText("");
        Session session = groups.tails().open(new Interest(ids, streams, prefixes, FilterPattern.parse(pattern)));
        ObjectNode head = Json.object();
        head.put("requestId", call.requestId());
        head.put("sessionId", UUID.randomUUID().toString());
        copy(head, "logGroupIdentifiers", identifiers);
        copy(head, "logStreamNames", streams);
        copy(head, "logStreamNamePrefixes", prefixes);
        head.put("logEventFilterPattern", pattern);
        return Response.stream(200, EventStream.CONTENT_TYPE, -1, out -> run(session, head, out));
    }

    private static JsonNode read(byte[] body) throws IOException {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new InvalidParameter("The request is no JSON object.").thrown();
        }
    }

    private static List<String> texts(JsonNode request, String name) {
        List<String> texts = new ArrayList<>();
        request.path(name).forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static void copy(ObjectNode target, String name, List<String> values) {
        ArrayNode list = target.putArray(name);
        values.forEach(list::add);
    }

    private void run(Session session, ObjectNode head, OutputStream out) throws IOException, InterruptedException {
        try (session) {
            send(out, "initial-response", Json.object());
            send(out, "sessionStart", head);
            long end = System.nanoTime() + LONGEST_NANOS;
            while (!session.over() && System.nanoTime() - end < 0) {
                Thread.sleep(everyMillis);
                send(out, "sessionUpdate", update(session));
            }
        }
    }

    private static ObjectNode update(Session session) {
        ObjectNode update = Json.object();
        update.putObject("sessionMetadata").put("sampled", session.sampled());
        ArrayNode results = update.putArray("sessionResults");
        for (Seen seen : session.take()) {
            results.addObject()
                    .put("logStreamName", seen.stream())
                    .put(
                            "logGroupIdentifier",
                            seen.group().scope().account() + ":" + seen.group().name())
                    .put("message", seen.event().message())
                    .put("timestamp", seen.event().timestamp())
                    .put("ingestionTime", seen.ingestionTime());
        }
        return update;
    }

    private static void send(OutputStream out, String type, ObjectNode payload) throws IOException {
        out.write(EventStream.event(type, "application/json").message(Json.MAPPER.writeValueAsBytes(payload)));
        out.flush();
    }
}
