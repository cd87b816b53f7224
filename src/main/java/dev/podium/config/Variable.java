package dev.podium.config;

import java.util.List;

/// Every environment variable that Podium reads: the one table behind parsing, `podium.jar config` and
/// `docs/configuration.md`.
public enum Variable {
    LISTEN(
            "PODIUM_LISTEN",
            "127.0.0.1:4566",
            "host:port",
            "Where the AWS APIs listen. In a cluster the default is `0.0.0.0:4566`.",
            Alias.same("GATEWAY_LISTEN")),
    RUNTIME_LISTEN(
            "PODIUM_RUNTIME_LISTEN",
            "",
            "host:port",
            "Where pods fetch their invocations. The default is `127.0.0.1:9001` with the embedded cluster,"
                    + " else `0.0.0.0:9001`."),
    SELF_URL(
            "PODIUM_SELF_URL",
            "",
            "URL",
            "The address under which pods reach this server. Found by itself when unset: in a cluster the Service's"
                    + " ClusterIP, else the pod's IP; outside, the host's address on the route to the nodes.",
            Alias.same("FAKECLOUD_K8S_SELF_URL")),
    STATE_DIR(
            "PODIUM_STATE_DIR",
            "",
            "folder",
            "Where functions, code and queued events are kept. The default is `.podium` in the home folder.",
            Alias.same("FAKECLOUD_DATA_PATH")),
    PERSISTENCE(
            "PODIUM_PERSISTENCE",
            "true",
            "true or false",
            "Whether anything is kept: with `false` all state is in memory and gone when the server stops.",
            Alias.same("PERSISTENCE")),
    REGION(
            "PODIUM_REGION",
            "us-east-1",
            "name",
            "The AWS region of requests that name none.",
            Alias.same("FAKECLOUD_REGION")),
    ACCOUNT_ID(
            "PODIUM_ACCOUNT_ID",
            "000000000000",
            "12 digits",
            "The AWS account of requests whose access key id is not itself an account id.",
            Alias.same("FAKECLOUD_ACCOUNT_ID")),
    ACCESS_KEYS(
            "PODIUM_ACCESS_KEYS",
            "",
            "id:secret,…",
            "Access keys; once there are any, every request must carry a valid signature by one of them."),
    ALLOW_OPEN(
            "PODIUM_ALLOW_OPEN",
            "false",
            "true or false",
            "Allows listening beyond loopback without access keys outside a cluster, which is refused otherwise."),
    ALLOW_RESET(
            "PODIUM_ALLOW_RESET",
            "false",
            "true or false",
            "Allows `POST /_podium/reset`, which empties all state; for test suites."),
    UPSTREAM_URL(
            "PODIUM_UPSTREAM_URL",
            "",
            "URL",
            "Where requests for services go that Podium lacks, unchanged, and messages for targets of those services"
                    + " (dead-letter queues, destinations), signed with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`,"
                    + " or `test` and `test`."),
    SECRETS(
            "PODIUM_SECRETS",
            "",
            "file or folder",
            "Secrets that are looked for here before the upstream's Secrets Manager is asked: a JSON file whose members"
                    + " are secrets by name or ARN, or a folder with a file for each, such as a mounted Kubernetes Secret."
                    + " Kafka's brokers and ECS containers need them. Read at each use."),
    LOG_FORMAT("PODIUM_LOG_FORMAT", "text", "text or json", "The form of the log on standard error."),
    LOG_LEVEL(
            "PODIUM_LOG_LEVEL",
            "info",
            "error, warning, info, debug or trace",
            "The least severe level that is logged."),
    LOGS_MAX_SIZE(
            "PODIUM_LOGS_MAX_SIZE",
            "512MiB",
            "bytes, KiB, MiB or GiB",
            "The most that the events of all log groups may take on disk; the oldest go first."),
    S3(
            "PODIUM_S3",
            "own",
            "own or upstream",
            "Who answers S3. `own`: the built-in one; only functions' code is looked for at `PODIUM_UPSTREAM_URL` too, when its"
                    + " bucket isn't here. `upstream`: `PODIUM_UPSTREAM_URL` has all buckets."),
    S3_MAX_SIZE(
            "PODIUM_S3_MAX_SIZE",
            "50GiB",
            "bytes, KiB, MiB or GiB",
            "The most that the objects and unfinished uploads of all buckets may take on disk; what would exceed it is"
                    + " refused."),

