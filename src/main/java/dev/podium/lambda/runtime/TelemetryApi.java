package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Lambda's Telemetry API (2022-07-01) and its forerunner, the Logs API (2020-08-15): one call each, to
/// subscribe.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html">Telemetry API</a>
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html">Logs API</a>
final class TelemetryApi {
    private static final int MAX_BODY = 64 << 10;
    private static final byte[] OK = "\"OK\"".getBytes(UTF_8);

    private TelemetryApi() {}

    /// Tells whether a path is one of the two, with or without a slash at its end.
    static boolean handles(String path) {
        return isTelemetry(path) || isLogs(path);
    }

    private static boolean isTelemetry(String path) {
        return path.equals("/2022-07-01/telemetry") || path.equals("/2022-07-01/telemetry/");
    }

    private static boolean isLogs(String path) {
        return path.equals("/2020-08-15/logs") || path.equals("/2020-08-15/logs/");
    }

    /// Handles a subscription.
    static void handle(RuntimeSession session, WireExchange x) throws IOException {
        boolean logs = isLogs(x.rawPath());
        String api = logs ? "Logs" : "Telemetry";
        byte[] body = x.body().readNBytes(MAX_BODY);
        String id = ExtensionsApi.identified(session, x);
        if (id == null) {
            return;
        }
        if (session.extensions().isInitialised()) {
            RuntimeAnswers.error(
                    x,
                    403,
                    api + ".SubscriptionClosed",
                    api + " API subscription is closed already: extensions "
                            + "subscribe while the environment is initialised");
            return;
        }
        String problem;
        try {
            JsonNode request = Json.MAPPER.readTree(body);
            TelemetrySettings settings = TelemetrySettings.read(request, logs);
            problem = subscribe(session, id, settings, logs);
        } catch (TelemetrySettings.Invalid e) {
            problem = e.getMessage();
        } catch (IOException e) {
            problem = "the body is no JSON";
        }
        if (problem == null) {
            RuntimeAnswers.json(x, 200, OK);
        } else {
            RuntimeAnswers.error(x, 400, logs ? "Logs.ValidationError" : "ValidationError", problem);
        }
    }

    private static @Nullable String subscribe(
            RuntimeSession session, String id, TelemetrySettings settings, boolean logs) {
        String name = session.extensions().name(id);
        boolean done = session.telemetry().subscribe(name == null ? "" : name, settings);
        return done
                ? null
                : "another extension is subscribed to the " + (logs ? "Telemetry" : "Logs")
                        + " API: one environment can use only one of the two";
    }
}
