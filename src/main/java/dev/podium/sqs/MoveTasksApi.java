package dev.podium.sqs;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operations that move messages out of dead-letter queues.
record MoveTasksApi(Queues queues, MoveTasks moves) implements SqsOperations {
    private static final int MOST_PER_SECOND = 500;
    private static final int MOST_RESULTS = 10;

    record StartRequest(
            String sourceArn,
            @Nullable String destinationArn,
            @Nullable Integer maxNumberOfMessagesPerSecond) {}

    record StartResult(String taskHandle) {}

    record ListRequest(String sourceArn, @Nullable Integer maxResults) {}

    record ListResult(List<TaskEntry> results) {}

    record TaskEntry(
            @Nullable String taskHandle,
            String status,
            String sourceArn,
            @Nullable String destinationArn,
            @Nullable Integer maxNumberOfMessagesPerSecond,
            long approximateNumberOfMessagesMoved,
            long approximateNumberOfMessagesToMove,
            @Nullable String failureReason,
            long startedTimestamp) {}

    record CancelRequest(String taskHandle) {}

    record CancelResult(long approximateNumberOfMessagesMoved) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("StartMessageMoveTask", StartRequest.class, StartResult.class, this::start)
                .operation("ListMessageMoveTasks", ListRequest.class, ListResult.class, this::list)
                .operation("CancelMessageMoveTask", CancelRequest.class, CancelResult.class, this::cancel);
    }

    private StartResult start(Call call, StartRequest request) {
        QueueId source = existing(request.sourceArn(), "SourceArn");
        Integer perSecond = request.maxNumberOfMessagesPerSecond();
        if (perSecond != null && (perSecond < 1 || perSecond > MOST_PER_SECOND)) {
            throw SqsError.InvalidParameterValue.of(
                            perSecond, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500, if provided.")
                    .exception();
        }
        if (!isTarget(source)) {
            throw new SqsError.InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
                    .exception();
        }
        String to = request.destinationArn();
        QueueId destination = to == null ? null : existing(to, "DestinationArn");
        if (destination != null && destination.fifo() != source.fifo()) {
            throw new SqsError.InvalidParameterValue(
                            "Source and destination queues must be of the same type, standard or FIFO.")
                    .exception();
        }
        return new StartResult(moves.start(source, destination, perSecond));
    }

    private boolean isTarget(QueueId name) {
        List<StoredQueue> page = queues.page(name.scope(), "", null, 1000);
        while (!page.isEmpty()) {
            for (StoredQueue queue : page) {
                QueueSettings.Redrive redrive =
                        QueueSettings.of(queue.attributes()).redrive();
                if (redrive != null && redrive.target().equals(name)) {
                    return true;
                }
            }
            page = queues.page(name.scope(), "", page.getLast().name(), 1000);
        }
        return false;
    }

    private QueueId existing(String arn, String parameter) {
        return Arn.parse(arn)
                .flatMap(QueueId::of)
                .filter(name -> queues.stored(name).isPresent())
                .orElseThrow(() -> noSuchQueue(parameter));
    }

    private static AwsException noSuchQueue(String parameter) {
        return new SqsError.ResourceNotFound(
                        "The resource that you specified for the " + parameter + " parameter doesn't exist.")
                .exception();
    }

    private ListResult list(Call call, ListRequest request) {
        int limit = request.maxResults() == null ? 1 : request.maxResults();
        if (limit < 1 || limit > MOST_RESULTS) {
            throw SqsError.InvalidParameterValue.of(limit, "MaxResults", "Must be between 1 and 10, if provided.")
                    .exception();
        }
        QueueId source = existing(request.sourceArn(), "SourceArn");
        List<TaskEntry> entries = new ArrayList<>();
        moves.list(source, limit).forEach((handle, task) -> entries.add(entry(handle, task)));
        return new ListResult(entries);
    }

    private static TaskEntry entry(String handle, MoveTask task) {
        return new TaskEntry(
                task.status() == MoveTask.Status.RUNNING ? handle : null,
                task.status().name(),
                task.source(),
                task.destination(),
                task.perSecond(),
                task.moved(),
                task.toMove(),
                task.failure(),
                task.started());
    }

    private CancelResult cancel(Call call, CancelRequest request) {
        return new CancelResult(moves.cancel(request.taskHandle()).moved());
    }
}
