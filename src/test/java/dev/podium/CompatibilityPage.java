package dev.podium;

import dev.podium.aws.Coverage;
import dev.podium.aws.ServiceApi;
import dev.podium.ec2.Ec2ModelTest;
import dev.podium.ecs.EcsModelTest;
import dev.podium.elb.ElbModelTest;
import dev.podium.events.EventsModelTest;
import dev.podium.iam.IamModelTest;
import dev.podium.lambda.UnwiredLambda;
import dev.podium.logs.LogGroups;
import dev.podium.logs.LogsApi;
import dev.podium.logs.LogsSettings;
import dev.podium.s3.S3ModelTest;
import dev.podium.schedules.SchedulerModelTest;
import dev.podium.sqs.SqsModelTest;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Renders `docs/aws-compatibility.md`: every operation of every service model, and whether Podium has it.
///
/// Operations and their states come from the models and what the services declare
/// (`ServiceApi.Builder.partial` and
/// so on); what holds for several of them is written here.
@NullMarked
final class CompatibilityPage {
    private static final Path MODELS = Path.of("src", "main", "resources", "dev", "podium", "aws", "models");

    /// Members that are refused, and what they would be for.
    static final Map<String, List<String>> REFUSED = Map.of(
            "CreateFunction",
            List.of("TenancyConfig"),
            "CreateFunction, UpdateFunctionCode",
            List.of("PublishTo", "SourceKMSKeyArn"),
            "CreateFunction, UpdateFunctionConfiguration",
            List.of("CapacityProviderConfig", "DurableConfig", "FileSystemConfigs", "KMSKeyArn", "VpcConfig"));

    private static final String HEAD = """
            # AWS compatibility

            <!-- Written by `make docs` from the service models and dev.podium.CompatibilityPage: change that, not this page. -->

            Every operation of the services that Podium knows, and its state:

            - **full**: as AWS does it, as far as a test cluster can.
            - **partial**: something is missing, and the remark says what.
            - **refused**: answered with status 501, `NotImplemented` and "The operation … of … is not supported by Podium", with
            the reason when there is one. A service that is not on this page is answered likewise.

            Requests are routed, parsed and validated from AWS's own service models.
            """;

    private static final String LAMBDA_SETTINGS = """

            ### Settings of a function

            Refused with `InvalidParameterValueException`, "… is not supported by Podium: leave it out." (values that switch
            the feature off, such as an empty list of layers or `SnapStart` `None`, are accepted):

            | operation | members |
            |---|---|
            @REFUSED@
            Accepted, stored and shown, but with no effect or only some:

            | setting | effect |
            |---|---|
            | `Role` | None: Podium doesn't evaluate IAM. A function's own AWS credentials are good for its account, also with `PODIUM_ACCESS_KEYS`, and name the role then. |
            | `TracingConfig` | `Active` marks the trace header of new traces as sampled. No trace is recorded. |
            | `SnapStart` | None: checked against the runtime as AWS does, and shown, `OptimizationStatus` `On` for published \
            versions. Pods have no snapshots; a function gains by provisioned concurrency instead. |
            | `Runtime` | Names that an operator adds are accepted too (`<RUNTIME>_RUNTIME`). `RuntimeVersionConfig` is shown with \
            an ARN made from the name. |
            | `ImageUri` | Not looked up before a pod pulls it: a wrong one shows at the first invocation. `CodeSha256` is the digest \
            when the URI names one, else the SHA-256 of the URI, and `ResolvedImageUri` the URI itself. |
            | `Architectures` | The node's architecture on a real cluster, unless `PODIUM_LAMBDA_IGNORE_ARCHITECTURE` is set. None \
            on the embedded one. |
            | `EphemeralStorage` | The size limit of the pod's `/tmp`; the cluster enforces it, at times late. None on the embedded \
            cluster. |
            | `MemorySize` | The container's limit, and in proportion its CPU request; there is no CPU limit. On the embedded cluster a \
            process that takes more is killed soon after. |

            ### Qualifiers and names

            A function is named by name, partial ARN or full ARN, with a version or an alias behind it or as `Qualifier`.

            ### Self-managed Kafka

            - `ConsumerGroupId` is by default `<function name>-<handler>` (the name alone for images; `_` for characters that it can't have), not
              the mapping's UUID: several Podiums with the same function share a topic, and each record is processed by one.
            - A mapping reads all partitions that its group gives it. A batch holds records of several; those of one partition are in order, and
              no two batches have records of the same one at a time. Up to 16 batches (`MaximumPollers`, if given) of different partitions run at once
              when there is that much to read.
            - Offsets are committed a moment after the function succeeded or the records were discarded. A server that ends without
              warning has the last batches processed again; one that stops, and partitions that go to another server, have not: a batch under way is
              waited for (30 s at most).
            - Where the group has committed nothing, the starting position is found out and committed at once. Records that the topic has lost before
              they were read are skipped, whatever the starting position.
            - `BASIC_AUTH`, `SASL_SCRAM_256_AUTH`, `SASL_SCRAM_512_AUTH`, `CLIENT_CERTIFICATE_TLS_AUTH` and `SERVER_ROOT_CA_CERTIFICATE`: the secret comes from
              `PODIUM_SECRETS`, else from Secrets Manager at `PODIUM_UPSTREAM_URL`, and is read whenever a consumer is made. Beside AWS's members it may have
              `"securityProtocol": "SASL_PLAINTEXT"`, for brokers without TLS. Without any of them the connection is not encrypted.
            - `VPC_SUBNET` and `VPC_SECURITY_GROUP` have no effect; `VIRTUAL_HOST`, `SchemaRegistryConfig`, destinations `kafka://` and MSK (so IAM
              authentication too) are refused.
            - `ReportBatchItemFailures`: of each partition the first record that failed and all behind it come again; other partitions go on.
            - A mapping whose function is gone leaves its group after 45 s and joins it again when the function is back.

            ### Requests

            - `X-Amz-Tenant-Id` and `X-Amz-Durable-Execution-Name` of Invoke are ignored.
            - States follow at once: `Pending` becomes `Active` without a pod, since pods are made when they are needed.
            - The account is the access key id when that has 12 digits, else the configured one; the region is that of the \
            credential scope.
            """;

