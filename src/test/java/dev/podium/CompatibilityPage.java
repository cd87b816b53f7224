package dev.podium;

import dev.podium.aws.Coverage;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.UnwiredLambda;
import dev.podium.sqs.SqsModelTest;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Renders `docs/aws-compatibility.md`: every operation of every service model, and whether Podium has it.
///
/// Which operations there are comes from the models and the handlers. What a handler leaves out is written here.
@NullMarked
final class CompatibilityPage {
    private static final Path MODELS = Path.of("src", "main", "resources", "dev", "podium", "aws", "models");

    /// Where a supported operation does less than AWS's, by operation.
    static final Map<String, String> REMARKS = Map.of(
            "CreateFunction",
            "Code as `ZipFile` or `ImageUri`; code in S3 is refused. See the settings below.",
            "DeleteFunction",
            "There are no versions: a qualifier is refused.",
            "GetFunction",
            "`Code.Location` is a signed link to Podium itself, good for ten minutes.",
            "Invoke",
            "`Event`: on disk before the answer, then run once; no retries, no dead-letter queue, no destinations. "
                    + "`DryRun` checks that the function is there, not permissions. `LogType` `Tail` is honoured. "
                    + "A streamed response is passed on whole, when it is complete.",
            "ListFunctions",
            "`FunctionVersion` `ALL` lists `$LATEST` only; `MasterRegion` is ignored.",
            "TagResource",
            "`podium:transport` and `podium:pod-template` mean something to Podium, and a bad value is refused.",
            "UpdateFunctionCode",
            "As CreateFunction; `Publish` and `PublishTo` are refused. `DryRun` and `RevisionId` are honoured.",
            "UpdateFunctionConfiguration",
            "See the settings below. `RevisionId` is honoured.");

    /// The same for SQS.
    static final Map<String, String> SQS_REMARKS = Map.of(
            "AddPermission",
            "Written into the attribute `Policy`, which nothing enforces.",
            "CreateQueue",
            "A name is free again as soon as its queue is deleted, not after a minute.",
            "ListMessageMoveTasks",
            "Tasks are forgotten when the server stops.",
            "StartMessageMoveTask",
            "A stop of the server ends a task: what it hasn't moved stays where it is.");

    private static final Map<String, Map<String, String>> REMARKS_OF = Map.of("lambda", REMARKS, "sqs", SQS_REMARKS);

    /// Members that are refused, and what they would be for.
    static final Map<String, List<String>> REFUSED = Map.of(
            "CreateFunction",
            List.of("CodeSigningConfigArn", "TenancyConfig"),
            "CreateFunction, UpdateFunctionCode",
            List.of("Publish", "PublishTo", "S3Bucket", "S3Key", "SourceKMSKeyArn"),
            "CreateFunction, UpdateFunctionConfiguration",
            List.of(
                    "CapacityProviderConfig",
                    "DeadLetterConfig",
                    "DurableConfig",
                    "FileSystemConfigs",
                    "KMSKeyArn",
                    "Layers",
                    "SnapStart",
                    "VpcConfig"));

    private static final String HEAD = """
            # AWS compatibility

            <!-- Written by `make docs` from the service models and dev.podium.CompatibilityPage: change that, not this page. -->

            Every operation of the services that Podium knows. Requests are routed, parsed and validated from AWS's own
            service models. An operation without support is answered with status 501, `NotImplemented` and "The operation … of …
            is not supported by Podium"; a service that is not on this page likewise.
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
            | `Runtime` | Names that an operator adds are accepted too (`<RUNTIME>_RUNTIME`). `RuntimeVersionConfig` is shown with \
            an ARN made from the name. |
            | `ImageUri` | Not looked up before a pod pulls it: a wrong one shows at the first invocation. |
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

    private CompatibilityPage() {}

    /// Gives the whole page, in Markdown.
    static String markdown() throws IOException {
        try (Store store = MvStore.inMemory();
                Stream<Path> models = Files.list(MODELS)) {
            Map<String, ServiceApi> apis =
                    Map.of("lambda", UnwiredLambda.service(store), "sqs", SqsModelTest.service(store));
            StringBuilder page = new StringBuilder(HEAD);
            models.map(model -> model.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .forEach(name -> {
                        ServiceApi none = ServiceApi.of(name).build();
                        service(
                                page,
                                apis.getOrDefault(name, none).coverage(),
                                REMARKS_OF.getOrDefault(name, Map.of()));
                        if (name.equals("lambda")) {
                            page.append(LAMBDA_SETTINGS.replace("@REFUSED@\n", refused() + "\n"));
                        }
                        if (name.equals("sqs")) {
                            page.append(SQS_NOTES);
                        }
                    });
            return page.toString();
        }
    }

    private static void service(StringBuilder page, Coverage coverage, Map<String, String> remarks) {
        page.append(
                "\n## %s (API %s, %s)\n\n".formatted(coverage.service(), coverage.apiVersion(), coverage.protocol()));
        page.append("%d of %d operations are supported.\n\n"
                .formatted(coverage.supported(), coverage.operations().size()));
        page.append("| operation | | remarks |\n|---|---|---|\n");
        for (Coverage.Item item : coverage.operations()) {
            page.append("| %s | %s | %s |\n"
                    .formatted(
                            item.operation(),
                            item.supported() ? "**supported**" : "not supported by Podium",
                            item.supported() ? remarks.getOrDefault(item.operation(), "") : ""));
        }
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
