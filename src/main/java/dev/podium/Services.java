package dev.podium;

import dev.podium.aws.Service;
import dev.podium.config.Config;
import dev.podium.ec2.NetworkLookup;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.s3.S3Api;
import dev.podium.schedules.RunsPage;
import dev.podium.schedules.Timetable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The AWS services of this server, and what connects them.
final class Services {
    private final LogsPart logs;
    private final SqsPart sqs;
    /// Empty when the upstream has all buckets.
    private final Optional<DormantPart<S3Part>> s3;
    private final LambdaPart lambda;
    private final DormantPart<ElbPart> elb;
    private final DormantPart<EcsPart> ecs;
    private final DormantPart<Ec2Part> ec2;
    private final DormantPart<SchedulesPart> schedules;
    private final DormantPart<EventsPart> events;
    private final OwnCalls calls = new OwnCalls();
    private final IamPart iam;
    private final StsPart sts;

    Services(Foundation on) throws IOException, StartException {
        logs = new LogsPart(on);
        sqs = new SqsPart(on);
        s3 = on.config().server().s3() == Config.S3Choice.OWN
                ? Optional.of(new DormantPart<>("s3", S3Api::claims, List.of("s3."), false, on, S3Part::new))
                : Optional.empty();
        lambda = new LambdaPart(
                on,
                logs.groups(),
                sqs.queues(),
                calls,
                new CodeInS3(s3.map(own -> () -> own.open().reader()), on.upstream()));
        ec2 = new DormantPart<>("ec2", null, List.of("ec2-"), true, on, this::ec2);
        elb = new DormantPart<>("elbv2", null, List.of("elb-"), false, on, this::elb);
        iam = new IamPart(on);
        sts = new StsPart(on);
        ecs = new DormantPart<>("ecs", null, List.of("ecs-"), true, on, this::ecs);
        ScheduleTargets targets = new ScheduleTargets(lambda.events(), calls, on.upstream());
        Timetable timetable = on.parts().add(new Timetable(on.clock()));
        schedules = new DormantPart<>(
                "scheduler",
                null,
                List.of("schedule"),
                false,
                on,
                parts -> new SchedulesPart(parts, targets, timetable));
        events = new DormantPart<>(
                "events",
                null,
                List.of("events-", "event-rules"),
                false,
                on,
                parts -> new EventsPart(parts, targets, timetable));
    }

    private Ec2Part ec2(Foundation on) {
        Ec2Part part = new Ec2Part(on);
        // Without a load balancer nobody waits for instances.
        part.onChange(
                (scope, id) -> elb.ifOpen().ifPresent(open -> open.traffic().instanceChanged(scope, id)));
        return part;
    }

    private ElbPart elb(Foundation on) {
        return new ElbPart(
                on,
                lambda.asTargets(),
                (scope, id) -> ec2.open().addresses().find(scope, id),
                new InstanceNetwork(new NetworkLookup(on.store())));
    }

    private EcsPart ecs(Foundation on) {
        return new EcsPart(on, logs.groups(), elb.open().balancing());
    }

    /// All of them, those first that others need.
    List<ServicePart> all() {
        return Stream.of(
                        Stream.of(logs, sqs),
                        s3.stream(),
                        Stream.of(lambda, ec2, elb, ecs, iam, sts, schedules, events))
                .<ServicePart>flatMap(parts -> parts)
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
        return new RunsPage(arn -> schedules
                .ifOpen()
                .flatMap(open -> open.schedules().history(arn))
                .or(() -> events.ifOpen().flatMap(open -> open.rules().history(arn))));
    }

    LambdaPart lambda() {
        return lambda;
    }

    /// Answers a request whose host is a load balancer's.
    Optional<Response> balanced(Request request) throws IOException, InterruptedException {
        ElbPart open = elb.ifOpen().orElse(null);
        return open == null ? Optional.empty() : open.answer(request);
    }

    SqsPart sqs() {
        return sqs;
    }
}