    private static final String SQS_NOTES = """

            ### Queues

            - JSON (`X-Amz-Target`) and the query protocol, at `/` or at the queue's own path. A queue's URL is
              `http://<host as the client called it>/<account>/<queue>`; whatever its host, account and name count, and the region is that of
              the credential scope.
            - A message is on disk before it is accepted; receives and deletes are on disk before they are answered. Each message is
              delivered at least once, also over `kill -9`.
            - A short poll looks at all messages, so it never comes back empty while there is one. The counts of `GetQueueAttributes` are exact.
              Changes of attributes count at once.
            - Standard queues keep the order of sending as far as they can. `MessageGroupId` is stored and shown there; tenants are not
              treated fairly by it.
            - More than 1,000,000 messages in all queues of a server, or 10,000 queues, are refused with `RequestThrottled`.

            Accepted, stored and shown, but with no effect:

            | attribute | effect |
            |---|---|
            | `Policy` | None: Podium doesn't evaluate IAM. |
            | `KmsMasterKeyId`, `KmsDataKeyReusePeriodSeconds`, `SqsManagedSseEnabled` | None: messages lie on Podium's disk as they are. |
            | `FifoThroughputLimit` | None: there is no such limit. |
            """;

    private static final String S3_NOTES = """

            ### Buckets and objects

            - Path style (`/bucket/key`) and virtual-host style: `bucket.s3.localhost`, `bucket.s3.<region>.localhost`, any host name with `s3`
              as a label of its own behind the bucket. An unsigned request to another host is no S3 request, unless it is presigned.
            - A bucket's name is taken for all accounts. Other accounts than its owner's are refused, whatever its policy says: Podium
              doesn't evaluate IAM. A bucket answers in every region; only code of functions has to be in the function's region, as on AWS.
            - An object is on disk before it is accepted, whole or not at all, also over `kill -9`. Bodies flow to and from disk: at most 5 GiB
              at once, 10,000 parts, and `PODIUM_S3_MAX_SIZE` for everything (507 `InsufficientStorage` beyond). A request has to arrive
              within five minutes.
            - Versioning is complete but for MFA delete; at most 10,000 versions of a key are kept.
            - With `PODIUM_ACCESS_KEYS`, signatures are checked in the header, in presigned links (also of version 2, which boto3 still
              makes) and of each chunk of a streaming body. Presigned links expire with and without keys.
            - Checksums CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512 and MD5 are verified, kept and shown; the XXHASH ones are
              refused. Of several parts with checksums that can't be combined, and no algorithm named for the upload, the object has none.
            - S3's requests never go to the upstream, but functions' code is looked for there when its bucket isn't here.
            - An unfinished upload stays until it is completed or aborted, or its bucket is deleted.
            - Headers and parameters that aren't supported are refused with `NotImplemented`, which names them.

            Accepted, stored and shown, but with no effect:

            | setting | effect |
            |---|---|
            | `StorageClass`, encryption headers, `WebsiteRedirectLocation` | None: shown with the object. |
            | Public access block, ownership controls, encryption, policy, CORS and lifecycle of a bucket | None: shown as they were put, \
            or AWS's default. |
            | `ACL` `private` and `bucket-owner-full-control` | None: that is how it is. Others are refused. |
            | `RequestPayer` | None. |
            """;

