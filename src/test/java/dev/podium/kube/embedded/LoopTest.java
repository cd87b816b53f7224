package dev.podium.kube.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.TestServer;
import dev.podium.Zips;
import dev.podium.codec.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import javax.tools.ToolProvider;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// The runtime loops that stand in for the images' own, each under real functions.
@NullMarked
@Timeout(300)
final class LoopTest {
    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private static String javaFunction;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of());
        javaFunction = function(Runtime.JAVA21, "example.Handlers::pojo", javaArchive());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void nodeAwaitsAsynchronousHandlersAndGivesThemTheirContext() throws Exception {
        String name = node("""
                exports.handler = async (event, context) => {
                  await new Promise((r) => setTimeout(r, 10));
                  return { event, name: context.functionName, arn: context.invokedFunctionArn,
                    id: context.awsRequestId, memory: context.memoryLimitInMB,
                    left: context.getRemainingTimeInMillis(), root: process.env.LAMBDA_TASK_ROOT === __dirname };
                };""");
        JsonNode answer = answer(invoke(name, "{\"a\":\"ü\"}"));
        assertThat(answer.at("/event/a").asText()).isEqualTo("ü");
        assertThat(answer.path("name").asText()).isEqualTo(name);
        assertThat(answer.path("arn").asText()).endsWith(":function:" + name);
        assertThat(answer.path("id").asText()).matches("[0-9a-f-]{36}");
        assertThat(answer.path("memory").asText()).isEqualTo("128");
        assertThat(answer.path("left").asInt()).isBetween(1, 60_000);
        assertThat(answer.path("root").asBoolean()).isTrue();
    }

    @Test
    void nodeTakesResultsAndErrorsFromCallbacks() throws Exception {
        String name = node("""
                exports.handler = (event, context, callback) => {
                  setTimeout(() => event === 'bad' ? callback(new TypeError('called back')) : callback(null, { event }), 10);
                };""");
        assertThat(answer(invoke(name, "7"))).isEqualTo(Json.MAPPER.readTree("{\"event\":7}"));
        JsonNode error = error(invoke(name, "\"bad\""));
        assertThat(error.path("errorType").asText()).isEqualTo("TypeError");
        assertThat(error.path("errorMessage").asText()).isEqualTo("called back");
        assertThat(answer(invoke(name, "8"))).isEqualTo(Json.MAPPER.readTree("{\"event\":8}"));
    }

    @Test
    void nodeReportsRejectionsInItsOwnShape() throws Exception {
        String name = node("""
                class MyError extends Error { constructor(m) { super(m); this.name = 'MyError'; } }
                exports.handler = async (event) => {
                  if (event === 1) throw new MyError('rejected');
                  if (event === 2) { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 200)); }
                  if (event === 3) throw 'only text';
                  if (event === 4) return BigInt(4);
                  return event;
                };""");
        JsonNode thrown = error(invoke(name, "1"));
        assertThat(thrown.path("errorType").asText()).isEqualTo("MyError");
        assertThat(thrown.path("errorMessage").asText()).isEqualTo("rejected");
        assertThat(thrown.path("trace").path(0).asText()).isEqualTo("MyError: rejected");
        assertThat(thrown.path("trace").path(1).asText()).contains("index.js:3");
        JsonNode lost = error(invoke(name, "2"));
        assertThat(lost.path("errorType").asText()).isEqualTo("Runtime.UnhandledPromiseRejection");
        assertThat(lost.path("errorMessage").asText()).isEqualTo("Error: lost");
        assertThat(error(invoke(name, "3")).path("errorType").asText()).isEqualTo("string");
        assertThat(error(invoke(name, "4")).path("errorMessage").asText()).startsWith("Unable to stringify");
        assertThat(answer(invoke(name, "5")).asInt()).isEqualTo(5);
    }

    @Test
    void nodeLoadsModules() throws Exception {
        byte[] zip = Zips.of(Map.of("src/index.mjs", """
                import { twice } from './lib.mjs';
                let calls = 0;
                export const handler = async (event) => [twice(event), ++calls];
                """, "src/lib.mjs", "export const twice = (x) => 2 * x;\n"));
        String name = function(Runtime.NODEJS20_X, "src/index.handler", zip);
        assertThat(answer(invoke(name, "4")).toString()).isEqualTo("[8,1]");
        assertThat(answer(invoke(name, "5")).toString()).isEqualTo("[10,2]");
    }

    @Test
    void nodeNamesWhatItCannotLoad() throws Exception {
        byte[] zip = Zips.of(Map.of("index.js", "exports.other = 1;\n", "broken.js", "exports.handler = (\n"));
        JsonNode missing = error(invoke(function(Runtime.NODEJS20_X, "index.handler", zip), "1"));
        assertThat(missing.path("errorType").asText()).isEqualTo("Runtime.HandlerNotFound");
        assertThat(missing.path("errorMessage").asText()).isEqualTo("index.handler is undefined or not exported");
        JsonNode absent = error(invoke(function(Runtime.NODEJS20_X, "absent.handler", zip), "1"));
        assertThat(absent.path("errorType").asText()).isEqualTo("Runtime.ImportModuleError");
        assertThat(absent.path("errorMessage").asText()).startsWith("Error: Cannot find module 'absent'");
        JsonNode broken = error(invoke(function(Runtime.NODEJS20_X, "broken.handler", zip), "1"));
        assertThat(broken.path("errorType").asText()).isEqualTo("Runtime.UserCodeSyntaxError");
    }

    @Test
    void nodeConsoleLinesCarryTimeIdAndLevel() throws Exception {
        String name = node("exports.handler = async () => { console.log('one %d\\ntwo', 1); console.error('bad'); };");
        String tail = tail(invoke(name, "{}"));
        assertThat(tail)
                .containsPattern("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z\t[0-9a-f-]{36}\tINFO\tone 1[\r\n]two\n")
                .containsPattern("Z\t[0-9a-f-]{36}\tERROR\tbad\n");
    }

    @Test
    void pythonReportsErrorsInItsOwnShape() throws Exception {
        String name = server.python("""
                import sys
                class OwnError(Exception):
                    pass
                def deeper(event):
                    raise OwnError('no ' + event)
                def handler(event, context):
                    if event == 'exit':
                        sys.exit(7)
                    if event == 'set':
                        return {1, 2}
                    return deeper(event)
                """);
        JsonNode error = error(invoke(name, "\"luck\""));
        assertThat(error.path("errorType").asText()).isEqualTo("OwnError");
        assertThat(error.path("errorMessage").asText()).isEqualTo("no luck");
        assertThat(error.path("requestId").asText()).matches("[0-9a-f-]{36}");
        assertThat(error.path("stackTrace")).hasSize(2);
        assertThat(error.path("stackTrace").path(0).asText()).contains("app.py\", line 11, in handler");
        assertThat(error.path("stackTrace").path(1).asText()).contains("line 5, in deeper", "raise OwnError");
        assertThat(error(invoke(name, "\"set\"")).path("errorType").asText()).isEqualTo("Runtime.MarshalError");
        JsonNode exit = error(invoke(name, "\"exit\""));
        assertThat(exit.path("errorType").asText()).isEqualTo("Runtime.ExitError");
        assertThat(exit.path("errorMessage").asText()).contains("exit status 7");
        assertThat(error(invoke(name, "\"again\"")).path("errorMessage").asText())
                .isEqualTo("no again");
    }

    @Test
    void pythonNamesWhatItCannotLoad() throws Exception {
        JsonNode raised = error(invoke(server.python("raise ValueError('at import')\n"), "1"));
        assertThat(raised.path("errorType").asText()).isEqualTo("ValueError");
        assertThat(raised.path("errorMessage").asText()).isEqualTo("at import");
        JsonNode syntax = error(invoke(server.python("def handler(:\n"), "1"));
        assertThat(syntax.path("errorType").asText()).isEqualTo("Runtime.UserCodeSyntaxError");
        assertThat(syntax.path("errorMessage").asText()).contains("module 'app'", "line 1");
        JsonNode absent = error(invoke(server.python("x = 1\n", b -> b.handler("other.handler")), "1"));
        assertThat(absent.path("errorType").asText()).isEqualTo("Runtime.ImportModuleError");
        assertThat(absent.path("errorMessage").asText())
                .isEqualTo("Unable to import module 'other': No module named 'other'");
        JsonNode missing = error(invoke(server.python("x = 1\n"), "1"));
        assertThat(missing.path("errorType").asText()).isEqualTo("Runtime.HandlerNotFound");
        assertThat(missing.path("errorMessage").asText()).isEqualTo("Handler 'handler' missing on module 'app'");
    }

    @Test
    void pythonLogsWhatItPrintsAndRaises() throws Exception {
        String name = server.python("""
                import sys
                def handler(event, context):
                    print('out')
                    print('err', file=sys.stderr)
                    raise KeyError('x')
                """);
        String tail = tail(invoke(name, "{}"));
        assertThat(tail).contains("out\n", "err\n", "[ERROR] KeyError: 'x'");
    }

    @Test
    void javaTakesObjectsAndGivesThem() throws Exception {
        JsonNode answer = answer(invoke(javaFunction, "{\"name\":\"you\",\"count\":2,\"unknown\":[]}"));
        assertThat(answer).isEqualTo(Json.MAPPER.readTree("{\"text\":\"you you\",\"length\":7}"));
    }

    @Test
    void javaCallsBothInterfacesOfHandlers() throws Exception {
        String typed = function(Runtime.JAVA21, "example.Typed", javaArchive());
        assertThat(answer(invoke(typed, "[1,2,3]")).toString()).isEqualTo("\"sum 6\"");
        String stream = function(Runtime.JAVA21, "example.Streams", javaArchive());
        assertThat(answer(invoke(stream, "{\"a\":1}")).toString()).isEqualTo("{\"got\":{\"a\":1}}");
    }

    @Test
    void javaGivesTheContext() throws Exception {
        String name = function(Runtime.JAVA21, "example.Handlers::context", javaArchive());
        InvokeResponse response = invoke(name, "{}");
        JsonNode answer = answer(response);
        assertThat(answer.path("name").asText()).isEqualTo(name);
        assertThat(answer.path("version").asText()).isEqualTo("$LATEST");
        assertThat(answer.path("arn").asText()).endsWith(":function:" + name);
        assertThat(answer.path("memory").asInt()).isEqualTo(256);
        assertThat(answer.path("left").asInt()).isBetween(1, 60_000);
        assertThat(answer.path("id").asText()).matches("[0-9a-f-]{36}");
        assertThat(answer.path("log").asText()).contains(name);
        assertThat(tail(response)).contains("logged by the function");
    }

    @Test
    void javaReportsErrorsInItsOwnShape() throws Exception {
        String name = function(Runtime.JAVA21, "example.Handlers::fail", javaArchive());
        JsonNode error = error(invoke(name, "{}"));
        assertThat(error.path("errorType").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(error.path("errorMessage").asText()).isEqualTo("outer");
        assertThat(error.path("stackTrace").path(0).asText()).startsWith("example.Handlers.fail(Handlers.java:");
        assertThat(error.at("/cause/errorType").asText()).isEqualTo("java.lang.ArithmeticException");
        JsonNode absent = error(invoke(function(Runtime.JAVA21, "example.Absent", javaArchive()), "{}"));
        assertThat(absent.path("errorType").asText()).isEqualTo("java.lang.ClassNotFoundException");
        assertThat(absent.path("errorMessage").asText()).contains("example.Absent");
    }

    @Test
    void bootstrapOfTheArchiveIsTheRuntime() throws Exception {
        byte[] zip = archive(Map.of("bootstrap", BOOTSTRAP.getBytes(StandardCharsets.UTF_8)));
        String name = function(Runtime.PROVIDED_AL2023, "my.handler", zip);
        InvokeResponse response = invoke(name, "{\"a\":1}");
        assertThat(answer(response).toString())
                .isEqualTo("{\"event\":{\"a\":1},\"handler\":\"my.handler\",\"calls\":1}");
        assertThat(tail(response)).contains("bootstrap saw {\"a\":1}");
        assertThat(answer(invoke(name, "2")).path("calls").asInt()).isEqualTo(2);
    }

    @Test
    void archiveWithoutBootstrapFailsWithItsName() throws Exception {
        String name = function(Runtime.PROVIDED_AL2023, "x", Zips.of(Map.of("readme", "nothing to run")));
        JsonNode error = error(invoke(name, "{}"));
        assertThat(error.path("errorType").asText()).isEqualTo("Runtime.InvalidEntrypoint");
        assertThat(error.path("errorMessage").asText()).isNotEmpty();
    }

    @Test
    void missingInterpreterIsNamed() throws Exception {
        try (TestServer bare = TestServer.start(Map.of("PATH", folder.toString()))) {
            Map<Runtime, String> interpreters =
                    Map.of(Runtime.RUBY3_3, "ruby", Runtime.NODEJS20_X, "node", Runtime.PYTHON3_12, "python");
            for (Map.Entry<Runtime, String> one : interpreters.entrySet()) {
                String name = function(bare, one.getKey(), "app.handler", Zips.python("x = 1\n"));
                assertThatThrownBy(() -> bare.invoke(name, "{}")).isInstanceOfSatisfying(LambdaException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(502);
                    assertThat(e.awsErrorDetails().errorMessage())
                            .contains("interpreter \"" + one.getValue() + "\" not found");
                });
            }
        }
    }

    private static final String BOOTSTRAP = """
            #!/bin/bash
            host=${AWS_LAMBDA_RUNTIME_API%:*}; port=${AWS_LAMBDA_RUNTIME_API##*:}; calls=0
            while :; do
              exec 3<>"/dev/tcp/$host/$port" || exit 1
              printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' \\
                "$AWS_LAMBDA_RUNTIME_API" >&3
              n=0
              while IFS= read -r line <&3 && line=${line%$'\\r'} && [ -n "$line" ]; do
                case "${line,,}" in
                  lambda-runtime-aws-request-id:*) id=${line#*: };;
                  content-length:*) n=${line#*: };;
                esac
              done
              IFS= read -r -N "$n" body <&3; exec 3>&-
              echo "bootstrap saw $body"
              calls=$((calls + 1))
              answer="{\\"event\\":$body,\\"handler\\":\\"$_HANDLER\\",\\"calls\\":$calls}"
              exec 3<>"/dev/tcp/$host/$port" || exit 1
              printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n%s' \\
                "$id" "$AWS_LAMBDA_RUNTIME_API" "${#answer}" "$answer" >&3
              cat <&3 >/dev/null; exec 3>&-
            done
            """;

    private static final String HANDLERS = """
            package example;
            import com.amazonaws.services.lambda.runtime.Context;
            import java.util.Map;
            public class Handlers {
                public static class In { public String name; public int count; }
                public record Out(String text, int length) {}
                public Out pojo(In in) {
                    String text = (in.name + " ").repeat(in.count).trim();
                    return new Out(text, text.length());
                }
                public Map<String, Object> context(Map<String, Object> in, Context c) {
                    c.getLogger().log("logged by the function\\n");
                    return Map.of("name", c.getFunctionName(), "version", c.getFunctionVersion(),
                            "arn", c.getInvokedFunctionArn(), "memory", c.getMemoryLimitInMB(),
                            "left", c.getRemainingTimeInMillis(), "id", c.getAwsRequestId(),
                            "log", c.getLogGroupName());
                }
                public String fail(Object in) {
                    throw new IllegalStateException("outer", new ArithmeticException("inner"));
                }
            }
            class Unused {}
            """;

    private static final String TYPED = """
            package example;
            import com.amazonaws.services.lambda.runtime.*;
            import java.util.List;
            public class Typed implements RequestHandler<List<Integer>, String> {
                public String handleRequest(List<Integer> in, Context c) {
                    int sum = 0;
                    for (Integer i : in) sum += i;
                    return "sum " + sum;
                }
            }
            """;

    private static final String STREAMS = """
            package example;
            import com.amazonaws.services.lambda.runtime.*;
            import java.io.*;
            public class Streams implements RequestStreamHandler {
                public void handleRequest(InputStream in, OutputStream out, Context c) throws IOException {
                    out.write("{\\"got\\":".getBytes());
                    in.transferTo(out);
                    out.write("}".getBytes());
                }
            }
            """;

    private static byte[] javaArchive() throws Exception {
        Path classes = folder.resolve("classes");
        if (Files.notExists(classes)) {
            compile(classes);
        }
        Map<String, byte[]> files = new java.util.HashMap<>();
        files.put("lib/aws-lambda-java-core.jar", Files.readAllBytes(core()));
        try (var all = Files.walk(classes)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(classes.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return archive(files);
    }

    private static Path core() throws Exception {
        return Path.of(Context.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    private static void compile(Path classes) throws Exception {
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.writeString(source.resolve("Handlers.java"), HANDLERS);
        Files.writeString(source.resolve("Typed.java"), TYPED);
        Files.writeString(source.resolve("Streams.java"), STREAMS);
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "--release",
                                "21",
                                "-cp",
                                core().toString(),
                                "-d",
                                classes.toString(),
                                source.resolve("Handlers.java").toString(),
                                source.resolve("Typed.java").toString(),
                                source.resolve("Streams.java").toString()))
                .isZero();
    }

    /// A zip whose files may be executed.
    private static byte[] archive(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipArchiveEntry entry = new ZipArchiveEntry(file.getKey());
                entry.setUnixMode(0100755);
                zip.putArchiveEntry(entry);
                zip.write(file.getValue());
                zip.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String node(String source) {
        return function(Runtime.NODEJS20_X, "index.handler", Zips.of(Map.of("index.js", source)));
    }

    private static String function(Runtime runtime, String handler, byte[] zip) {
        return function(server, runtime, handler, zip);
    }

    private static String function(TestServer where, Runtime runtime, String handler, byte[] zip) {
        String name = "loop-" + UUID.randomUUID();
        where.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime(runtime)
                        .handler(handler)
                        .role(TestServer.ROLE)
                        .memorySize(runtime == Runtime.JAVA21 ? 256 : 128)
                        .timeout(60)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(zip))));
        where.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        return name;
    }

    private static InvokeResponse invoke(String name, String payload) {
        return server.lambda()
                .invoke(b -> b.functionName(name)
                        .payload(SdkBytes.fromUtf8String(payload))
                        .logType(LogType.TAIL));
    }

    private static JsonNode answer(InvokeResponse response) throws IOException {
        assertThat(response.functionError())
                .as(response.payload().asUtf8String())
                .isNull();
        return Json.MAPPER.readTree(response.payload().asUtf8String());
    }

    private static JsonNode error(InvokeResponse response) throws IOException {
        assertThat(response.functionError())
                .as(response.payload().asUtf8String())
                .isEqualTo("Unhandled");
        return Json.MAPPER.readTree(response.payload().asUtf8String());
    }

    private static String tail(InvokeResponse response) {
        return new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
    }
}
