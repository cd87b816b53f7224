package dev.podium.lambda.sources.kafka;

import static java.util.Objects.requireNonNull;

import dev.podium.FreePort;
import dev.podium.Relay;
import dev.podium.TestServer;
import dev.podium.codec.SelfSigned;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real Kafka broker in KRaft mode in this JVM, on free loopback ports: one listener in the clear, the same
/// behind a
/// [Relay] that can be switched off, and one for each way to sign in.
@NullMarked
public final class TestBroker implements AutoCloseable, BeforeAllCallback, AfterAllCallback {
    /// Who may sign in, with [#password].
    public static final String USER = "alice";
    /// Characters that need quoting on the way.
    public static final String PASSWORD = "s3cr\"e\\t; word";

    /// The listeners, by name, and what they speak.
    public enum Door {
        CLEAR("PLAINTEXT"),
        RELAYED("PLAINTEXT"),
        SASL("SASL_PLAINTEXT"),
        SASL_TLS("SASL_SSL"),
        MUTUAL("SSL");

        private final String protocol;

        Door(String protocol) {
            this.protocol = protocol;
        }
    }

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private KafkaRaftServer server;

    @SuppressWarnings("NullAway.Init")
    private Relay relay;

    @SuppressWarnings("NullAway.Init")
    private Admin admin;

    @SuppressWarnings("NullAway.Init")
    private KafkaProducer<byte[], byte[]> producer;

    private int controller;
    private final Map<Door, Integer> ports = new EnumMap<>(Door.class);
    private final SelfSigned own;
    private final SelfSigned client;

