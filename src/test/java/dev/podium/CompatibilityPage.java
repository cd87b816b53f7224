package dev.podium;

import dev.podium.aws.Coverage;
import dev.podium.aws.ServiceApi;
import dev.podium.ec2.Ec2ModelTest;
import dev.podium.lambda.UnwiredLambda;
import dev.podium.logs.LogGroups;
import dev.podium.logs.LogsApi;
import dev.podium.logs.LogsSettings;
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
            List.of("PublishTo", "S3Bucket", "S3Key", "SourceKMSKeyArn"),
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
            | `Role` | None: Podium doesn't evaluate IAM. A function's own AWS credentials name its account, nothing more. |
            | `TracingConfig` | `Active` marks the trace header of new traces as sampled. No trace is recorded. |
            | `LoggingConfig.LogFormat`, `ApplicationLogLevel` | The runtime is told, and writes its lines so. The START, END and \
            REPORT lines of the log tail stay text. |
            | `LoggingConfig.SystemLogLevel` | None. |
            | `LoggingConfig.LogGroup` | The function sees it as `AWS_LAMBDA_LOG_GROUP_NAME`. Logs go to the pod's log, not to \
            CloudWatch. |
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

            A function is named by name, partial ARN or full ARN. `$LATEST` is the only version: any other qualifier is not found.

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

    private static final String EC2_NOTES = """

            ### Instances

            - An instance is a pod whose one container waits for its end: the image's own entry point isn't run. User data that begins with
              `#!` runs as a script, as the image's user, at the first boot; its output is the console output. `shutdown`, `poweroff` and
              `halt` end the instance from inside.
            - What an image has of `/bin/sh` and `sleep` is what its instances need.
            - The pod asks for the memory of its instance type, which is its limit too, and for its vCPUs, or for burstable types for AWS's
              baseline. An ARM type goes to an ARM node.
            - Address and DNS name are the pod's. A stopped instance has neither, and gets others at its next start; a rebooted one too.
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
                        if (name.equals("ec2")) {
                            page.append(EC2_NOTES);
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
        return Map.of(
                "lambda",
                UnwiredLambda.service(store),
                "logs",
                new LogsApi(logs).service(),
                "sqs",
                SqsModelTest.service(store),
                "ec2",
                Ec2ModelTest.service(store));
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
