package dev.podium.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/// EventBridge Scheduler: how late schedules' messages come to their queue, and what schedules cost that wait.
@SuppressWarnings("try") // a bench that is interrupted ends
final class SchedulesBench implements AutoCloseable {
    private static final int SCHEDULES = 200;
    private static final int SECONDS = 10;
    private static final int WAITING = 10_000;
    private static final int CLIENTS = 16;
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:bench";
    private static final String ROLE = "arn:aws:iam::000000000000:role/bench";

    private final ServerProcess server;
    private final SchedulerClient scheduler;
    private final SqsClient sqs;

    private SchedulesBench(ServerProcess.Files files) throws Exception {
        server = ServerProcess.embedded(files, true);
        scheduler = connected(SchedulerClient.builder());
        sqs = connected(SqsClient.builder());
    }

    private <C, B extends AwsClientBuilder<B, C>> C connected(B builder) {
        return builder.endpointOverride(
                        URI.create("http://127.0.0.1:" + server.address().getPort()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    static List<String[]> run(ServerProcess.Files files) throws Exception {
        List<String[]> rows = new ArrayList<>();
        try (SchedulesBench bench = new SchedulesBench(files)) {
            bench.create(20, i -> "at(" + time(Instant.now().plusSeconds(3)) + ")"); // loads and compiles what runs
            double late = bench.latenessMillis();
            rows.add(row("schedule jitter p99, " + SCHEDULES + " schedules", "%.0f ms", late, Double.NaN, 100));
        }
        try (SchedulesBench none = new SchedulesBench(files);
                SchedulesBench many = new SchedulesBench(files)) {
            many.create(WAITING, i -> "cron(" + i % 60 + " " + i % 24 + " 1 1 ? 2199)");
            none.create(1, i -> "cron(0 0 1 1 ? 2199)");
            Thread.sleep(20_000); // what the creation left: compilers, collectors, compaction
            Duration noneBefore = none.server.cpu();
            Duration manyBefore = many.server.cpu();
            Thread.sleep(MEASURED.toMillis());
            double noneShare = share(none.server.cpu().minus(noneBefore));
            double manyShare = share(many.server.cpu().minus(manyBefore));
            rows.add(row("idle CPU with " + WAITING + " schedules", "%.2f %%", manyShare, noneShare, noneShare + 0.5));
        }
        return rows;
    }

    private static double share(Duration cpu) {
        return 100.0 * cpu.toMillis() / MEASURED.toMillis();
    }

    private static String[] row(String what, String format, double value, double floor, double limit) {
        return new String[] {
            what,
            String.format(format, value),
            Double.isNaN(floor) ? "-" : String.format(format, floor),
            "-",
            "<= " + String.format(format, limit),
            value <= limit ? "yes" : "NO"
        };
    }

    private interface Expression {
        String of(int number);
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "");
    }

    private void create(int count, Expression expression) throws Exception {
        sqs.createQueue(b -> b.queueName("bench"));
        List<Future<?>> made = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < count; i++) {
                int number = i;
                made.add(clients.submit(() -> scheduler.createSchedule(b -> b.name("s" + System.nanoTime() + "-" + number)
                        .scheduleExpression(expression.of(number))
                        .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                        .target(t -> t.arn(QUEUE).roleArn(ROLE).input("<aws.scheduler.scheduled-time>")))));
            }
        }
        for (Future<?> one : made) {
            one.get();
        }
    }

    /// The 99th percentile of the time from when a schedule says until its message is in the queue.
    private double latenessMillis() throws Exception {
        Thread.sleep(6_000);
        String url = sqs.getQueueUrl(b -> b.queueName("bench")).queueUrl();
        receive(url, 20);
        Instant first = Instant.now().plusSeconds(8).truncatedTo(ChronoUnit.SECONDS);
        create(SCHEDULES, i -> "at(" + time(first.plusSeconds(i % SECONDS)) + ")");
        Thread.sleep(Math.max(0, Duration.between(Instant.now(), first).toMillis()) + SECONDS * 1000L + 500);
        double[] late = new double[SCHEDULES];
        List<Message> messages = receive(url, SCHEDULES);
        for (int i = 0; i < SCHEDULES; i++) {
            long sent = Long.parseLong(
                    messages.get(i).attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP));
            late[i] = sent - Instant.parse(messages.get(i).body()).toEpochMilli();
        }
        Arrays.sort(late);
        return late[(int) Math.ceil(SCHEDULES * 0.99) - 1];
    }

    private List<Message> receive(String url, int count) {
        List<Message> all = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (all.size() < count && System.nanoTime() < end) {
            for (Message message : sqs.receiveMessage(b -> b.queueUrl(url)
                            .maxNumberOfMessages(10)
                            .waitTimeSeconds(1)
                            .messageSystemAttributeNames(MessageSystemAttributeName.SENT_TIMESTAMP))
                    .messages()) {
                all.add(message);
                sqs.deleteMessage(b -> b.queueUrl(url).receiptHandle(message.receiptHandle()));
            }
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        scheduler.close();
        sqs.close();
        server.close();
    }
}
