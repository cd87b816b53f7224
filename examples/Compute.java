import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The second half of the demo: an instance with user data, and a web service of two tasks behind a load balancer.
final class Compute {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REQUESTS = 300;

    private final String endpoint;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// @param endpoint of the server, such as `http://127.0.0.1:4566`
    Compute(String endpoint) {
        this.endpoint = endpoint;
    }

    /// Starts an instance whose user data says hello, and asks for its console.
    ///
    /// @return whether it did
    boolean instance() throws Exception {
        String script = """
                #!/bin/sh
                echo "user data of $(hostname): running as uid $(id -u)"
                """;
        String image = member(ec2("DescribeImages", "Owner.1", "amazon"), "imageId");
        long start = System.nanoTime();
        String id = member(
                ec2(
                        "RunInstances",
                        "ImageId", image, "InstanceType", "t3.micro", "MinCount", "1", "MaxCount", "1",
                        "UserData", Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8))),
                "instanceId");
        String shown = await(() -> ec2("DescribeInstances", "InstanceId.1", id), text -> text.contains(">running<"));
        System.out.printf(
                Locale.ROOT,
                "instance %s of %s running at %s after %.0f ms%n",
                id,
                image,
                member(shown, "privateIpAddress"),
                since(start));
        String console = await(() -> console(id), text -> text.contains("user data of"));
        System.out.println("  console: " + console.strip());
        ec2("TerminateInstances", "InstanceId.1", id);
        System.out.println();
        return true;
    }

    private String console(String id) throws IOException, InterruptedException {
        String output = member(ec2("GetConsoleOutput", "InstanceId.1", id, "InstanceId", id), "output");
        return new String(Base64.getMimeDecoder().decode(output), StandardCharsets.UTF_8);
    }

    /// Sends requests through a load balancer to two tasks of a service, stops one of them meanwhile, and waits for its
    /// replacement.
    ///
    /// @return whether every request was answered and a third task answered some
    boolean service() throws Exception {
        String subnets = ec2("DescribeSubnets");
        Matcher ids = Pattern.compile("<subnetId>([^<]+)").matcher(subnets);
        ids.find();
        String first = ids.group(1);
        ids.find();
        int port = freePort();
        String balancer = elb("CreateLoadBalancer", "Name", "demo", "Subnets.member.1", first, "Subnets.member.2", ids.group(1));
        String balancerArn = member(balancer, "LoadBalancerArn");
        String group = member(
                elb(
                        "CreateTargetGroup",
                        "Name", "web", "Protocol", "HTTP", "Port", "8080", "TargetType", "ip",
                        "VpcId", member(subnets, "vpcId"), "HealthCheckIntervalSeconds", "5",
                        "HealthCheckTimeoutSeconds", "2", "HealthyThresholdCount", "2"),
                "TargetGroupArn");
        elb(
                "CreateListener",
                "LoadBalancerArn", balancerArn, "Protocol", "HTTP", "Port", Integer.toString(port),
                "DefaultActions.member.1.Type", "forward", "DefaultActions.member.1.TargetGroupArn", group);
        ecs("CreateCluster", "{}");
        ecs("RegisterTaskDefinition", definition());
        ecs(
                "CreateService",
                """
                {"serviceName": "web", "taskDefinition": "web", "desiredCount": 2, "launchType": "FARGATE",
                 "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["%s"]}},
                 "loadBalancers": [{"targetGroupArn": "%s", "containerName": "web", "containerPort": 8080}]}
                """
                        .formatted(first, group));
        long start = System.nanoTime();
        await(() -> elb("DescribeTargetHealth", "TargetGroupArn", group), text -> count(text, ">healthy<") == 2);
        System.out.printf(
                Locale.ROOT,
                "service of two tasks behind http://%s:%d, both healthy after %.1f s%n",
                member(balancer, "DNSName"),
                port,
                since(start) / 1000);
        return requests(URI.create("http://127.0.0.1:" + port + "/"));
    }

    private static String definition() throws IOException {
        String source = Files.readString(Path.of("examples/python/web.py"))
                .replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n");
        return """
                {"family": "web", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
                 "requiresCompatibilities": ["FARGATE"],
                 "containerDefinitions": [{"name": "web", "image": "python:3.12-slim", "essential": true,
                  "entryPoint": ["python3", "-c"], "command": ["%s"], "portMappings": [{"containerPort": 8080}]}]}
                """
                .formatted(source);
    }

    private boolean requests(URI uri) throws Exception {
        Map<String, Integer> answers = new TreeMap<>();
        int failed = 0;
        boolean stopped = false;
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; (i < REQUESTS || answers.size() < 3) && System.nanoTime() < end; i++) {
            if (i == REQUESTS / 3) {
                String task = member(ecs("ListTasks", "{\"serviceName\": \"web\"}"), "taskArns");
                ecs("StopTask", "{\"task\": \"" + task + "\", \"reason\": \"the demo stops it\"}");
                stopped = true;
            }
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            failed += answer.statusCode() == 200 ? 0 : 1;
            answers.merge(answer.body().strip(), 1, Integer::sum);
            Thread.sleep(10);
        }
        System.out.println("one task stopped after " + REQUESTS / 3 + " requests; failed: " + failed + ", answered by");
        answers.forEach((task, count) -> System.out.printf("  %5d  %s%n", count, task));
        System.out.println();
        return stopped && failed == 0 && answers.size() >= 3;
    }

    // --- AWS's protocols -------------------------------------------------------------------------------------------

    private String ec2(String action, String... parameters) throws IOException, InterruptedException {
        return form("ec2", "2016-11-15", action, parameters);
    }

    private String elb(String action, String... parameters) throws IOException, InterruptedException {
        return form("elasticloadbalancing", "2015-12-01", action, parameters);
    }

    private String form(String service, String version, String action, String... parameters)
            throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder("Action=" + action + "&Version=" + version);
        for (int i = 0; i < parameters.length; i += 2) {
            body.append('&').append(parameters[i]).append('=');
            body.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return send(service, body.toString(), "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    }

    private String ecs(String action, String json) throws IOException, InterruptedException {
        return send(
                "ecs",
                json,
                "Content-Type",
                "application/x-amz-json-1.1",
                "X-Amz-Target",
                "AmazonEC2ContainerServiceV20141113." + action);
    }

    private String send(String service, String body, String... headers) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(endpoint + "/"))
                        .timeout(PATIENCE)
                        .header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/" + service
                                        + "/aws4_request, SignedHeaders=host, Signature=0")
                        .headers(headers)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException("answered " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private interface Asked {
        String ask() throws IOException, InterruptedException;
    }

    private static String await(Asked question, java.util.function.Predicate<String> until) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String answer = question.ask();
        while (!until.test(answer)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + answer);
            }
            Thread.sleep(20);
            answer = question.ask();
        }
        return answer;
    }

    /// The first text of an XML element, or the first string of a JSON member.
    private static String member(String answer, String name) {
        Matcher matcher = Pattern.compile("<" + name + ">([^<]*)<|\"" + name + "\":\\[?\"([^\"]*)").matcher(answer);
        if (!matcher.find()) {
            return "";
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }
}
