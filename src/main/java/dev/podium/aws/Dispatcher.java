package dev.podium.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.http.BodyCutOff;
import dev.podium.http.BodyTooLarge;
import dev.podium.http.Handler;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Answers every AWS request of the one port: finds the service, checks the signature, finds the operation,
/// and renders whatever comes of it. No other code writes an error body.
public final class Dispatcher implements Handler {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());

    /// Bodies whose signature is checked before they go upstream.
    private static final long LARGEST_CHECKED = 70_167_211;

    private static final long LONGEST_DRAINED = 64 << 20;
    private static final long LARGEST_PAGE_BODY = 1 << 16;
    /// Services elsewhere that speak REST XML.
    private static final Set<String> XML = Set.of("route53", "cloudfront");

    /// What handlers see of a request that nobody sent.
    private static final Request OWN = new Request(
            "POST",
            "/",
            null,
            Headers.of("Host", "localhost"),
            InputStream.nullInputStream(),
            0,
            InetSocketAddress.createUnresolved("localhost", 0));

    private final Catalog catalog;
    private final DispatcherSettings settings;
    private final SigV4 signatures;
    private final @Nullable Upstream upstream;

    /// Reads no model yet.
    ///
    /// @param services what Podium has
    /// @param upstream where all other services are; null when nowhere
    public Dispatcher(List<? extends Service> services, DispatcherSettings settings, @Nullable Upstream upstream) {
        this.catalog = new Catalog(services);
        this.settings = settings;
        this.signatures = new SigV4(settings);
        this.upstream = upstream;
    }

    @Override
    public Response handle(Request request) throws Exception {
        String requestId = requestId();
        Inbound in = new Inbound(request);
        Credential credential = Credential.of(request);
        Front front;
        try {
            front = catalog.find(in, credential);
        } catch (AwsException e) {
            return guess(request, "").error(e.error(), requestId);
        } catch (BodyTooLarge | BodyCutOff e) {
            return guess(request, "").error(fault(e, "", 0), requestId);
        }
        return front == null ? elsewhere(in, credential, requestId) : answer(front, in, credential, requestId);
    }

    /// Carries out a call that no client sent but Podium itself makes on a user's behalf. Its input is
    /// checked as a client's is; it needs no signature.
    ///
    /// @param service name of the model, such as `sqs`
    /// @param scope   where
    /// @param input   by the model's names, the case of whose letters doesn't matter
    /// @return the output; empty when there is none
    /// @throws AwsException for every error that a client would be answered, one without service included
    public ObjectNode call(String service, String operation, Scope scope, ObjectNode input) throws Exception {
        Front front = catalog.named(service);
        if (front == null) {
            throw Fault.of(Fault.Kind.NOT_SUPPORTED, "The service " + service + " is not supported by Podium");
        }
        return front.call(new Call(scope, operation, requestId(), OWN, null), input);
    }

    /// Tells whether [#call] has an operation.
    public boolean has(String service, String operation) {
        Front front = catalog.named(service);
        return front != null && front.has(operation);
    }

    /// A page of Podium's own, which asks for a signature when the APIs do: by one of the operator's keys, since it
    /// knows no accounts.
    ///
    /// @param page reads no body
    public Handler signed(Handler page) {
        return request -> {
            if (signatures.required()) {
                try {
                    Credential credential = Credential.of(request);
                    signatures.verify(request, credential, request.bytes(LARGEST_PAGE_BODY));
                    if (credential != null
                            && settings.session(request, credential).isPresent()) {
                        throw Fault.of(
                                Fault.Kind.SESSION_REFUSED,
                                "Temporary credentials won't do here: sign with one of PODIUM_ACCESS_KEYS");
                    }
                } catch (AwsException e) {
                    return guess(request, "").error(e.error(), requestId());
                } catch (BodyTooLarge | BodyCutOff e) {
                    return guess(request, "").error(fault(e, "", 0), requestId());
                }
            }
            return page.handle(request);
        };
    }

    private Response answer(Front front, Inbound in, @Nullable Credential credential, String requestId)
            throws InterruptedException {
        String operation = "";
        try {
            ChunkSignatures chunks = verify(front, in, credential);
            Front.Routed routed = front.route(in);
            operation = routed.operation().name();
            return front.call(routed, call(in, credential, operation, requestId), in, chunks);
        } catch (AwsException e) {
            if (front.flows(in)) {
                drain(in.request().body());
            }
            return front.protocol(in).error(e.error(), requestId);
        } catch (BodyTooLarge | BodyCutOff e) {
            return front.protocol(in).error(fault(e, operation, front.maxBody()), requestId);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | Error e) {
            // Errors too: a stack that overflowed or a class that is missing must not cost the client its answer.
            return unexpected(e, front.protocol(in), front.head().service() + "." + operation, requestId);
        }
    }

    /// Takes in what is left of a refused body: clients that were told to go on (100) don't expect an answer
    /// before
    /// they have sent it.
    private static void drain(InputStream body) {
        byte[] buffer = new byte[8192];
        try {
            long left = LONGEST_DRAINED;
            for (int n = body.read(buffer); n >= 0 && left > 0; n = body.read(buffer)) {
                left -= n;
            }
        } catch (IOException e) {
            // The client left, or will be cut off: it has its answer to come in any case.
        }
    }

    private @Nullable ChunkSignatures verify(Front front, Inbound in, @Nullable Credential credential)
            throws IOException {
        Request request = in.request();
        if (front.takesLinks()) {
            Presigned.requireFresh(request, credential, settings.clock().instant());
        }
        if (!signatures.required()) {
            return null;
        }
        if (front.takesLinks() && credential == null && Presigned.isVersion2(request)) {
            Presigned.verify(request, front.routed(request).rawPath(), settings.accessKeys());
            return null;
        }
        return signatures.verify(request, credential, front.flows(in) ? null : in.wire(front.maxBody()));
    }

    private Call call(Inbound in, @Nullable Credential credential, String operation, String requestId) {
        Scope scope = credential == null
                ? new Scope(Presigned.account(in.request(), settings.account()), settings.region())
                : new Scope(settings.account(in.request(), credential), credential.region());
        return new Call(
                scope, operation, requestId, in.rewound(), credential == null ? null : credential.accessKeyId());
    }

    private Response elsewhere(Inbound in, @Nullable Credential credential, String requestId) throws Exception {
        String service = credential == null ? "" : credential.service();
        if (upstream != null) {
            try {
                if (signatures.required()) {
                    // Else whoever is refused here would be let in there.
                    signatures.verify(
                            in.request(),
                            credential,
                            coversBody(in.request(), credential) ? in.wire(LARGEST_CHECKED) : null);
                }
                return upstream.forward(in.rewound(), service);
            } catch (AwsException e) {
                return guess(in.request(), service).error(e.error(), requestId);
            } catch (BodyTooLarge | BodyCutOff e) {
                return guess(in.request(), service).error(fault(e, "", 0), requestId);
            } catch (IOException e) {
                LOG.log(
                        Level.WARNING,
                        "upstream failed service={0} request={1} why={2}",
                        service,
                        requestId,
                        e.toString());
                String why = "PODIUM_UPSTREAM_URL, which has the service " + service
                        + (e instanceof HttpTimeoutException && !(e instanceof HttpConnectTimeoutException)
                                ? ", did not answer in time"
                                : ", can't be reached");
                return guess(in.request(), service).error(new Fault(Fault.Kind.UNAVAILABLE, why), requestId);
            }
        }
        String message = service.isEmpty()
                ? "The request names no service: it has no credential scope, and neither its target, path nor action is"
                        + " one that Podium knows"
                : "The service " + service + " is not supported by Podium";
        return guess(in.request(), service).error(new Fault(Fault.Kind.NOT_SUPPORTED, message), requestId);
    }

    /// Whether a signature covers the body itself: large ones of S3 are signed by pieces, or not at all.
    private static boolean coversBody(Request request, @Nullable Credential credential) {
        String hash = request.headers().first("x-amz-content-sha256", "");
        boolean link = credential != null
                && credential.presigned()
                && credential.service().equals("s3");
        return !link && !hash.startsWith("STREAMING-") && !hash.equals("UNSIGNED-PAYLOAD");
    }

    /// The protocol in which a client will understand an error, when its service isn't known.
    private static Protocol guess(Request request, String service) {
        if (XML.contains(service)) {
            return new RestXml(ServiceModel.nameless("rest-xml"));
        }
        if (request.headers().first("X-Amz-Target") != null) {
            return new AwsJson(ServiceModel.nameless("json"));
        }
        String type = request.headers().first("Content-Type", "").toLowerCase(Locale.ROOT);
        return type.startsWith("application/x-www-form-urlencoded")
                ? new Query(ServiceModel.nameless("query"))
                : new RestJson(ServiceModel.nameless("rest-json"));
    }

    private static AwsError fault(IOException e, String operation, long maxBody) {
        if (e instanceof BodyTooLarge tooLarge) {
            long limit = maxBody == 0 ? tooLarge.limit() : maxBody;
            String where = operation.isEmpty() ? "" : " for the " + operation + " operation";
            return new Fault(Fault.Kind.TOO_LARGE, "Request must be smaller than " + limit + " bytes" + where);
        }
        return new Fault(Fault.Kind.CUT_OFF, "The request body terminated unexpectedly");
    }

    private static Response unexpected(Throwable e, Protocol protocol, String what, String requestId) {
        LOG.log(Level.ERROR, () -> "unexpected failure operation=" + what + " request=" + requestId, e);
        return protocol.error(
                new Fault(Fault.Kind.INTERNAL, "An internal error occurred. Request id: " + requestId), requestId);
    }

    /// A random UUID that need not be secret.
    private static String requestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }
}