    private static final String IAM_NOTES = """

            ### Identities

            - Roles, policies and instance profiles are stored and returned, documents and quotas checked. **Nobody is refused anything by
              them**, neither callers nor functions, tasks and instances.
            - A role that a function, task or instance names need not exist, nor one that is assumed.
            - Credentials of AssumeRole and GetSessionToken work with all of Podium's services, in the role's account, until they expire; also
              over a restart, and with `PODIUM_ACCESS_KEYS`. Nothing of them is stored.
            - Any policy of AWS's own (`arn:aws:iam::aws:policy/…`) can be attached; Podium has no list of them.
            - An access key is its account's root: there are no users and groups.
            """;

    private static final String SCHEDULER_NOTES = """

            ### Schedules

            - Runs begin at their second, not within their minute. A rate without `StartDate` runs at once and counts from its creation, or
              from the change of its expression. A cron time that the clocks skip is left out, one that they show twice comes once; a day of a
              rate has 24 hours. An `at` time that they skip is as much later; one that is past by more than a minute never comes.
            - A `FlexibleTimeWindow` really spreads runs over the window. Runs may overlap.
            - A run is on disk before its target is called, and is made again when the server was killed before it ended: at least once.
            - Missed runs: of the times that passed while the server was down, or that the clock was put over, the latest one of each schedule
              runs, once and at once; the ones before do not. Its age counts from its time: one that is older than
              `MaximumEventAgeInSeconds` goes to the dead-letter queue. When the clock is put back no time comes twice (unless it was put back by
              more than a day).
            - A failed call is tried again after 1 s, 2 s, … 5 min, as `RetryPolicy` says; an error that would stay, such as a queue that isn't
              there, is not. Deleting a schedule ends its retries. With more than 100,000 calls waiting, what fails is not tried again.
            - A run of a function succeeds when its event is accepted: what becomes of that is the function's asynchronous invocation's
              matter.
            - `GET /_podium/schedules/<ARN of a schedule or a rule>` answers the last three successful runs and the last failed one
              (`Succeeded`, `Failed`), also after a restart. It asks for a
              signature when `PODIUM_ACCESS_KEYS` is set, of any service: `curl --aws-sigv4 aws:amz:us-east-1:scheduler --user <key>:<secret>`.
            - A server keeps 100,000 schedules.

            Targets: functions, queues, `RunTask` of ECS, the default event bus, and universal targets
            (`arn:aws:scheduler:::aws-sdk:<service>:<operation>`) of any operation that Podium has, of Lambda only `invoke`. With
            `PODIUM_UPSTREAM_URL` also topics, streams, delivery streams, state machines, other event buses and universal targets of
            sqs, sns:publish, events, states, kinesis, firehose, dynamodb, ssm, secretsmanager, codebuild and logs. Other targets are refused.

            Accepted, stored and shown, but with no effect:

            | setting | effect |
            |---|---|
            | `KmsKeyArn` | None: schedules lie on Podium's disk as they are. |
            | `Target.RoleArn` | None: Podium doesn't evaluate IAM. |
            """;

