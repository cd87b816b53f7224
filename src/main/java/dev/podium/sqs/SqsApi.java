package dev.podium.sqs;

import dev.podium.aws.AwsError;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.http.Request;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The SQS API, in JSON and in the query protocol.
///
/// @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html">API reference</a>
public final class SqsApi {
    /// Ten messages' text may triple in a form.
    private static final long MAX_BODY = 8 << 20;

    private static final Pattern QUEUE_PATH = Pattern.compile("/\\d{12}/[A-Za-z0-9._-]{1,80}/?");

    private final List<SqsOperations> families;

    /// Makes the API over the queues; the queues belong to the caller.
    public SqsApi(Queues queues, MoveTasks moves) {
        families = List.of(
                new QueuesApi(queues),
                new SendingApi(queues),
                new MessagesApi(queues),
                new MoveTasksApi(queues, moves));
    }

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("sqs")
                .maxBody(MAX_BODY)
                .openEnum("QueueAttributeName")
                .openEnum("MessageSystemAttributeName")
                .openEnum("MessageSystemAttributeNameForSends")
                .absent("QueueUrl", SqsApi::queueOfPath)
                .missing(SqsApi::missing);
        families.forEach(family -> family.addTo(service));
        return service.build();
    }

    /// In the query protocol the request's own path may name the queue.
    private static @Nullable String queueOfPath(Request request) {
        return QUEUE_PATH.matcher(request.rawPath()).matches() ? request.rawPath() : null;
    }

    private static AwsError missing(String operation, String path) {
        if (path.equals("Entries")) {
            return Batch.empty(operation);
        }
        // `entries.1.Id` is `SendMessageBatchRequestEntry.1.Id` in AWS's words.
        return new SqsError.MissingParameter(
                path.startsWith("entries.") ? operation + "RequestEntry" + path.substring("entries".length()) : path);
    }

    /// The queue of a URL, in the caller's region.
    ///
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist when it is no queue's URL
    static QueueId queue(String url, Scope caller) {
        return QueueId.of(url, caller).orElseThrow(() -> new SqsError.QueueDoesNotExist().exception());
    }

    /// The queue of a URL, ready for work.
    ///
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist when there is none
    static LiveQueue queue(Queues queues, Call call, String url) {
        return queues.working(queue(url, call.scope()));
    }

    /// The URL of a queue, at the host that the client called.
    static String url(QueueId queue, Request request) {
        String host = request.headers().first("Host", "localhost");
        String scheme = request.headers().first("X-Forwarded-Proto", "http").equals("https") ? "https" : "http";
        return scheme + "://" + host + "/" + queue.scope().account() + "/" + queue.name();
    }
}
