package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/// What a pod's loader and start script ask for, under `/podium/<code token>/`: `code`, `exit`, `alive`,
/// `memory` ([StartScript]), `extensions` (`POST` tells which are started, `GET` waits until so many have
/// registered), `extension` for the end of one, and `installed` for what a pod that installs has to hand over.
final class PodApi {
    private static final WireHeaders TEXT = WireHeaders.of("Content-Type", "text/plain");

    private PodApi() {}

    /// Handles a request.
    ///
    /// @param path what follows `/podium/`
    static void handle(RuntimeSession session, WireExchange x, String path) throws IOException {
        int slash = path.indexOf('/');
        String token = slash < 0 ? "" : path.substring(0, slash);
        if (!MessageDigest.isEqual(
                token.getBytes(ISO_8859_1), session.codeToken().getBytes(ISO_8859_1))) {
            RuntimeAnswers.notFound(x);
            return;
        }
        switch (path.substring(slash + 1)) {
            case "code" -> session.code().request(x);
            case "alive" -> text(x, "alive\n");
            case "exit" -> exit(session, x);
            case "installed" -> installed(session, x);
            case "memory" -> session.telemetry().script().told(x, number(x, "peak"), number(x, "fence"));
            case "extensions" -> extensions(session, x);
            case "extension" -> extension(session, x);
            default -> RuntimeAnswers.notFound(x);
        }
    }

    private static void installed(RuntimeSession session, WireExchange x) throws IOException {
        boolean text = "base64".equals(x.parameter("format"));
        session.owner().installed(text ? Base64.getMimeDecoder().wrap(x.body()) : x.body());
        text(x, "ok\n");
    }

    private static void exit(RuntimeSession session, WireExchange x) throws IOException {
        RuntimeExit exit = new RuntimeExit((int) number(x, "status"), number(x, "oom") > 0);
        String why = x.parameter("error");
        if (why != null && session.initFailed(missing(why))) {
            text(x, "stop\n");
            return;
        }
        text(x, session.exited(exit) ? "restart\n" : "stop\n");
    }

    private static void extensions(RuntimeSession session, WireExchange x) throws IOException {
        if (!x.method().equals("POST")) {
            session.extensions().await((int) number(x, "count"), x);
            return;
        }
        String names = Objects.requireNonNullElse(x.parameter("names"), "");
        session.extensions().announce(word(x, "run"), names.isEmpty() ? List.of() : List.of(names.split("/", -1)));
        text(x, "ok\n");
    }

    private static void extension(RuntimeSession session, WireExchange x) throws IOException {
        session.extensions().exited(word(x, "run"), word(x, "name"), (int) number(x, "status"), x.parameter("why"));
        text(x, "ok\n");
    }

    private static String word(WireExchange x, String name) {
        return Objects.requireNonNullElse(x.parameter(name), "");
    }

    /// The start script found nothing to run: AWS's own error.
    private static FunctionError missing(String type) {
        String message = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
        return new FunctionError(type, RuntimeAnswers.errorJson(type, message));
    }

    private static long number(WireExchange x, String name) {
        String text = Objects.requireNonNullElse(x.parameter(name), "");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static void text(WireExchange x, String content) throws IOException {
        x.respond(200, TEXT, content.getBytes(ISO_8859_1));
    }
}