    private static final String EVENTS_NOTES = """

            ### Rules

            - There is the default event bus of each account and region. Rules' schedules run as those of the Scheduler do (see there), rates
              from one period after the rule is made or enabled on.
            - Targets are those of the Scheduler but universal ones. A function needs no permission for `events.amazonaws.com`: Podium doesn't
              evaluate policies.
            - An accepted event is on disk, and comes to each target of each rule that it matches at least once.
            - In an `InputTemplate`, what the event lacks is empty within quotes and `null` elsewhere.
            - Entries of one PutEvents call may have 1 MiB together. A bus has at most 300 rules, a rule five targets.
            - Destinations of functions may be the default event bus.
            """;

    private static final String ELB_NOTES = """

            ### Load balancers

            - A load balancer answers at `http://<DNSName>:4566` (its DNS name is `<name>-<id>.elb.localhost`, with `internal-` before it when
              its scheme is internal), which forwards plain requests, and on its listeners' own ports, which also take WebSockets,
              streams and TLS. Listeners' ports are opened on the host of `PODIUM_LISTEN`: one that is taken, or none of
              `PODIUM_ELB_PORTS`, is refused with `InvalidConfigurationRequest`.
            - HTTP listeners of several load balancers may have the same port, and so may HTTPS listeners: each load balancer has the requests
              for its DNS name, then those for names that its certificates are for. What is for none (`127.0.0.1`, names of your own)
              goes to the oldest one on the port. One port has one protocol; TCP and TLS listeners need ports of their own.
              `PODIUM_ELB_PORTS=none` leaves all ports closed: host names alone lead to load balancers.
            - `idle_timeout.timeout_seconds` counts for connections that begin after its change; on a shared port the longest one holds
              between two requests.
            - Refused by name: HTTP/2 and gRPC (`ProtocolVersion`), authentication and JWT actions, transforms, UDP, target type `alb`, ALPN,
              client certificates.
            - After a restart a listener whose port is taken meanwhile is left out; its load balancer is `active_impaired`, with the reason.
            - Subnets, security groups and VPCs are checked as far as Podium knows them. They, scheme and IP address type have no effect on
              traffic.
            - A certificate's files are named by `PODIUM_ELB_CERTIFICATES`; for any other ARN of ACM or IAM the load balancer signs one itself.
            - Limits are AWS's: 50 load balancers of each type and 3,000 target groups in a region, 50 listeners of a load balancer,
              100 rules of a load balancer, 1,000 targets of a target group.

            Accepted, stored and shown, but with no effect:

            | attribute | why |
            |---|---|
            | `access_logs.*`, `connection_logs.*`, `health_check_logs.*` | Nothing is written to S3. |
            | `load_balancing.cross_zone.enabled`, `dns_record.client_routing_policy`, `zonal_shift.config.enabled`, \
            `secondary_ips.auto_assigned.per_subnet` | There is one zone. |
            | `ipv6.deny_all_igw_traffic` | There is no internet gateway. |
            | `waf.fail_open.enabled` | There is no WAF. |
            | `routing.http2.enabled` | Listeners speak HTTP/1.1. |
            | `load_balancing.algorithm.anomaly_mitigation` | No anomalies are detected. |
            | `target_group_health.dns_failover.*` | There is no DNS to fail over. |
            | `preserve_client_ip.enabled` | Targets see the server's address; `proxy_protocol_v2.enabled` tells them the client's. |
            | `target_health_state.unhealthy.draining_interval_seconds` | Connections to an unhealthy target end at once, or stay. |
            | `routing.http.request.x_amzn_mtls_*` | Clients show no certificates. |
            """;

