package dev.podium;

import dev.podium.aws.Service;
import dev.podium.config.Config;
import dev.podium.ec2.NetworkLookup;
import dev.podium.schedules.RunsPage;
import dev.podium.schedules.Timetable;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The AWS services of this server, and what connects them.
final class Services {
    private final LogsPart logs;
    private final SqsPart sqs;
    private final @Nullable S3Part s3;
    private final LambdaPart lambda;
    private final ElbPart elb;
    private final EcsPart ecs;
    private final Ec2Part ec2;
    private final SchedulesPart schedules;
    private final EventsPart events;
    private final OwnCalls calls = new OwnCalls();
    private final IamPart iam;
    private final StsPart sts;

    Services(Foundation on) throws IOException, StartException {
        logs = new LogsPart(on);
        sqs = new SqsPart(on);
        s3 = on.config().server().s3() == Config.S3Choice.OWN ? new S3Part(on) : null;
        CodeInS3 code = new CodeInS3(s3 == null ? null : s3.reader(), on.upstream());
        lambda = new LambdaPart(on, logs.groups(), sqs.queues(), calls, code);
        ec2 = new Ec2Part(on);
        elb = new ElbPart(on, lambda.asTargets(), ec2.addresses(), new InstanceNetwork(new NetworkLookup(on.store())));
        ec2.onChange(elb.traffic()::instanceChanged);
        iam = new IamPart(on);
        sts = new StsPart(on);
        ecs = new EcsPart(on, logs.groups(), elb.balancing());
        ScheduleTargets targets = new ScheduleTargets(lambda.events(), calls, on.upstream());
        Timetable timetable = on.parts().add(new Timetable(on.clock()));
        schedules = new SchedulesPart(on, targets, timetable);
        events = new EventsPart(on, targets, timetable);
    }

    /// All of them, those first that others need.
    List<ServicePart> all() {
        return Stream.of(logs, sqs, s3, lambda, ec2, elb, ecs, iam, sts, schedules, events)
                .<ServicePart>mapMulti((part, all) -> {
                    if (part != null) {
                        all.accept(part);
                    }
                })
                .toList();
    }

    List<Service> apis() {
        return all().stream().map(ServicePart::service).toList();
    }

    /// Calls among the services; they have to be connected with the dispatcher.
    OwnCalls calls() {
        return calls;
    }

    /// The page of the last runs of schedules and rules.
    RunsPage runs() {
        return new RunsPage(arn ->
                schedules.schedules().history(arn).or(() -> events.rules().history(arn)));
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