    CLUSTER(
            "PODIUM_CLUSTER",
            "auto",
            "auto, embedded, kubeconfig or in-cluster",
            "Where pods run. `auto` takes the cluster that Podium itself runs in, else the one that a kubeconfig names,"
                    + " else the embedded one, whose pods are local processes.",
            Alias.demand("LAMBDA_RUNTIME_EXECUTOR", "kubernetes"),
            Alias.demand("ECS_TASK_EXECUTOR", "kubernetes"),
            Alias.demand("FAKECLOUD_LAMBDA_BACKEND", "k8s", "kubernetes"),
            Alias.demand("EC2_VM_MANAGER", "kubernetes")),
    KUBECONFIG(
            "KUBECONFIG",
            "",
            "file",
            "The kubeconfig, or several joined by the path separator, as `kubectl` reads them. The default is `.kube/config` in the"
                    + " home folder."),
    KUBE_CONTEXT("PODIUM_KUBE_CONTEXT", "", "name", "The kubeconfig's context, instead of its current one."),
    NAMESPACE(
            "PODIUM_NAMESPACE",
            "",
            "name",
            "The namespace for pods. The default is Podium's own in a cluster, else the kubeconfig context's.",
            Alias.same("LOCALSTACK_K8S_NAMESPACE"),
            Alias.same("FAKECLOUD_K8S_NAMESPACE")),
    INSTANCE(
            "PODIUM_INSTANCE",
            "",
            "name",
            "Tells several Podiums in one namespace apart; each touches only pods with its own. Made up at the first"
                    + " start and kept in the state folder when unset."),
    POD_NAME("PODIUM_POD_NAME", "", "name", "The name of Podium's own pod; the default is its host name."),
    POD_IP("PODIUM_POD_IP", "", "IP address", "The address of Podium's own pod; the manifests set it."),

    POD_TEMPLATE(
            "PODIUM_POD_TEMPLATE",
            "",
            "file, JSON or YAML",
            "A partial Pod manifest that is merged under every pod: affinity, priority, DNS, whatever the cluster asks"
                    + " for. A path, or the manifest itself (JSON, or YAML of more than one line). A function's tag"
                    + " `podium:pod-template` adds to it."),
    POD_LABELS(
            "PODIUM_POD_LABELS",
            "",
            "key=value,… or JSON",
            "Labels for every pod; Podium's own cannot be replaced.",
            Alias.same("LAMBDA_K8S_LABELS"),
            Alias.same("LOCALSTACK_K8S_LABELS")),
    POD_ANNOTATIONS(
            "PODIUM_POD_ANNOTATIONS",
            "",
            "key=value,… or JSON",
            "Annotations for every pod.",
            Alias.same("LOCALSTACK_K8S_ANNOTATIONS"),
            Alias.same("FAKECLOUD_K8S_ANNOTATIONS")),
    NODE_SELECTOR(
            "PODIUM_NODE_SELECTOR",
            "",
            "key=value,… or JSON",
            "Labels of the nodes on which pods may run.",
            Alias.same("FAKECLOUD_K8S_NODE_SELECTOR")),
    TOLERATIONS(
            "PODIUM_TOLERATIONS",
            "",
            "key=value:effect,… or JSON",
            "Taints that pods tolerate; `key:effect` for any value, or a JSON array of tolerations.",
            Alias.same("FAKECLOUD_K8S_TOLERATIONS")),
    POD_DNS(
            "PODIUM_POD_DNS",
            "",
            "IP address,…",
            "Name servers of pods, instead of the cluster's.",
            Alias.same("LAMBDA_DOCKER_DNS")),
    POD_SECURITY_CONTEXT(
            "PODIUM_POD_SECURITY_CONTEXT",
            "",
            "JSON",
            "A container securityContext that is merged over Podium's own, e.g. `{\"runAsUser\": 1000}`.",
            Alias.same("K8S_CONTAINER_SECURITY_CONTEXT")),
    IMAGE_PULL_SECRET(
            "PODIUM_IMAGE_PULL_SECRET",
            "",
            "name",
            "The Secret with which the cluster pulls images.",
            Alias.same("FAKECLOUD_K8S_PULL_SECRET")),
    IMAGE_PREFIX(
            "PODIUM_IMAGE_PREFIX",
            "",
            "text",
            "Put before the names of AWS's runtime images and of the default init image, e.g. a mirror's `mirror.example/`;"
                    + " images that were named by a setting or a function stay as they are.",
            Alias.same("LAMBDA_K8S_IMAGE_PREFIX")),
    INIT_IMAGE(
            "PODIUM_INIT_IMAGE",
            "busybox:1.36-musl",
            "image",
            "The image that brings code into pods; it needs a statically linked busybox.",
            Alias.same("LAMBDA_K8S_INIT_IMAGE")),
    ECR_URL(
            "PODIUM_ECR_URL",
            "",
            "host[:port][/path]",
            "Replaces the registry in image URIs of AWS's private ECR.",
            Alias.same("FAKECLOUD_K8S_ECR_URL")),