    private static final String ECS_NOTES = """

            ### Tasks and services

            - A task is one pod, its containers are containers of that pod and share `localhost` and the pod's address, whatever `networkMode`
              says: `awsvpc` shows it in an attachment, the others in `networkBindings`. A program in the task finds it in `PODIUM_POD_IP`.
            - A container that others depend on by `COMPLETE` or `SUCCESS` is an init container, and one that they depend on by `START` or
              `HEALTHY` a native sidecar (Kubernetes 1.29): these start one after the other, before all others.
            - Kubernetes starts nothing after an init container that fails. For who depends on one by `COMPLETE` alone, and so takes any exit
              code, a small shell runs it: the one that its `entryPoint`, or its `command` where there is no `entryPoint`, begins with
              (`sh`, `ash`, `bash`, `dash`), or for another `entryPoint` that of the image `PODIUM_INIT_IMAGE`. A `command` alone that begins with no
              shell may be arguments of the image's own entry point, which Podium doesn't know: when such a container ends with an
              error, so does the task, and its `stoppedReason` asks for the `entryPoint`. So does a task whose dependency was killed.
            - The embedded cluster has no images: there a `command` without `entryPoint` is what runs.
            - `stopTimeout` counts for the whole task: Kubernetes has one time for a pod, so the longest of its containers' holds.
            - `healthCheck` is asked by Kubernetes, the first time at once. `UNHEALTHY` is said when it succeeded before, or
              `startPeriod` + `retries` × `interval` + `timeout` have passed without success.
            - Secrets are read from the upstream when the task starts. Their values stand in the pod's spec: whoever may read pods can see them.
            - Credentials of the task's role are good for the task's account, also with `PODIUM_ACCESS_KEYS`. SDKs take `AWS_CONTAINER_CREDENTIALS_FULL_URI` on loopback
              only, so on real clusters the containers have the same credentials as `AWS_ACCESS_KEY_ID` and so on too.
            - The metadata endpoint's `/stats` and `/task/stats` measure CPU, memory and processes on the embedded cluster (on Linux), of the
              container's processes; not its network, which is the machine's. On real clusters they are `null`, as from an ECS agent that
              has none: Podium's role may not read measurements.
            - A task that has ended stays visible for an hour.

            Refused by name in a task definition: `proxyConfiguration`, `inferenceAccelerators`, `placementConstraints`, `pidMode`, `ipcMode`,
            `enableFaultInjection`, `networkMode` `none`, Windows; of a container `ulimits`, `privileged`, `links`, `firelensConfiguration`,
            `resourceRequirements`, `repositoryCredentials`, `credentialSpecs`, `dockerSecurityOptions`, `systemControls`, `environmentFiles`,
            `restartPolicy`, `disableNetworking`, `dnsServers`, `dnsSearchDomains`, `hostname`, `linuxParameters` (but `initProcessEnabled`), and
            log drivers other than `awslogs` and `json-file`, their `secretOptions`; of a volume all but what an empty folder of the pod can be.

            Accepted, stored and shown, but with no effect:

            | setting | effect |
            |---|---|
            | `executionRoleArn`, `registeredBy` | None: Podium doesn't evaluate IAM. |
            | `ephemeralStorage` | None: a task has what its node gives. |
            | `dockerLabels`, `startTimeout`, `versionConsistency`, `linuxParameters.initProcessEnabled` | None. |
            | `portMappings` | Shown, and named by load balancers: all ports of a pod are open, and `hostPort` is the container's. |
            | `awslogs-datetime-format`, `awslogs-multiline-pattern`, `mode`, `max-buffer-size` | None: a line is an event, and the log never \
            holds up its container. |
            | `user` | A number (and group) counts; the image's own user runs otherwise. |
            | `launchType`, capacity provider strategies, `platformVersion` | Shown; the pod runs wherever Kubernetes has room. |
            | `awsvpcConfiguration` | Shown; subnets and security groups don't concern a pod. |
            | `cpuArchitecture` | The node's architecture on a real cluster. None on the embedded one. |
            | `availabilityZoneRebalancing`, `bakeTimeInMinutes`, `role` | None. |
            | `RunTask.referenceId`, `ListTasks.daemonName` | None. |
            """;

    private static final String EC2_NOTES = """

            ### Instances

            - An instance is a pod whose one container waits for its end: the image's own entry point isn't run. User data that begins with
              `#!` runs as a script, as the image's user, at the first boot; its output is the console output. `shutdown`, `poweroff` and
              `halt` end the instance from inside.
            - What an image has of `/bin/sh` and `sleep` is what its instances need.
            - The pod asks for the memory of its instance type, which is its limit too, and for its vCPUs, or for burstable types for AWS's
              baseline. An ARM type goes to an ARM node.
            - Address and DNS name are the pod's. A stopped instance has neither, and gets others at its next start.
            - A stop deletes the pod and all its files; there are no volumes.
            - What Kubernetes says of a pod that does not start or ends is the `StateReason`: `Server.InsufficientInstanceCapacity` when no
              node takes it, else `Server.InternalError`. A new instance that does not come up is terminated, one that ran before is stopped.
            - `169.254.169.254` can't be had in a pod. `AWS_EC2_METADATA_SERVICE_ENDPOINT`, which AWS's SDKs read, names the metadata service
              (version 2 unless the instance allows 1).
            - Every account has in each region a default VPC with three subnets. Networks are names: all pods are in the cluster's one network,
              and addresses are not from a subnet's block.
            - A parameter that isn't supported is refused with `UnsupportedOperation`, at any depth, not ignored.
            """;

