package dev.podium;

import dev.podium.aws.Service;
import dev.podium.ec2.NetworkLookup;
import java.io.IOException;
import java.util.List;

/// The AWS services of this server, and what connects them.
final class Services {
    private final LogsPart logs;
    private final SqsPart sqs;
    private final LambdaPart lambda;
    private final ElbPart elb;
    private final EcsPart ecs;
    private final Ec2Part ec2;
    private final IamPart iam;
    private final StsPart sts;

    Services(Foundation on) throws IOException, StartException {
        logs = new LogsPart(on);
        sqs = new SqsPart(on);
        lambda = new LambdaPart(on, logs.groups(), sqs.queues());
        ec2 = new Ec2Part(on);
        elb = new ElbPart(on, lambda.asTargets(), ec2.addresses(), new InstanceNetwork(new NetworkLookup(on.store())));
        ec2.onChange(elb.traffic()::instanceChanged);
        iam = new IamPart(on);
        sts = new StsPart(on);
        ecs = new EcsPart(on, logs.groups(), elb.balancing());
    }

    /// All of them, those first that others need.
    List<ServicePart> all() {
        return List.of(logs, sqs, lambda, ec2, elb, ecs, iam, sts);
    }

    List<Service> apis() {
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
