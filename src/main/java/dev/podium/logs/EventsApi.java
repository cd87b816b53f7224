package dev.podium.logs;

import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.logs.EventQuery.Page;
import dev.podium.logs.EventQuery.Place;
import dev.podium.logs.LogsError.InvalidParameter;
import dev.podium.logs.LogsError.ResourceNotFound;
import dev.podium.logs.LogsShapes.FilterLogEventsRequest;
import dev.podium.logs.LogsShapes.FilterLogEventsResponse;
import dev.podium.logs.LogsShapes.FilteredLogEvent;
import dev.podium.logs.LogsShapes.GetLogEventsRequest;
import dev.podium.logs.LogsShapes.GetLogEventsResponse;
import dev.podium.logs.LogsShapes.InputLogEvent;
import dev.podium.logs.LogsShapes.OutputLogEvent;
import dev.podium.logs.LogsShapes.PutLogEventsRequest;
import dev.podium.logs.LogsShapes.PutLogEventsResponse;
import dev.podium.logs.LogsShapes.RejectedLogEventsInfo;
import dev.podium.logs.Segment.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The operations on events.
record EventsApi(LogGroups groups) {
    private static final int MAX_EVENTS = 10_000;
    private static final int MAX_BATCH_BYTES = 1_048_576;
    private static final int OVERHEAD = 26;
    private static final long DAY = 86_400_000L;
    private static final long TOO_OLD = 14 * DAY;
    private static final long TOO_NEW = 2 * 3_600_000L;

    void addTo(ServiceApi.Builder service) {
        service.operation("GetLogEvents", GetLogEventsRequest.class, GetLogEventsResponse.class, this::get);
        service.operation("FilterLogEvents", FilterLogEventsRequest.class, FilterLogEventsResponse.class, this::filter);
        service.operation("PutLogEvents", PutLogEventsRequest.class, PutLogEventsResponse.class, this::put);
    }

    /// A group by its name or ARN, of which one must be given.
    static LogGroup group(LogGroups groups, Scope scope, @Nullable String name, @Nullable String identifier) {
        if ((name == null) == (identifier == null)) {
            throw new InvalidParameter(
                            name == null
                                    ? "Either logGroupName or logGroupIdentifier must be specified."
                                    : "LogGroup name and LogGroup ARN are mutually exclusive parameters.")
                    .thrown();
        }
        return identifier == null
                ? groups.get(scope, Objects.requireNonNull(name))
                : groups.byIdentifier(scope, identifier);
    }

    private GetLogEventsResponse get(Call call, GetLogEventsRequest request) throws IOException, InterruptedException {
        LogGroup group = group(groups, call.scope(), request.logGroupName(), request.logGroupIdentifier());
        OpenGroup open = groups.open(group);
        LogStream stream = open.stream(request.logStreamName())
                .orElseThrow(() -> ResourceNotFound.stream().thrown());
        String given = request.nextToken();
        EventTokens.Token token = given == null ? null : EventTokens.read(given);
        boolean forward = token == null ? Boolean.TRUE.equals(request.startFromHead()) : token.forward();
        EventQuery query = new EventQuery(
                number -> number == stream.number(),
                from(group, request.startTime()),
                // The end is not part of it here, as in AWS.
                request.endTime() == null ? Long.MAX_VALUE : request.endTime() - 1,
                token == null ? null : token.place(),
                forward,
                limit(request.limit()),
                message -> true);
        List<Stored> found = query.run(open.events().segments()).events();
        if (!forward) {
            Collections.reverse(found);
        }
        if (found.isEmpty()) {
            // The same token again: that is how clients see the end. The other one leads back over its own place.
            Place place = token == null ? new Place(0, 0) : token.place();
            Place forwards = forward ? place : place.moved(-1);
            Place backwards = forward ? place.moved(1) : place;
            return new GetLogEventsResponse(List.of(), EventTokens.forward(forwards), EventTokens.backward(backwards));
        }
        return new GetLogEventsResponse(
                found.stream()
                        .map(e -> new OutputLogEvent(e.timestamp(), e.message(), e.ingestionTime()))
                        .toList(),
                EventTokens.forward(Place.of(found.getLast())),
                EventTokens.backward(Place.of(found.getFirst())));
    }

    private long from(LogGroup group, @Nullable Long startTime) {
        return Math.max(group.oldest(groups.now()), startTime == null ? 0 : startTime);
    }

    private static int limit(@Nullable Integer limit) {
        return limit == null ? MAX_EVENTS : limit;
    }

