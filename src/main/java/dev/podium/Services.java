package dev.podium;

import dev.podium.aws.ServiceApi;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The AWS services of this server, and what connects them.
final class Services {
    private final LogsPart logs;
    private final SqsPart sqs;
    private final LambdaPart lambda;
    private final ElbPart elb;
    private final EcsPart ecs;

    Services(Foundation on) throws IOException, StartException {
        logs = new LogsPart(on);
        sqs = new SqsPart(on);
        lambda = new LambdaPart(on, logs.groups(), sqs.queues());
        elb = new ElbPart(on, lambda.asTargets(), (scope, instance) -> Optional.empty(), new PlainNetwork());
        ecs = new EcsPart(on, logs.groups(), dev.podium.ecs.LoadBalancing.NONE);
    }

    /// All of them, those first that others need.
    List<ServicePart> all() {
        return List.of(logs, sqs, lambda, elb, ecs);
    }

    List<ServiceApi> apis() {
        return all().stream().map(ServicePart::service).toList();
    }

    LambdaPart lambda() {
        return lambda;
    }

    ElbPart elb() {
        return elb;
    }

    SqsPart sqs() {
        return sqs;
    }
}