    /// To be registered as an extension.
    public TestBroker() {
        try {
            own = SelfSigned.of("broker", List.of("localhost", "127.0.0.1"));
            client = SelfSigned.of("podium", List.of("localhost"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    /// Starts it.
    public TestBroker start() throws Exception {
        folder = Files.createTempDirectory("podium-kafka");
        controller = FreePort.next();
        for (Door door : Door.values()) {
            ports.put(door, FreePort.next());
        }
        relay = new Relay(port(Door.RELAYED), "");
        Formatter formatter = new Formatter();
        formatter
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .addDirectory(folder.toString())
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName("CONTROLLER")
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setScramArguments(List.of(scram("SCRAM-SHA-256"), scram("SCRAM-SHA-512")))
                .run();
        up();
        Map<String, Object> there = Map.of("bootstrap.servers", address(Door.CLEAR), "metric.reporters", "");
        admin = Admin.create(there);
        Map<String, Object> large = new HashMap<>(there);
        large.put("max.request.size", 16 << 20);
        large.put("enable.idempotence", false); // busy machines are late with answers
        // A topic made just now may refuse the first records for a moment: others must not overtake them.
        large.put("max.in.flight.requests.per.connection", 1);
        large.put("linger.ms", 5);
        producer = new KafkaProducer<>(large, new ByteArraySerializer(), new ByteArraySerializer());
        return this;
    }

    /// Starts the broker itself, the first time or after [#down], with what it has on disk.
    public void up() {
        server = new KafkaRaftServer(KafkaConfig.fromProps(settings(), false), Time.SYSTEM);
        server.startup();
    }

    /// Stops the broker itself.
    public void down() {
        server.shutdown();
        server.awaitShutdown();
    }

    /// What [#USER] signs in with: every mechanism has a password of its own, so that none does for another.
    ///
    /// @param mechanism a mechanism of SASL, or AWS's name for it
    public static String password(String mechanism) {
        return mechanism.contains("256") ? PASSWORD + "256" : mechanism.contains("512") ? PASSWORD + "512" : PASSWORD;
    }

    private static String scram(String mechanism) {
        return mechanism + "=[name=" + USER + ",iterations=4096,password=\"" + password(mechanism) + "\"]";
    }

    private Properties settings() {
        List<String> listeners = new ArrayList<>(List.of("CONTROLLER://127.0.0.1:" + controller));
        List<String> advertised = new ArrayList<>();
        List<String> protocols = new ArrayList<>(List.of("CONTROLLER:PLAINTEXT"));
        for (Door door : Door.values()) {
            listeners.add(door + "://127.0.0.1:" + port(door));
            advertised.add(door + "://" + address(door));
            protocols.add(door + ":" + door.protocol);
        }
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                "1",
                "controller.listener.names",
                "CONTROLLER",
                "controller.quorum.voters",
                "1@127.0.0.1:" + controller,
                "listeners",
                String.join(",", listeners),
                "advertised.listeners",
                String.join(",", advertised),
                "listener.security.protocol.map",
                String.join(",", protocols),
                "inter.broker.listener.name",
                "CLEAR",
                "log.dirs",
                folder.toString()));
        settings.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "group.min.session.timeout.ms", "1000",
                "auto.create.topics.enable", "false",
                "message.max.bytes", String.valueOf(16 << 20)));
        settings.putAll(Map.of(
                "log.cleaner.enable", "false",
                "num.network.threads", "1",
                "num.io.threads", "2",
                "background.threads", "1",
                "controlled.shutdown.enable", "false",
                "metric.reporters", "",
                "replica.socket.receive.buffer.bytes", "65536"));
        String jaas = "listener.name.%s.%s.sasl.jaas.config";
        for (String door : List.of("sasl", "sasl_tls")) {
            settings.put("listener.name." + door + ".sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
            settings.put(
                    jaas.formatted(door, "plain"),
                    "org.apache.kafka.common.security.plain.PlainLoginModule required user_" + USER + "=\""
                            + PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"") + "\";");
            for (String scram : List.of("scram-sha-256", "scram-sha-512")) {
                settings.put(
                        jaas.formatted(door, scram),
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
            }
        }
        settings.putAll(Map.of(
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.certificate.chain",
                pem("CERTIFICATE", encoded(own.certificate())),
                "ssl.keystore.key",
                pem("PRIVATE KEY", own.key().getEncoded()),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                pem("CERTIFICATE", encoded(client.certificate())),
                "listener.name.mutual.ssl.client.auth",
                "required"));
        return settings;
    }

    /// What clients of a listener are told to connect to.
    public String address(Door door) {
        return "127.0.0.1:" + (door == Door.RELAYED ? relay.port() : port(door));
    }

    private int port(Door door) {
        return requireNonNull(ports.get(door));
    }

    /// Switches the relayed listener off or on, as if the broker were away.
    public void reachable(boolean now) throws IOException {
        relay.on(now);
    }

    /// PEM of the certificate that proves the broker.
    public String serverCertificate() {
        return pem("CERTIFICATE", encoded(own.certificate()));
    }

    /// PEM of the certificate that the broker trusts.
    public String clientCertificate() {
        return pem("CERTIFICATE", encoded(client.certificate()));
    }

    /// PEM of the key of [#clientCertificate].
    public String clientKey() {
        return pem("PRIVATE KEY", client.key().getEncoded());
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    /// A new topic of a name of its own.
    ///
    /// @return its name
    public String topic(int partitions) throws Exception {
        String name = "t-" + java.util.UUID.randomUUID();
        topic(name, partitions);
        return name;
    }

    /// A new topic.
    public void topic(String name, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)
                        .configs(Map.of("max.message.bytes", String.valueOf(16 << 20)))))
                .all()
                .get();
    }

    /// Gives a topic more partitions.
    public void widen(String topic, int partitions) throws Exception {
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all()
                .get();
    }

    /// Deletes a topic.
    public void delete(String topic) throws Exception {
        admin.deleteTopics(List.of(topic)).all().get();
    }

    /// Sends a text to a partition, and waits until the broker has it.
    public void send(String topic, int partition, String value) throws Exception {
        send(new ProducerRecord<>(topic, partition, null, value.getBytes(StandardCharsets.UTF_8)));
    }

    /// Sends a record, and waits until the broker has it.
    public void send(ProducerRecord<byte[], byte[]> sent) throws InterruptedException, ExecutionException {
        producer.send(sent).get();
    }

    /// Sends records of these values, spread evenly over the partitions, as fast as it goes.
    public void sendAll(String topic, int partitions, List<String> values)
            throws InterruptedException, ExecutionException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i).getBytes(StandardCharsets.UTF_8);
            sent.add(producer.send(new ProducerRecord<>(topic, i % partitions, null, value)));
        }
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    /// The offsets that a group has committed.
    public Map<TopicPartition, OffsetAndMetadata> committed(String group) throws Exception {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
    }

    /// How many partitions each member of a group has.
    public List<Integer> shares(String group) throws Exception {
        return requireNonNull(admin.describeConsumerGroups(List.of(group))
                        .describedGroups()
                        .get(group))
                .get()
                .members()
                .stream()
                .map(member -> member.assignment().topicPartitions().size())
                .toList();
    }

    @Override
    public void close() throws IOException {
        producer.close(java.time.Duration.ZERO);
        admin.close(java.time.Duration.ZERO);
        relay.close();
        down();
        TestServer.delete(folder);
    }
}
