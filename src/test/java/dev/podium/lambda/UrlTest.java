package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.TestServer;
import dev.podium.Zips;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.FunctionUrlConfig;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.InvokeMode;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionUrlConfigResponse;

/// Function URLs: their configurations, and real HTTP requests to them.
@NullMarked
@Timeout(300)
final class UrlTest {
    private static final String ECHO = "def handler(event, context):\n    return event\n";
    /// Answers with the JSON that the request brings.
    private static final String OBEY =
            "import json\ndef handler(event, context):\n    return json.loads(event['body'])\n";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static CreateFunctionUrlConfigResponse url(
            String name, Consumer<CreateFunctionUrlConfigRequest.Builder> change) {
        return server.lambda().createFunctionUrlConfig(b -> {
            b.functionName(name).authType(FunctionUrlAuthType.NONE);
            change.accept(b);
        });
    }

    /// The path form of a URL.
    private static URI path(String functionUrl, String rest) {
        String id = URI.create(functionUrl).getHost().substring(0, 32);
        return URI.create(server.endpoint() + "/_podium/url/" + id + rest);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> obey(String url, String answer) throws Exception {
        return send(HttpRequest.newBuilder(path(url, "/"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(answer)));
    }

    private static void fails(Runnable call, int status, String code, String message) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
        });
    }

    @Test
    void configurationLivesFromCreateToDelete() {
        String name = server.python(ECHO);
        CreateFunctionUrlConfigResponse created =
                url(name, b -> b.cors(c -> c.allowOrigins("https://a.example").maxAge(5)));
        assertThat(created.functionUrl())
                .matches("http://[a-z0-9]{32}\\.lambda-url\\.us-east-1\\.localhost:"
                        + server.endpoint().getPort() + "/");
        assertThat(created.functionArn()).isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:" + name);
        assertThat(created.authType()).isEqualTo(FunctionUrlAuthType.NONE);
        assertThat(created.invokeMode()).isEqualTo(InvokeMode.BUFFERED);
        assertThat(created.cors().maxAge()).isEqualTo(5);
        GetFunctionUrlConfigResponse got = server.lambda().getFunctionUrlConfig(b -> b.functionName(name));
        assertThat(got.functionUrl()).isEqualTo(created.functionUrl());
        assertThat(got.creationTime()).isEqualTo(created.creationTime());
        assertThat(got.lastModifiedTime()).isEqualTo(created.creationTime());
        UpdateFunctionUrlConfigResponse updated = server.lambda()
                .updateFunctionUrlConfig(b -> b.functionName(name)
                        .invokeMode(InvokeMode.RESPONSE_STREAM)
                        .cors(c -> {}));
        assertThat(updated.invokeMode()).isEqualTo(InvokeMode.RESPONSE_STREAM);
        assertThat(updated.cors()).isNull();
        assertThat(updated.functionUrl()).isEqualTo(created.functionUrl());
        assertThat(updated.authType()).isEqualTo(FunctionUrlAuthType.NONE);
        assertThat(server.lambda()
                        .listFunctionUrlConfigs(b -> b.functionName(name))
                        .functionUrlConfigs())
                .extracting(FunctionUrlConfig::functionUrl)
                .containsExactly(created.functionUrl());
        server.lambda().deleteFunctionUrlConfig(b -> b.functionName(name));
        fails(
                () -> server.lambda().getFunctionUrlConfig(b -> b.functionName(name)),
                404,
                "ResourceNotFoundException",
                "The resource you requested does not exist.");
        fails(
                () -> server.lambda().deleteFunctionUrlConfig(b -> b.functionName(name)),
                404,
                "ResourceNotFoundException",
                "The resource you requested does not exist.");
    }

    @Test
    void secondUrlAndVersionsAreRefused() {
        String name = server.python(ECHO);
        String arn = "arn:aws:lambda:us-east-1:000000000000:function:" + name;
        url(name, b -> {});
        fails(
                () -> url(name, b -> {}),
                409,
                "ResourceConflictException",
                "Failed to create function url config for [functionArn = " + arn
                        + "]. Error message:  FunctionUrlConfig exists for this Lambda function");
        fails(
                () -> url(name, b -> b.qualifier("7")),
                400,
                "ValidationException",
                "1 validation error detected: Value '7' at 'qualifier' failed to satisfy constraint: Member must satisfy"
                        + " regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)");
        fails(
                () -> url(name, b -> b.qualifier("nobody")),
                404,
                "ResourceNotFoundException",
                "Function not found: " + arn + ":nobody");
    }

    @Test
    void aliasHasAUrlOfItsOwnAndTakesItAlong() throws Exception {
        String name = server.python("def handler(event, context):\n    return context.function_version\n");
        server.lambda().publishVersion(b -> b.functionName(name));
        server.lambda().createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        String latest = url(name, b -> {}).functionUrl();
        CreateFunctionUrlConfigResponse live = url(name, b -> b.qualifier("live"));
        assertThat(live.functionArn()).endsWith(":function:" + name + ":live");
        assertThat(send(HttpRequest.newBuilder(path(live.functionUrl(), "/"))).body())
                .isEqualTo("\"1\"");
        assertThat(send(HttpRequest.newBuilder(path(latest, "/"))).body()).isEqualTo("\"$LATEST\"");
        server.lambda().deleteAlias(b -> b.functionName(name).name("live"));
        assertThat(send(HttpRequest.newBuilder(path(live.functionUrl(), "/"))).statusCode())
                .isEqualTo(404);
        server.lambda().deleteFunction(b -> b.functionName(name));
        assertThat(send(HttpRequest.newBuilder(path(latest, "/"))).statusCode()).isEqualTo(404);
    }

    @Test
    void eventIsPayloadFormatTwo() throws Exception {
        String url = url(server.python(ECHO), b -> {}).functionUrl();
        HttpResponse<String> response = send(HttpRequest.newBuilder(path(url, "/a%20b/c?x=1&x=2&y=%C3%BC"))
                .header("Cookie", "one=1; two=2")
                .header("X-Own", "first")
                .header("X-Own", "second")
                .header("User-Agent", "probe/1")
                .header("Content-Type", "text/plain; charset=utf-8")
                .PUT(BodyPublishers.ofString("hällo")));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        JsonNode event = Json.MAPPER.readTree(response.body());
        String id = URI.create(url).getHost().substring(0, 32);
        assertThat(event.path("version").asText()).isEqualTo("2.0");
        assertThat(event.path("routeKey").asText()).isEqualTo("$default");
        assertThat(event.path("rawPath").asText()).isEqualTo("/a%20b/c");
        assertThat(event.path("rawQueryString").asText()).isEqualTo("x=1&x=2&y=%C3%BC");
        assertThat(event.path("queryStringParameters").toString()).isEqualTo("{\"x\":\"1,2\",\"y\":\"ü\"}");
        assertThat(event.path("cookies").toString()).isEqualTo("[\"one=1\",\"two=2\"]");
        assertThat(event.path("headers").path("x-own").asText()).isEqualTo("first,second");
        assertThat(event.path("headers").path("x-forwarded-proto").asText()).isEqualTo("http");
        assertThat(event.path("headers").has("connection")).isFalse();
        assertThat(event.path("body").asText()).isEqualTo("hällo");
        assertThat(event.path("isBase64Encoded").asBoolean()).isFalse();
        JsonNode context = event.path("requestContext");
        assertThat(context.path("accountId").asText()).isEqualTo("anonymous");
        assertThat(context.path("apiId").asText()).isEqualTo(id);
        assertThat(context.path("domainPrefix").asText()).isEqualTo(id);
        assertThat(context.path("domainName").asText()).isEqualTo(id + ".lambda-url.us-east-1.localhost");
        assertThat(context.path("http").toString())
                .isEqualTo("{\"method\":\"PUT\",\"path\":\"/a%20b/c\",\"protocol\":\"HTTP/1.1\","
                        + "\"sourceIp\":\"127.0.0.1\",\"userAgent\":\"probe/1\"}");
        assertThat(context.path("time").asText()).matches("\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000");
        assertThat(context.path("timeEpoch").isIntegralNumber()).isTrue();
        assertThat(context.has("authorizer")).isFalse();
    }

    @Test
    void binaryBodyComesAsBase64AndNoBodyNotAtAll() throws Exception {
        String url = url(server.python(ECHO), b -> {}).functionUrl();
        byte[] bytes = {0, 1, (byte) 200};
        JsonNode event = Json.MAPPER.readTree(send(HttpRequest.newBuilder(path(url, "/"))
                        .header("Content-Type", "image/png")
                        .POST(BodyPublishers.ofByteArray(bytes)))
                .body());
        assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
        assertThat(Base64.getDecoder().decode(event.path("body").asText())).isEqualTo(bytes);
        JsonNode empty =
                Json.MAPPER.readTree(send(HttpRequest.newBuilder(path(url, ""))).body());
        assertThat(empty.has("body")).isFalse();
        assertThat(empty.has("cookies")).isFalse();
        assertThat(empty.has("queryStringParameters")).isFalse();
        assertThat(empty.path("rawPath").asText()).isEqualTo("/");
        assertThat(empty.path("isBase64Encoded").asBoolean()).isFalse();
    }

    @Test
    void hostNameFindsTheUrl() throws Exception {
        String url = url(server.python(ECHO), b -> {}).functionUrl();
        String host = URI.create(url).getAuthority();
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.endpoint().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET /healthz?q HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"rawPath\": \"/healthz\"");
        }
    }

    @Test
    void objectWithAStatusCodeIsTheResponse() throws Exception {
        String url = url(server.python(OBEY), b -> {}).functionUrl();
        HttpResponse<String> response = obey(url, """
                {"statusCode": 201, "headers": {"X-One": "1", "X-Num": 2, "content-type": "text/html",
                 "Content-Length": "999"}, "cookies": ["a=1; Secure", "b=2"],
                 "body": "aMO8", "isBase64Encoded": true}
                """);
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("hü");
        assertThat(response.headers().firstValue("x-one")).contains("1");
        assertThat(response.headers().firstValue("x-num")).contains("2");
        assertThat(response.headers().allValues("content-type")).containsExactly("text/html");
        assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1; Secure", "b=2");
        assertThat(response.headers().firstValue("x-amzn-requestid")).isPresent();
        HttpResponse<String> bare = obey(url, "{\"statusCode\": 404}");
        assertThat(bare.statusCode()).isEqualTo(404);
        assertThat(bare.body()).isEmpty();
        assertThat(bare.headers().firstValue("content-type")).contains("application/json");
        assertThat(obey(url, "{\"statusCode\": 204}").statusCode()).isEqualTo(204);
    }

    @Test
    void anythingElseIsTheBody() throws Exception {
        String url = url(server.python(OBEY), b -> {}).functionUrl();
        for (String answer : List.of("{\"message\": \"hi\"}", "[1, 2]", "\"text\"", "null", "5")) {
            HttpResponse<String> response = obey(url, answer);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(answer);
            assertThat(response.headers().firstValue("content-type")).contains("application/json");
        }
    }

    @Test
    void failuresAreBadGateways() throws Exception {
        String url = url(server.python(OBEY), b -> {}).functionUrl();
        for (String answer : List.of(
                "{\"statusCode\": \"soon\"}",
                "{\"statusCode\": 200, \"isBase64Encoded\": true, \"body\": \"?\"}",
                "{\"statusCode\": 200, \"headers\": {\"a\": \"b\\r\\nc: d\"}}",
                "no json")) {
            HttpResponse<String> response = obey(url, answer);
            assertThat(response.statusCode()).as(answer).isEqualTo(502);
            assertThat(response.body()).isEqualTo("{\"Message\":\"Internal Server Error\"}");
        }
    }

    @Test
    void bodyBeyondSixMebibytesIsTooLarge() throws Exception {
        String url = url(server.python(ECHO), b -> {}).functionUrl();
        HttpResponse<String> response = send(
                HttpRequest.newBuilder(path(url, "/")).POST(BodyPublishers.ofByteArray(new byte[6 * 1024 * 1024 + 1])));
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("Request must be smaller than 6291456 bytes");
    }

    @Test
    void headHasTheHeadersOnlyAndEveryMethodIsPassedOn() throws Exception {
        String url = url(server.python(ECHO), b -> {}).functionUrl();
        HttpResponse<String> head =
                send(HttpRequest.newBuilder(path(url, "/")).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String method : List.of("PATCH", "DELETE", "OPTIONS", "REPORT")) {
            assertThat(send(HttpRequest.newBuilder(path(url, "/")).method(method, BodyPublishers.noBody()))
                            .body())
                    .contains("\"method\": \"" + method + "\"");
        }
    }

    @Test
    void unknownUrlIsNotFound() throws Exception {
        String none = "http://" + "a".repeat(32) + ".lambda-url.us-east-1.localhost/";
        assertThat(send(HttpRequest.newBuilder(path(none, "/"))).statusCode()).isEqualTo(404);
    }

    @Test
    void throttledCallIsTooManyRequests() throws Exception {
        String name = server.python(ECHO);
        String url = url(name, b -> {}).functionUrl();
        server.lambda().putFunctionConcurrency(b -> b.functionName(name).reservedConcurrentExecutions(0));
        assertThat(send(HttpRequest.newBuilder(path(url, "/"))).statusCode()).isEqualTo(429);
    }

    @Test
    void preflightIsAnsweredWithoutTheFunction() throws Exception {
        String url = url(
                        server.python("raise Exception('must not run')\n"),
                        b -> b.cors(c -> c.allowOrigins("https://a.example")
                                .allowMethods("GET", "PUT")
                                .allowHeaders("x-a", "x-b")
                                .allowCredentials(true)
                                .maxAge(60)))
                .functionUrl();
        HttpResponse<String> yes = preflight(url, "https://a.example", "PUT");
        assertThat(yes.statusCode()).isEqualTo(200);
        assertThat(yes.body()).isEmpty();
        assertThat(yes.headers().firstValue("access-control-allow-origin")).contains("https://a.example");
        assertThat(yes.headers().firstValue("access-control-allow-methods")).contains("GET,PUT");
        assertThat(yes.headers().firstValue("access-control-allow-headers")).contains("x-a,x-b");
        assertThat(yes.headers().firstValue("access-control-max-age")).contains("60");
        assertThat(yes.headers().firstValue("access-control-allow-credentials")).contains("true");
        assertThat(yes.headers().firstValue("vary")).contains("Origin");
        for (HttpResponse<String> no :
                List.of(preflight(url, "https://b.example", "PUT"), preflight(url, "https://a.example", "DELETE"))) {
            assertThat(no.headers().map().keySet()).noneMatch(header -> header.startsWith("access-control"));
        }
    }

    private static HttpResponse<String> preflight(String url, String origin, String method) throws Exception {
        return send(HttpRequest.newBuilder(path(url, "/"))
                .header("Origin", origin)
                .header("Access-Control-Request-Method", method)
                .method("OPTIONS", BodyPublishers.noBody()));
    }

    @Test
    void configuredCorsOverridesTheFunctionsOwn() throws Exception {
        String url = url(
                        server.python(OBEY),
                        b -> b.cors(c -> c.allowOrigins("*").exposeHeaders("x-seen")))
                .functionUrl();
        HttpResponse<String> response = send(HttpRequest.newBuilder(path(url, "/"))
                .header("Origin", "https://a.example")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"statusCode\": 200, \"headers\": {\"Access-Control-Allow-Origin\": \"https://own\"}}")));
        assertThat(response.headers().allValues("access-control-allow-origin")).containsExactly("*");
        assertThat(response.headers().allValues("access-control-expose-headers"))
                .containsExactly("x-seen");
    }

    @Test
    void streamReachesTheBrowserBeforeTheFunctionEnds(@TempDir Path folder) throws Exception {
        Path go = folder.resolve("go");
        String name = "u-" + UUID.randomUUID();
        String source = """
                const fs = require('fs');
                exports.handler = awslambda.streamifyResponse(async (event, stream) => {
                  if (event.rawPath === '/fail') throw new Error('early');
                  if (event.rawPath === '/plain') { stream.write('as it is'); stream.end(); return; }
                  stream = awslambda.HttpResponseStream.from(stream, {
                    statusCode: 202, headers: { 'x-own': 'yes', 'content-type': 'text/event-stream' }, cookies: ['c=1'],
                  });
                  stream.write('one');
                  while (!fs.existsSync(event.queryStringParameters.go)) await new Promise((r) => setTimeout(r, 2));
                  if (event.rawPath === '/break') throw new Error('midway');
                  stream.write('two');
                  stream.end();
                });
                """;
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime(Runtime.NODEJS22_X)
                        .handler("index.handler")
                        .role(TestServer.ROLE)
                        .timeout(20)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.of(Map.of("index.js", source))))));
        server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        String url = url(name, b -> b.invokeMode(InvokeMode.RESPONSE_STREAM)).functionUrl();
        HttpResponse<InputStream> response =
                http.send(HttpRequest.newBuilder(path(url, "/?go=" + go)).build(), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("x-own")).contains("yes");
        assertThat(response.headers().allValues("content-type")).containsExactly("text/event-stream");
        assertThat(response.headers().allValues("set-cookie")).containsExactly("c=1");
        assertThat(new String(response.body().readNBytes(3), StandardCharsets.UTF_8))
                .isEqualTo("one");
        Files.createFile(go);
        assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("two");
        HttpResponse<String> plain = send(HttpRequest.newBuilder(path(url, "/plain")));
        assertThat(plain.body()).isEqualTo("as it is");
        assertThat(plain.headers().firstValue("content-type")).contains("application/octet-stream");
        assertThat(send(HttpRequest.newBuilder(path(url, "/fail"))).statusCode())
                .isEqualTo(502);
        HttpRequest breaks =
                HttpRequest.newBuilder(path(url, "/break?go=" + go)).build();
        assertThatThrownBy(() ->
                        http.send(breaks, BodyHandlers.ofInputStream()).body().readAllBytes())
                .isInstanceOf(IOException.class);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void webServerGetsTheRequestAsItCame(@TempDir Path folder) throws Exception {
        // Pods of the embedded cluster share the host's ports.
        assumeTrue(isFree(8080));
        String web = """
                import http.server, os, sys, time
                class Web(http.server.BaseHTTPRequestHandler):
                    protocol_version = 'HTTP/1.1'
                    def do_GET(self):
                        self.answer(b'')
                    def do_PUT(self):
                        self.answer(self.rfile.read(int(self.headers['Content-Length'])))
                    def answer(self, body):
                        if self.path.startswith('/chunks?'):
                            self.send_response(200)
                            self.send_header('Transfer-Encoding', 'chunked')
                            self.end_headers()
                            for part in (b'one', b'two'):
                                self.wfile.write(b'3\\r\\n' + part + b'\\r\\n')
                                self.wfile.flush()
                                while not os.path.exists(self.path[8:]):
                                    time.sleep(0.01)
                            self.wfile.write(b'0\\r\\n\\r\\n')
                            return
                        text = f'{self.command} {self.path} {self.headers["X-Own"]} '.encode() + body
                        self.send_response(200 if self.path == '/healthz' else 418)
                        self.send_header('Content-Length', str(len(text)))
                        self.send_header('X-Web', 'yes')
                        self.end_headers()
                        self.wfile.write(text)
                http.server.ThreadingHTTPServer(('127.0.0.1', 8080), Web).serve_forever()
                """;
        String name = "w-" + UUID.randomUUID();
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .packageType("Image")
                        .code(c -> c.imageUri("local/web:1"))
                        .imageConfig(i -> i.entryPoint("python3").command("-c", web))
                        .role(TestServer.ROLE)
                        .timeout(20)
                        .tags(Map.of("podium:transport", "http")));
        server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        String url = url(name, b -> {}).functionUrl();
        HttpResponse<String> put = send(HttpRequest.newBuilder(path(url, "/a%20b?c=%20d"))
                .header("X-Own", "1")
                .PUT(BodyPublishers.ofString("body")));
        assertThat(put.statusCode()).as(put.body()).isEqualTo(418);
        assertThat(put.body()).isEqualTo("PUT /a%20b?c=%20d 1 body");
        assertThat(put.headers().firstValue("x-web")).contains("yes");
        Path go = folder.resolve("go");
        HttpResponse<InputStream> chunks =
                http.send(HttpRequest.newBuilder(path(url, "/chunks?" + go)).build(), BodyHandlers.ofInputStream());
        try (InputStream body = chunks.body()) {
            assertThat(body.readNBytes(3)).asString().isEqualTo("one");
            Files.createFile(go);
            assertThat(body.readAllBytes()).asString().isEqualTo("two");
        }
    }

    @Test
    void iamAsksForASignatureAndTellsTheFunctionWhoSigned() throws Exception {
        try (TestServer closed = TestServer.start(Map.of("PODIUM_ACCESS_KEYS", "test:test,AKIDOTHER:secret"))) {
            String name = closed.python(ECHO);
            String url = closed.lambda()
                    .createFunctionUrlConfig(b -> b.functionName(name).authType(FunctionUrlAuthType.AWS_IAM))
                    .functionUrl();
            URI at = URI.create(closed.endpoint() + "/_podium/url/"
                    + URI.create(url).getHost().substring(0, 32) + "/a%20b?q=1");
            HttpResponse<String> unsigned = send(HttpRequest.newBuilder(at));
            assertThat(unsigned.statusCode()).isEqualTo(403);
            assertThat(unsigned.body()).isEqualTo("{\"Message\":\"Forbidden\"}");
            assertThat(send(signed(at, "test", "wrong")).statusCode()).isEqualTo(403);
            HttpResponse<String> signed = send(signed(at, "AKIDOTHER", "secret"));
            assertThat(signed.statusCode()).as(signed.body()).isEqualTo(200);
            JsonNode context = Json.MAPPER.readTree(signed.body()).path("requestContext");
            assertThat(context.path("accountId").asText()).isEqualTo("000000000000");
            assertThat(context.path("authorizer").path("iam").path("accessKey").asText())
                    .isEqualTo("AKIDOTHER");
            assertThat(Json.MAPPER.readTree(signed.body()).path("headers").has("authorization"))
                    .isFalse();
        }
    }

    private static HttpRequest.Builder signed(URI at, String key, String secret) {
        SdkHttpRequest plain =
                SdkHttpRequest.builder().uri(at).method(SdkHttpMethod.GET).build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(AwsBasicCredentials.create(key, secret))
                        .request(plain)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "lambda")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"))
                .request();
        HttpRequest.Builder request = HttpRequest.newBuilder(at);
        signed.headers().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Host")) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request;
    }

    @Test
    void openServerStillAsksForAWellFormedSignature() throws Exception {
        String url = url(server.python(ECHO), b -> b.authType(FunctionUrlAuthType.AWS_IAM))
                .functionUrl();
        assertThat(send(HttpRequest.newBuilder(path(url, "/"))).statusCode()).isEqualTo(403);
        assertThat(send(signed(path(url, "/"), "any", "thing")).statusCode()).isEqualTo(200);
    }
}
