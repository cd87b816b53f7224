package dev.podium.kube;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A program that prints an `ExecCredential`.
///
/// See "client-go credential plugins" in
/// [Authenticating](https://kubernetes.io/docs/reference/access-authn-authz/authentication/).
final class ExecPlugin {
    private static final int MAX_OUTPUT = 1 << 20;
    private static final long SECONDS = 60;

    private final Credentials.Exec exec;

    /// Runs nothing yet.
    ExecPlugin(Credentials.Exec exec) {
        this.exec = exec;
    }

    /// Runs the program and waits for what it prints, a minute at most.
    ExecSource.Issued run() throws KubeException, InterruptedException {
        Process process = start();
        AtomicReference<byte[]> out = new AtomicReference<>(new byte[0]);
        AtomicReference<byte[]> err = new AtomicReference<>(new byte[0]);
        try {
            process.getOutputStream().close();
            Thread reader = drain("kube-exec-out", process.getInputStream(), out);
            Thread errors = drain("kube-exec-err", process.getErrorStream(), err);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw failed("did not end within " + SECONDS + " s", null);
            }
            reader.join(1000); // a grandchild may hold the pipe open
            errors.join(1000);
        } catch (IOException e) {
            throw failed("cannot be talked to: " + Failures.inWords(e), e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw failed("ended with status " + process.exitValue() + lastLine(err.get()), null);
        }
        return parse(out.get());
    }

    private Process start() throws KubeException {
        ProcessBuilder builder = new ProcessBuilder(exec.command());
        builder.environment().putAll(exec.environment());
        builder.environment().put("KUBERNETES_EXEC_INFO", request());
        try {
            return builder.start();
        } catch (IOException e) {
            String hint = exec.installHint();
            throw failed("cannot be started: is it installed?" + (hint == null ? "" : " " + hint), e);
        }
    }

    private String request() throws KubeException {
        ObjectNode request = Json.object();
        request.put("apiVersion", exec.apiVersion()).put("kind", "ExecCredential");
        ObjectNode spec = request.putObject("spec").put("interactive", false);
        String cluster = exec.clusterInfo();
        if (cluster != null) {
            try {
                spec.set("cluster", Json.MAPPER.readTree(cluster));
            } catch (JacksonException e) {
                throw failed("cannot be told its cluster", e);
            }
        }
        return request.toString();
    }

    private static Thread drain(String name, InputStream in, AtomicReference<byte[]> into) {
        return Thread.ofVirtual().name(name).start(() -> {
            try (in) {
                into.set(in.readNBytes(MAX_OUTPUT));
            } catch (IOException _) {
                // the process was ended; whoever waits for it knows why
            }
        });
    }

    private ExecSource.Issued parse(byte[] output) throws KubeException {
        JsonNode answer;
        try {
            answer = Json.MAPPER.readTree(output);
        } catch (IOException e) {
            // without the cause: its message would quote the output, which may be a token
            throw failed("printed no JSON", null);
        }
        JsonNode status = answer.path("status");
        if (!answer.path("kind").asText("").equals("ExecCredential") || !status.isObject()) {
            throw failed("printed no ExecCredential with a status", null);
        }
        if (!answer.path("apiVersion").asText("").equals(exec.apiVersion())) {
            throw failed(
                    "printed apiVersion \"" + answer.path("apiVersion").asText("") + "\" where the kubeconfig says \""
                            + exec.apiVersion() + "\"",
                    null);
        }
        String token = text(status, "token");
        String certificate = text(status, "clientCertificateData");
        String key = text(status, "clientKeyData");
        if ((certificate == null) != (key == null) || (token == null && certificate == null)) {
            throw failed("gave neither a token nor a certificate with its key", null);
        }
        String authorization = token == null ? null : "Bearer " + token;
        return new ExecSource.Issued(new Credential(authorization, certificate, key), expiry(status));
    }

    private @Nullable Instant expiry(JsonNode status) throws KubeException {
        String text = text(status, "expirationTimestamp");
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw failed("gave an expirationTimestamp that is no time: " + text, e);
        }
    }

    private static @Nullable String text(JsonNode node, String member) {
        String text = node.path(member).asText("");
        return text.isEmpty() ? null : text;
    }

    private static String lastLine(byte[] output) {
        String text = new String(output, StandardCharsets.UTF_8).strip();
        String line = text.substring(text.lastIndexOf('\n') + 1);
        return line.isEmpty() ? "" : ": " + line.substring(0, Math.min(300, line.length()));
    }

    private KubeException failed(String what, @Nullable Throwable cause) {
        return KubeException.configuration(
                "the credential plugin " + exec.command().getFirst() + " of " + exec.definedIn() + " " + what, cause);
    }
}
