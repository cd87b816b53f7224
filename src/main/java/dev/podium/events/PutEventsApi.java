package dev.podium.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.patterns.EventPattern;
import dev.podium.schedules.Delivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Events that clients put on a bus, and the test of patterns.
record PutEventsApi(Rules rules, OtherBuses others) {
    private static final int LARGEST = 1 << 20;
    private static final List<String> REQUIRED =
            List.of("id", "account", "source", "time", "region", "resources", "detail-type");

    record PutEventsEntry(
            @Nullable String detail,
            @Nullable String detailType,
            @Nullable String eventBusName,
            @Nullable List<String> resources,
            @Nullable String source,
            @Nullable Instant time,
            @Nullable String traceHeader) {
        private int size() {
            return (time == null ? 0 : 14)
                    + bytes(source)
                    + bytes(detailType)
                    + bytes(detail)
                    + (resources == null
                            ? 0
                            : resources.stream().mapToInt(PutEventsEntry::bytes).sum());
        }

        private static int bytes(@Nullable String text) {
            return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    record PutEventsRequest(List<PutEventsEntry> entries) {}

    record ResultEntry(
            @Nullable String errorCode,
            @Nullable String errorMessage,
            @Nullable String eventId) {
        static ResultEntry failed(String code, String message) {
            return new ResultEntry(code, message, null);
        }
    }

    record PutEventsResult(List<ResultEntry> entries, int failedEntryCount) {}

    record TestPatternRequest(String event, String eventPattern) {}

    record TestPatternResult(boolean result) {}

    void addTo(ServiceApi.Builder service) {
        service.operation("PutEvents", PutEventsRequest.class, PutEventsResult.class, this::put)
                .operation("TestEventPattern", TestPatternRequest.class, TestPatternResult.class, PutEventsApi::test)
                .partial(
                        "PutEvents",
                        "Events for other buses than the default one go to `PODIUM_UPSTREAM_URL`; without it they fail."
                                + " `EndpointId` is refused. `TraceHeader` has no effect.");
    }

    private PutEventsResult put(Call call, PutEventsRequest request) throws InterruptedException {
        if (request.entries().stream().mapToInt(PutEventsEntry::size).sum() > LARGEST) {
            throw new EventsError.Validation("Total size of the entries in the request is over the limit.").exception();
        }
        List<ResultEntry> results = new ArrayList<>();
        List<ObjectNode> events = new ArrayList<>();
        for (PutEventsEntry entry : request.entries()) {
            ResultEntry failed = check(entry);
            if (failed != null) {
                results.add(failed);
            } else if (!EventsApi.isDefault(entry.eventBusName())) {
                results.add(elsewhere(call.scope(), entry));
            } else {
                ObjectNode event = event(call.scope(), entry);
                results.add(new ResultEntry(null, null, event.path("id").asText()));
                events.add(event);
            }
        }
        rules.accept(call.scope(), events);
        return new PutEventsResult(results, (int)
                results.stream().filter(result -> result.errorCode() != null).count());
    }

    private @Nullable ResultEntry check(PutEventsEntry entry) {
        if (isEmpty(entry.source())) {
            return required("Source");
        }
        if (isEmpty(entry.detailType())) {
            return required("DetailType");
        }
        if (isEmpty(entry.detail())) {
            return required("Detail");
        }
        if (String.valueOf(entry.source()).startsWith("aws.")) {
            return ResultEntry.failed("NotAuthorizedForSource", "Not authorized for the source.");
        }
        if (detail(entry) == null) {
            return ResultEntry.failed("MalformedDetail", "Detail is malformed.");
        }
        return rules.isFull()
                ? ResultEntry.failed("ThrottlingException", "Too many events wait for targets that don't take them.")
                : null;
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static ResultEntry required(String parameter) {
        return ResultEntry.failed(
                "InvalidArgument",
                "Parameter " + parameter + " is not valid. Reason: " + parameter + " is a required argument.");
    }

    private static @Nullable ObjectNode detail(PutEventsEntry entry) {
        try {
            return Json.MAPPER.readTree(String.valueOf(entry.detail())) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private ObjectNode event(Scope scope, PutEventsEntry entry) {
        ObjectNode event = Delivery.event(
                scope,
                String.valueOf(entry.source()),
                String.valueOf(entry.detailType()),
                entry.time() == null ? rules.now() : entry.time(),
                entry.resources() == null ? List.of() : entry.resources());
        event.set("detail", detail(entry));
        return event;
    }

    private ResultEntry elsewhere(Scope scope, PutEventsEntry entry) throws InterruptedException {
        if (!others.exist()) {
            return ResultEntry.failed(
                    "InvalidArgument",
                    "Event bus " + entry.eventBusName() + " does not exist: Podium has the default event bus, and"
                            + " PODIUM_UPSTREAM_URL names no endpoint that might have others.");
        }
        ObjectNode request = Json.object();
        ObjectNode copy = request.putArray("Entries").addObject();
        copy.put("Source", entry.source())
                .put("DetailType", entry.detailType())
                .put("Detail", entry.detail())
                .put("EventBusName", entry.eventBusName());
        if (entry.time() != null) {
            copy.put("Time", entry.time().toEpochMilli() / 1000.0);
        }
        if (entry.resources() != null) {
            entry.resources().forEach(copy.putArray("Resources")::add);
        }
        try {
            JsonNode answer = others.putEvents(scope, request).path("Entries").path(0);
            return answer.has("EventId")
                    ? new ResultEntry(null, null, answer.path("EventId").asText())
                    : ResultEntry.failed(
                            answer.path("ErrorCode").asText("InternalFailure"),
                            answer.path("ErrorMessage").asText("The upstream gave no reason."));
        } catch (IOException e) {
            return ResultEntry.failed("InternalFailure", "PODIUM_UPSTREAM_URL did not take it: " + e.getMessage());
        }
    }

    private static TestPatternResult test(Call call, TestPatternRequest request) {
        EventPattern pattern = EventsApi.pattern(request.eventPattern());
        try {
            JsonNode event = Json.MAPPER.readTree(request.event());
            for (String field : REQUIRED) {
                if (!event.has(field)) {
                    throw new EventsError.Validation("Parameter Event is not valid. Reason: " + field + " is required.")
                            .exception();
                }
            }
            return new TestPatternResult(pattern.matches(event));
        } catch (JsonProcessingException e) {
            throw new EventsError.Validation("Parameter Event is not valid. Reason: it is no JSON.").exception();
        }
    }
}
