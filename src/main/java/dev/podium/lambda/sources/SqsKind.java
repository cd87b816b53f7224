package dev.podium.lambda.sources;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// SQS queues as sources: this server's own where it has one of that ARN, otherwise the upstream's.
///
/// @param upstream null without one
public record SqsKind(QueueAccess own, @Nullable QueueAccess upstream, Functions functions) implements SourceKind {
    /// Refuses queues that aren't there, and those whose messages would come again while the function has
    /// them.
    @Override
    public EventSourceMapping completed(EventSourceMapping mapping) {
        Arn queue = arn(mapping);
        try {
            Optional<Duration> visibility = access(queue).visibility(queue);
            if (visibility.isEmpty()) {
                throw invalid("Error occurred while ReceiveMessage. SQS Error Code:"
                        + " AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not"
                        + " exist.");
            }
            long seconds = visibility.get().toSeconds();
            int timeout = functions.get(mapping.functionName()).settings().timeout();
            if (seconds < timeout) {
                throw invalid("Queue visibility timeout: " + seconds + " seconds is less than Function timeout: "
                        + timeout + " seconds");
            }
            return mapping;
        } catch (SourceException e) {
            // Away just now: the mapping says so while it is.
            return mapping;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return mapping;
        }
    }

    private static AwsException invalid(String message) {
        return new AwsException(new LambdaError.InvalidParameterValue(message));
    }

    private static Arn arn(EventSourceMapping mapping) {
        Arn source = mapping.source();
        if (source == null) {
            throw new IllegalStateException("a queue's mapping has an EventSourceArn");
        }
        return source;
    }

    private QueueAccess access(Arn queue) throws SourceException, InterruptedException {
        return upstream == null || own.visibility(queue).isPresent() ? own : upstream;
    }

    @Override
    public Source open(EventSourceMapping mapping) throws SourceException, InterruptedException {
        Arn queue = arn(mapping);
        QueueAccess access = access(queue);
        Duration visibility = access.visibility(queue)
                .orElseThrow(() -> new SourceException("The queue " + queue + " does not exist.", null));
        return new SqsSource(mapping, queue, access, visibility);
    }
}
