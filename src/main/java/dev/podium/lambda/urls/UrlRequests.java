package dev.podium.lambda.urls;

import dev.podium.aws.AwsException;
import dev.podium.aws.Fault;
import dev.podium.aws.Signatures;
import dev.podium.aws.Signer;
import dev.podium.codec.Json;
import dev.podium.http.Body;
import dev.podium.http.BodyTooLarge;
import dev.podium.http.Handler;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.InvocationRequest;
import dev.podium.lambda.invoke.InvocationResult;
import dev.podium.lambda.invoke.InvocationStream;
import dev.podium.lambda.invoke.Invocations;
import dev.podium.lambda.invoke.TransportKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Answers the requests that come to function URLs, by host name or by path.
///
/// With AuthType `NONE` everybody may call: unlike AWS, Podium doesn't ask for a resource policy as well.
public final class UrlRequests implements Handler {
    private static final Logger LOG = System.getLogger(UrlRequests.class.getName());
    private static final String IAM = "AWS_IAM";
    private static final int LONGEST_PATH = 200;

    private final FunctionUrls urls;
    private final Functions functions;
    private final Invocations invocations;
    private final Signatures signatures;
    private final int payloadBytes;
    private final boolean logged;
    private final Clock clock;

    /// Connects the parts.
    ///
    /// @param payloadBytes largest body of a request
    /// @param logged       whether each request is logged
    public UrlRequests(
            FunctionUrls urls,
            Functions functions,
            Invocations invocations,
            Signatures signatures,
            int payloadBytes,
            boolean logged) {
        this.urls = urls;
        this.functions = functions;
        this.invocations = invocations;
        this.signatures = signatures;
        this.payloadBytes = payloadBytes;
        this.logged = logged;
        this.clock = functions.clock();
    }

    /// Tells whether a request is for a function URL, be there one or not.
    public static boolean takes(Request request) {
        return UrlHost.of(request) != null;
    }

    /// A request on its way.
    private record Visit(FunctionUrl url, UrlHost at, LambdaFunction function, Request request, String requestId) {
        Headers.Builder headers() {
            Headers.Builder headers = Headers.builder().add("x-amzn-RequestId", requestId);
            CorsHeaders.answer(headers, url.cors(), request);
            return headers;
        }

        Response message(int status, String member, String text) {
            byte[] json = Json.object().put(member, text).toString().getBytes(StandardCharsets.UTF_8);
            return new Response(
                    status, headers().add("Content-Type", "application/json").build(), new Body.Bytes(json));
        }

        Response message(int status, String text) {
            return message(status, "Message", text);
        }

        Response failed() {
            return message(502, "Internal Server Error");
        }
    }

    @Override
    public Response handle(Request request) throws IOException, InterruptedException {
        if (!logged) {
            return answered(request);
        }
        long start = System.nanoTime();
        int status = 500;
        try {
            Response answer = answered(request);
            status = answer.status();
            return answer;
        } finally {
            log(request, status, (System.nanoTime() - start) / 1_000_000);
        }
    }

    /// One line, without the query and the headers: these may hold signatures.
    private void log(Request request, int status, long millis) {
        UrlHost at = UrlHost.of(request);
        String path = at == null ? "" : at.rawPath();
        LOG.log(
                Level.INFO,
                "url requested function={0} method={1} path={2} status={3} took={4} ms from={5}",
                at == null
                        ? ""
                        : urls.find(at.id()).map(url -> url.name().name()).orElse(""),
                request.method(),
                path.substring(0, Math.min(path.length(), LONGEST_PATH)),
                status,
                millis,
                request.remote().getAddress() == null
                        ? ""
                        : request.remote().getAddress().getHostAddress());
    }

    private Response answered(Request request) throws IOException, InterruptedException {
        UrlHost at = UrlHost.of(request);
        FunctionUrl url = at == null ? null : urls.find(at.id()).orElse(null);
        LambdaFunction function =
                url == null ? null : functions.find(url.name()).orElse(null);
        if (at == null || url == null || function == null) {
            byte[] json = Json.object().put("Message", "Not Found").toString().getBytes(StandardCharsets.UTF_8);
            return Response.json(404, json);
        }
        Visit visit = new Visit(url, at, function, request, UUID.randomUUID().toString());
        Cors cors = url.cors();
        if (cors != null && CorsHeaders.isPreflight(request)) {
            Headers.Builder headers = Headers.builder().add("x-amzn-RequestId", visit.requestId);
            return new Response(
                    200, headers.addAll(CorsHeaders.preflight(cors, request)).build(), new Body.Bytes(new byte[0]));
        }
        try {
            return answer(visit);
        } catch (BodyTooLarge e) {
            return visit.message(
                    413, "Request must be smaller than " + payloadBytes + " bytes for the InvokeFunction operation");
        } catch (AwsException e) {
            return refused(visit, e);
        } catch (IllegalArgumentException e) {
            // A query that can't be decoded, or a header of the function with a line break.
            LOG.log(Level.DEBUG, "request not answered url={0} cause={1}", url.id(), e.getMessage());
            return visit.failed();
        }
    }