    EC2_IMAGES(
            "PODIUM_EC2_IMAGES",
            "",
            "ami-…=image,…",
            "Container images by AMI id, on top of Amazon Linux 2023; or a JSON object of them."),
    EC2_START_TIMEOUT(
            "PODIUM_EC2_START_TIMEOUT",
            "5m",
            "duration",
            "How long an instance may be pending, because no node takes it or its image is being pulled."),
    EC2_IGNORE_ARCHITECTURE(
            "PODIUM_EC2_IGNORE_ARCHITECTURE",
            "false",
            "true or false",
            "Lets instances run on nodes of any architecture, whatever their types are."),
    EC2_NETWORK_POLICY(
            "PODIUM_EC2_NETWORK_POLICY",
            "false",
            "true or false",
            "Turns security groups into NetworkPolicies for the instances' pods; needs the permissions `create`, `update`"
                    + " and `delete` on `networkpolicies`, and a cluster whose network enforces them."),

    LAMBDA_KEEPALIVE(
            "PODIUM_LAMBDA_KEEPALIVE",
            "10m",
            "duration",
            "How long an idle environment is kept; `0` makes every invocation a cold one.",
            Alias.converted("LAMBDA_KEEPALIVE_MS", "in milliseconds", text -> text + "ms")),
    LAMBDA_START_TIMEOUT(
            "PODIUM_LAMBDA_START_TIMEOUT",
            "2m",
            "duration",
            "How long a new environment may take to ask for its first invocation.",
            Alias.same("LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT")),
    LAMBDA_DEFAULT_TIMEOUT(
            "PODIUM_LAMBDA_DEFAULT_TIMEOUT",
            "3",
            "seconds",
            "Timeout of functions that are created without one, up to 900; Kubeless had 180."),
    LAMBDA_INSTALL_TIMEOUT(
            "PODIUM_LAMBDA_INSTALL_TIMEOUT",
            "5m",
            "duration",
            "How long the installation of a function's dependencies may take (tag `podium:install-dependencies`)."),
    LAMBDA_URL_LOG(
            "PODIUM_LAMBDA_URL_LOG",
            "false",
            "true or false",
            "Logs each request to a function URL: function, method, path without query, status, time and address."),
    LAMBDA_CONCURRENCY(
            "PODIUM_LAMBDA_CONCURRENCY",
            "1000",
            "number",
            "Invocations that may run at the same time in one account and region; more are throttled.",
            Alias.same("LAMBDA_LIMITS_CONCURRENT_EXECUTIONS")),
    LAMBDA_RETRY_BASE_DELAY(
            "PODIUM_LAMBDA_RETRY_BASE_DELAY",
            "1m",
            "duration",
            "How long after an error of the function an asynchronous event is run again; after a second error twice as"
                    + " long. A number is seconds.",
            Alias.same("LAMBDA_RETRY_BASE_DELAY")),
    LAMBDA_MAX_ENVIRONMENTS(
            "PODIUM_LAMBDA_MAX_ENVIRONMENTS",
            "0",
            "number",
            "Environments (pods) of one function version; beyond it invocations wait for a free one. `0`: no limit."),
    LAMBDA_POOL(
            "PODIUM_LAMBDA_POOL",
            "auto",
            "off, auto or runtime:number,…",
            "Spare pods that take any function, so that a cold invocation waits for no pod. `auto`: one for each runtime"
                    + " image, memory size, architecture, `/tmp` size and pod template in use, dropped after the"
                    + " keepalive time without use; on the embedded cluster, where a pod costs little, none."
                    + " `python3.12:2,nodejs22.x:1`: so many of each in use, for these runtimes only, and from the start"
                    + " for functions with the default 128 MB on x86_64."),
    LAMBDA_RUNTIME_IMAGES(
            "PODIUM_LAMBDA_RUNTIME_IMAGES",
            "",
            "JSON or pattern",
            "Images of runtimes, instead of AWS's: `{\"python3.12\": \"image\"}`, or a pattern in which `<runtime>` stands"
                    + " for the runtime's name. `<RUNTIME>_RUNTIME=image`, e.g. `PYTHON3.12_RUNTIME`, does it for one.",
            Alias.same("LAMBDA_RUNTIME_IMAGE_MAPPING")),
    LAMBDA_CODE_SIZE_ZIPPED(
            "PODIUM_LAMBDA_CODE_SIZE_ZIPPED",
            "52428800",
            "bytes",
            "The largest archive that is accepted.",
            Alias.same("LAMBDA_LIMITS_CODE_SIZE_ZIPPED")),
    LAMBDA_CODE_SIZE_UNZIPPED(
            "PODIUM_LAMBDA_CODE_SIZE_UNZIPPED",
            "262144000",
            "bytes",
            "The most that an archive may hold.",
            Alias.same("LAMBDA_LIMITS_CODE_SIZE_UNZIPPED")),
    LAMBDA_ENVIRONMENT_SIZE(
            "PODIUM_LAMBDA_ENVIRONMENT_SIZE",
            "4096",
            "bytes",
            "The most that a function's environment variables may take.",
            Alias.same("LAMBDA_LIMITS_MAX_FUNCTION_ENVVAR_SIZE_BYTES")),
    LAMBDA_PAYLOAD_SIZE(
            "PODIUM_LAMBDA_PAYLOAD_SIZE",
            "6291456",
            "bytes",
            "The largest payload of a synchronous invocation, in and out.",
            Alias.same("LAMBDA_LIMITS_MAX_FUNCTION_PAYLOAD_SIZE_BYTES")),
    LAMBDA_TMP_MEDIUM(
            "PODIUM_LAMBDA_TMP_MEDIUM",
            "Disk",
            "Disk or Memory",
            "Where a function's `/tmp` lies; in memory it counts against MemorySize."),
    LAMBDA_IGNORE_ARCHITECTURE(
            "PODIUM_LAMBDA_IGNORE_ARCHITECTURE",
            "false",
            "true or false",
            "Lets functions run on nodes of any architecture, whatever their Architectures say.",
            Alias.same("LAMBDA_IGNORE_ARCHITECTURE")),
    LAMBDA_CODE_LOADER(
            "PODIUM_LAMBDA_CODE_LOADER",
            "auto",
            "auto, shell or init",
            "What brings code into a pod: the runtime image's own shell, or the init image."),
    ELB_PORTS(
            "PODIUM_ELB_PORTS",
            "any",
            "any, none, or ports and ranges",
            "The ports that load balancers' listeners may have, such as `80,443,8080-8099`. Each is opened on the host of"
                    + " `PODIUM_LISTEN`; load balancers may share one, where the host name decides. In a cluster the Service has to"
                    + " carry them. With `none` listeners may have any port, and none is opened: load balancers answer by host name on the port of the"
                    + " AWS APIs alone."),
    ELB_CERTIFICATES(
            "PODIUM_ELB_CERTIFICATES",
            "",
            "ARN=file,…",
            "PEM files for the certificates of HTTPS listeners, each with the certificate, its chain and its private key;"
                    + " `*=file` is for all other ARNs. A certificate without a file is a self-signed one.");

    private final String variable;
    private final String defaultText;
    private final String unit;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of, and its conversions keep nothing
    private final List<Alias> aliases;

    Variable(String variable, String defaultText, String unit, String meaning, Alias... aliases) {
        this.variable = variable;
        this.defaultText = defaultText;
        this.unit = unit;
        this.meaning = meaning;
        this.aliases = List.of(aliases);
    }

    /// The name in the environment.
    public String variable() {
        return variable;
    }

    /// What holds when it is unset, as one would write it; empty when that is nothing, or is found out.
    public String defaultText() {
        return defaultText;
    }

    /// How a value is written.
    public String unit() {
        return unit;
    }

    /// What it does, in Markdown.
    public String meaning() {
        return meaning;
    }

    /// Names under which other servers know it.
    public List<Alias> aliases() {
        return aliases;
    }

    /// Whether its value must never be shown.
    public boolean secret() {
        return this == ACCESS_KEYS;
    }
}
