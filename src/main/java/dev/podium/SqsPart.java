package dev.podium;

import dev.podium.aws.Service;
import dev.podium.sqs.MoveTasks;
import dev.podium.sqs.Queues;
import dev.podium.sqs.SqsApi;

/// SQS.
final class SqsPart implements ServicePart {
    private final Queues queues;
    private final MoveTasks moves;

    SqsPart(Foundation on) {
        queues = new Queues(on.store(), on.clock());
        moves = on.parts().add(new MoveTasks(on.store(), queues));
    }

    Queues queues() {
        return queues;
    }

    @Override
    public Service service() {
        return Service.lazy("sqs", () -> new SqsApi(queues, moves).service());
    }

    @Override
    public void start() {
        queues.start();
        moves.start();
    }

    @Override
    public void clear() {
        queues.clear();
    }
}