    private Response answer(Visit visit) throws IOException, InterruptedException {
        boolean signed = visit.url.authType().equals(IAM);
        boolean forwarded = TransportKind.of(visit.function) == TransportKind.HTTP;
        if (forwarded && !signed) {
            return forward(visit, visit.request);
        }
        byte[] body = visit.request.bytes(payloadBytes);
        Signer signer = null;
        if (signed) {
            try {
                signer = signatures.verify(visit.request, body, "lambda");
            } catch (AwsException e) {
                return forbidden(visit, e);
            }
        }
        return forwarded
                ? forward(visit, visit.request.withBody(new ByteArrayInputStream(body), body.length))
                : invoke(visit, body, signer);
    }

    private static Response forbidden(Visit visit, AwsException e) {
        boolean wrong = e.error() instanceof Fault fault
                && (fault.kind() == Fault.Kind.WRONG_SIGNATURE || fault.kind() == Fault.Kind.EXPIRED_SIGNATURE);
        return wrong ? visit.message(403, "message", e.error().message()) : visit.message(403, "Forbidden");
    }

    private static Response refused(Visit visit, AwsException e) {
        if (e.error() instanceof LambdaError.TooManyRequests) {
            return visit.message(429, e.error().message());
        }
        LOG.log(Level.WARNING, "function not run url={0} cause={1}", visit.url.id(), e.getMessage());
        return visit.failed();
    }

    private Response invoke(Visit visit, byte[] body, @Nullable Signer signer) throws InterruptedException {
        String trace = trace(visit);
        int end = trace.indexOf(';');
        UrlEvent.Call call =
                new UrlEvent.Call(visit.requestId, end < 0 ? trace : trace.substring(0, end), clock.instant());
        byte[] event = UrlEvent.of(visit.url, visit.at, visit.request, body, call, signer);
        InvocationRequest request = request(visit, event, trace);
        if (visit.url.invokeMode().equals("BUFFERED")) {
            return buffered(visit, invocations.invoke(visit.function, request));
        }
        return switch (invocations.stream(visit.function, request)) {
            case InvocationResult result -> whole(visit, result);
            case InvocationStream stream -> streamed(visit, stream);
        };
    }

    private static String trace(Visit visit) {
        String given = visit.request.headers().first("X-Amzn-Trace-Id");
        return given == null ? Invocations.newTrace(visit.function) : given;
    }

    private static InvocationRequest request(Visit visit, byte[] event, String trace) {
        return new InvocationRequest(visit.requestId, event, visit.url.name().qualifiedArn(), false, null, trace);
    }

    private static Response buffered(Visit visit, InvocationResult result) {
        Optional<UrlAnswer> answer = result.functionError() == null ? UrlAnswer.of(result.payload()) : Optional.empty();
        if (answer.isEmpty()) {
            return visit.failed();
        }
        Headers.Builder headers = visit.headers();
        answer.get().addTo(headers, visit.url.cors());
        return new Response(
                answer.get().status(),
                headers.build(),
                new Body.Bytes(answer.get().body()));
    }

    /// A function that doesn't stream, behind a URL that does: what it returned is the body.
    private static Response whole(Visit visit, InvocationResult result) {
        return result.functionError() != null
                ? visit.failed()
                : new Response(
                        200,
                        visit.headers().add("Content-Type", "application/json").build(),
                        new Body.Bytes(result.payload()));
    }

    private static Response streamed(Visit visit, InvocationStream stream) {
        boolean passedOn = false;
        try {
            Optional<StreamedAnswer> answer = StreamedAnswer.read(stream);
            if (answer.isEmpty()) {
                return visit.failed();
            }
            UrlAnswer head = answer.get().head();
            Headers.Builder headers = visit.headers();
            head.addTo(headers, visit.url.cors(), "application/octet-stream");
            if (head.status() == 204 || head.status() == 304) {
                return new Response(
                        head.status(),
                        headers.build(),
                        Response.of(head.status()).body());
            }
            passedOn = true;
            return new Response(head.status(), headers.build(), new Body.Stream(-1, answer.get()));
        } finally {
            if (!passedOn) {
                stream.end();
            }
        }
    }

    private Response forward(Visit visit, Request request) throws InterruptedException {
        InvocationRequest invocation = request(visit, new byte[0], trace(visit));
        return switch (invocations.forward(visit.function, invocation, ForwardedRequest.call(visit.at, request))) {
            case InvocationResult result -> visit.failed();
            case InvocationStream stream -> ForwardedRequest.response(stream, visit.headers());
        };
    }
}