    private FilterLogEventsResponse filter(Call call, FilterLogEventsRequest request)
            throws IOException, InterruptedException {
        LogGroup group = group(groups, call.scope(), request.logGroupName(), request.logGroupIdentifier());
        List<String> names = request.logStreamNames();
        String prefix = request.logStreamNamePrefix();
        if (names != null && prefix != null) {
            throw new InvalidParameter("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
                    .thrown();
        }
        Long start = request.startTime();
        Long end = request.endTime();
        if (start != null && end != null && start > end) {
            throw new InvalidParameter("startTime must be before endTime").thrown();
        }
        OpenGroup open = groups.open(group);
        EventQuery query = new EventQuery(
                streams(open, names, prefix),
                from(group, start),
                end == null ? Long.MAX_VALUE : end,
                request.nextToken() == null ? null : EventTokens.place(request.nextToken()),
                true,
                limit(request.limit()),
                FilterPattern.parse(request.filterPattern()));
        Page page = query.run(open.events().segments());
        List<FilteredLogEvent> events = new ArrayList<>();
        for (Stored event : page.events()) {
            String stream = open.name(event.stream());
            if (stream != null) {
                events.add(new FilteredLogEvent(
                        stream,
                        event.timestamp(),
                        event.message(),
                        event.ingestionTime(),
                        EventTokens.id(Place.of(event))));
            }
        }
        String next = page.more() ? EventTokens.id(Place.of(page.events().getLast())) : null;
        return new FilterLogEventsResponse(events, List.of(), next);
    }

    private static IntPredicate streams(OpenGroup open, @Nullable List<String> names, @Nullable String prefix) {
        if (names != null) {
            for (String name : names) {
                if (open.stream(name).isEmpty()) {
                    throw ResourceNotFound.stream().thrown();
                }
            }
            Set<Integer> wanted = names.stream()
                    .flatMap(name -> open.stream(name).stream())
                    .map(LogStream::number)
                    .collect(Collectors.toSet());
            return wanted::contains;
        }
        return number -> {
            String name = open.name(number);
            return name != null && (prefix == null || name.startsWith(prefix));
        };
    }

    private PutLogEventsResponse put(Call call, PutLogEventsRequest request) throws InterruptedException {
        LogGroup group = groups.get(call.scope(), request.logGroupName());
        if (groups.open(group).stream(request.logStreamName()).isEmpty()) {
            throw ResourceNotFound.stream().thrown();
        }
        List<InputLogEvent> events = request.logEvents();
        check(events);
        long now = groups.now();
        long oldest = group.oldest(now);
        int tooOld = 0;
        int expired = 0;
        int tooNew = events.size();
        List<LogEvent> accepted = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            InputLogEvent event = events.get(i);
            if (event.timestamp() > now + TOO_NEW) {
                tooNew = Math.min(tooNew, i);
            } else if (event.timestamp() < now - TOO_OLD) {
                tooOld = i + 1;
            } else if (event.timestamp() < oldest) {
                expired = i + 1;
            } else {
                accepted.add(new LogEvent(event.timestamp(), event.message()));
            }
        }
        if (!accepted.isEmpty()) {
            groups.put(group, request.logStreamName(), accepted);
        }
        RejectedLogEventsInfo rejected = accepted.size() == events.size()
                ? null
                : new RejectedLogEventsInfo(
                        tooNew < events.size() ? tooNew : null,
                        tooOld > 0 ? tooOld : null,
                        expired > 0 ? expired : null);
        return new PutLogEventsResponse(LogsApi.SEQUENCE_TOKEN, rejected);
    }

    private static void check(List<InputLogEvent> events) {
        long bytes = 0;
        long before = Long.MIN_VALUE;
        for (InputLogEvent event : events) {
            bytes += utf8Length(event.message()) + OVERHEAD;
            if (event.timestamp() < before) {
                throw new InvalidParameter(
                                "Log events in a single PutLogEvents request must be in chronological order.")
                        .thrown();
            }
            before = event.timestamp();
        }
        if (bytes > MAX_BATCH_BYTES) {
            throw new InvalidParameter("Upload too large: " + bytes + " bytes exceeds limit of " + MAX_BATCH_BYTES)
                    .thrown();
        }
        if (events.getLast().timestamp() - events.getFirst().timestamp() > DAY) {
            throw new InvalidParameter(
                            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
                    .thrown();
        }
    }

    private static long utf8Length(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }
}
