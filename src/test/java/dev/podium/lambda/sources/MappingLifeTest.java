package dev.podium.lambda.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.MovableClock;
import dev.podium.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.GetEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.ListEventSourceMappingsResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// What mappings are besides their batches: listed, tagged, remembered; and queues that another endpoint has.
@NullMarked
final class MappingLifeTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String NOTE = """
            def handler(event, context):
                for r in event['Records']:
                    if r['body'] == 'poison':
                        raise ValueError('poison')
                    open('FOLDER/' + r['body'], 'w').close()
            """;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private String note(TestServer of) {
        return of.python(NOTE.replace("FOLDER", folder.toString()));
    }

    private static String queue(TestServer of, String name, Map<QueueAttributeName, String> attributes) {
        try (SqsClient sqs = TestServer.sqs(of.endpoint(), Region.US_EAST_1)) {
            return sqs.createQueue(b -> b.queueName(name).attributes(attributes))
                    .queueUrl();
        }
    }

    private static void send(TestServer of, String queue, String... bodies) {
        try (SqsClient sqs = TestServer.sqs(of.endpoint(), Region.US_EAST_1)) {
            for (String body : bodies) {
                sqs.sendMessage(b -> b.queueUrl(queue).messageBody(body));
            }
        }
    }

    private static int left(TestServer of, String queue) {
        try (SqsClient sqs = TestServer.sqs(of.endpoint(), Region.US_EAST_1)) {
            return sqs
                    .getQueueAttributes(b -> b.queueUrl(queue)
                            .attributeNames(
                                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                    .attributes()
                    .values()
                    .stream()
                    .mapToInt(Integer::parseInt)
                    .sum();
        }
    }

    private static String arn(String name) {
        return "arn:aws:sqs:us-east-1:000000000000:" + name;
    }

    private static CreateEventSourceMappingResponse map(TestServer of, String function, String queue, boolean enabled) {
        return of.lambda()
                .createEventSourceMapping(
                        b -> b.functionName(function).eventSourceArn(arn(queue)).enabled(enabled));
    }

    private static GetEventSourceMappingResponse get(TestServer of, String uuid) {
        return of.lambda().getEventSourceMapping(b -> b.uuid(uuid));
    }

    private Set<String> ran() throws Exception {
        try (var files = Files.list(folder)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void listIsPagedAndFilteredByFunctionAndSource() {
        String function = note(server);
        String other = note(server);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            queue(server, "listed-" + i, Map.of());
            all.add(map(server, function, "listed-" + i, false).uuid());
        }
        String alone = map(server, other, "listed-0", false).uuid();
        List<String> paged = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String marker = null;
        do {
            ListEventSourceMappingsResponse page = page(function, null, marker);
            page.eventSourceMappings().forEach(one -> paged.add(one.uuid()));
            sizes.add(page.eventSourceMappings().size());
            marker = page.nextMarker();
        } while (marker != null);
        assertThat(sizes).containsExactly(2, 2, 1);
        assertThat(paged).containsExactlyInAnyOrderElementsOf(all);
        assertThat(page(null, arn("listed-0"), null).eventSourceMappings())
                .extracting(EventSourceMappingConfiguration::uuid)
                .containsExactlyInAnyOrder(all.getFirst(), alone);
        assertThat(page(other, arn("listed-0"), null).eventSourceMappings())
                .extracting(EventSourceMappingConfiguration::uuid)
                .containsExactly(alone);
        assertThat(page(other, arn("listed-1"), null).eventSourceMappings()).isEmpty();
    }

    private static ListEventSourceMappingsResponse page(
            @Nullable String function, @Nullable String source, @Nullable String marker) {
        return server.lambda()
                .listEventSourceMappings(b -> b.functionName(function)
                        .eventSourceArn(source)
                        .marker(marker)
                        .maxItems(2));
    }

    @Test
    void mappingHasTags() {
        String function = note(server);
        queue(server, "tagged", Map.of());
        var made = server.lambda()
                .createEventSourceMapping(b -> b.functionName(function)
                        .eventSourceArn(arn("tagged"))
                        .enabled(false)
                        .tags(Map.of("team", "a", "tier", "1")));
        String resource = made.eventSourceMappingArn();
        server.lambda().tagResource(b -> b.resource(resource).tags(Map.of("team", "b")));
        server.lambda().untagResource(b -> b.resource(resource).tagKeys("tier"));
        assertThat(server.lambda().listTags(b -> b.resource(resource)).tags()).isEqualTo(Map.of("team", "b"));
    }

    @Test
    void stateHasItsReasonAndItsTime() throws Exception {
        try (TestServer own = TestServer.start(Map.of(), MovableClock.distinct())) {
            String function = note(own);
            queue(own, "stated", Map.of());
            CreateEventSourceMappingResponse made = map(own, function, "stated", true);
            assertThat(made.state()).isEqualTo("Creating");
            assertThat(made.stateTransitionReason()).isEqualTo("USER_INITIATED");
            Eventually.within(SOON, () -> get(own, made.uuid()).state().equals("Enabled"));
            var disabling = own.lambda()
                    .updateEventSourceMapping(b -> b.uuid(made.uuid()).enabled(false));
            assertThat(disabling.state()).isEqualTo("Disabling");
            Eventually.within(SOON, () -> get(own, made.uuid()).state().equals("Disabled"));
            GetEventSourceMappingResponse disabled = get(own, made.uuid());
            assertThat(disabled.lastModified()).isAfter(disabling.lastModified());
            assertThat(disabled.stateTransitionReason()).isEqualTo("USER_INITIATED");
            var deleting = own.lambda().deleteEventSourceMapping(b -> b.uuid(made.uuid()));
            assertThat(deleting.lastModified()).isAfter(disabled.lastModified());
        }
    }

    @Test
    void lastResultIsKnownAfterARestart() throws Exception {
        try (TestServer own = TestServer.start(Map.of())) {
            String url = queue(own, "remembered", Map.of());
            String uuid = map(own, note(own), "remembered", true).uuid();
            send(own, url, "poison");
            Eventually.within(
                    SOON,
                    () -> "PROBLEM: Function call failed".equals(get(own, uuid).lastProcessingResult()));
            own.lambda().updateEventSourceMapping(b -> b.uuid(uuid).enabled(false));
            Eventually.within(SOON, () -> get(own, uuid).state().equals("Disabled"));
            own.restart();
            assertThat(get(own, uuid).lastProcessingResult()).isEqualTo("PROBLEM: Function call failed");
        }
    }

    @Test
    void queueOfAnotherEndpointIsASourceToo() throws Exception {
        try (TestServer own =
                TestServer.start(Map.of("PODIUM_UPSTREAM_URL", server.endpoint().toString()))) {
            String dead = queue(server, "there-dead", Map.of());
            String there = queue(
                    server,
                    "there",
                    Map.of(
                            QueueAttributeName.VISIBILITY_TIMEOUT,
                            "60",
                            QueueAttributeName.REDRIVE_POLICY,
                            "{\"deadLetterTargetArn\": \"" + arn("there-dead") + "\", \"maxReceiveCount\": 1}"));
            send(server, there, "a", "b");
            String uuid = map(own, note(own), "there", true).uuid();
            Eventually.within(SOON, () -> ran().equals(Set.of("a", "b")) && left(server, there) == 0);
            try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
                // The function has started by now: a message may be visible again soon.
                sqs.setQueueAttributes(
                        b -> b.queueUrl(there).attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "3")));
                send(server, there, "poison");
                Eventually.within(SOON, () -> left(server, dead) == 1);
                Eventually.within(
                        SOON,
                        () -> "PROBLEM: Function call failed"
                                .equals(get(own, uuid).lastProcessingResult()));
                sqs.deleteQueue(b -> b.queueUrl(there));
            }
            Eventually.within(
                    SOON,
                    () -> String.valueOf(get(own, uuid).lastProcessingResult()).contains("does not exist"));
        }
    }
}