    private CompatibilityPage() {}

    /// Gives the whole page, in Markdown.
    static String markdown() throws IOException {
        try (Store store = MvStore.inMemory();
                Stream<Path> models = Files.list(MODELS)) {
            Map<String, ServiceApi> apis = apis(store);
            StringBuilder page = new StringBuilder(HEAD);
            models.map(model -> model.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .forEach(name -> {
                        ServiceApi none = ServiceApi.of(name).build();
                        service(page, apis.getOrDefault(name, none).coverage());
                        if (name.equals("lambda")) {
                            page.append(LAMBDA_SETTINGS.replace("@REFUSED@\n", refused() + "\n"));
                        }
                        if (name.equals("elbv2")) {
                            page.append(ELB_NOTES);
                        }
                        if (name.equals("ecs")) {
                            page.append(ECS_NOTES);
                        }
                        if (name.equals("ec2")) {
                            page.append(EC2_NOTES);
                        }
                        if (name.equals("scheduler")) {
                            page.append(SCHEDULER_NOTES);
                        }
                        if (name.equals("events")) {
                            page.append(EVENTS_NOTES);
                        }
                        if (name.equals("s3")) {
                            page.append(S3_NOTES);
                        }
                        if (name.equals("iam")) {
                            page.append(IAM_NOTES);
                        }
                        if (name.equals("sqs")) {
                            page.append(SQS_NOTES);
                        }
                    });
            return page.toString();
        }
    }

    /// The services, by the names of their models.
    static Map<String, ServiceApi> apis(Store store) {
        LogsSettings nowhere = LogsSettings.of(Path.of("target", "no-logs"), 1 << 20);
        LogGroups logs = new LogGroups(store, nowhere, Clock.systemUTC());
        return Map.ofEntries(
                Map.entry("iam", IamModelTest.iam(store)),
                Map.entry("sts", IamModelTest.sts(store)),
                Map.entry("elbv2", ElbModelTest.service(store)),
                Map.entry("ecs", EcsModelTest.service(store)),
                Map.entry("events", EventsModelTest.service(store)),
                Map.entry("lambda", UnwiredLambda.service(store)),
                Map.entry("logs", new LogsApi(logs).service()),
                Map.entry("s3", S3ModelTest.service(store)),
                Map.entry("scheduler", SchedulerModelTest.service(store)),
                Map.entry("sqs", SqsModelTest.service(store)),
                Map.entry("ec2", Ec2ModelTest.service(store)));
    }

    private static void service(StringBuilder page, Coverage coverage) {
        page.append(
                "\n## %s (API %s, %s)\n\n".formatted(coverage.service(), coverage.apiVersion(), coverage.protocol()));
        page.append("Of %d operations, %d are supported in full and %d in part.\n\n"
                .formatted(
                        coverage.operations().size(),
                        coverage.count(Coverage.State.FULL),
                        coverage.count(Coverage.State.PARTIAL)));
        page.append("| operation | state | remarks |\n|---|---|---|\n");
        for (Coverage.Item item : coverage.operations()) {
            String state = switch (item.state()) {
                case FULL -> "**full**";
                case PARTIAL -> "**partial**";
                case REFUSED, ABSENT -> "refused";
            };
            page.append("| %s | %s | %s |\n".formatted(item.operation(), state, sentence(item.remark())));
        }
    }

    private static String sentence(String remark) {
        return remark.isEmpty() || remark.endsWith(".")
                ? remark
                : Character.toUpperCase(remark.charAt(0)) + remark.substring(1) + ".";
    }

    private static String refused() {
        return REFUSED.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(row -> "| %s | %s |\n"
                        .formatted(
                                row.getKey(),
                                row.getValue().stream()
                                        .map(member -> "`" + member + "`")
                                        .collect(Collectors.joining(", "))))
                .collect(Collectors.joining());
    }
}
