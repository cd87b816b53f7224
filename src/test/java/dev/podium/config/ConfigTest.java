package dev.podium.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podium.config.Config.ClusterKind;
import dev.podium.config.Config.CodeLoader;
import dev.podium.config.Config.LogFormat;
import dev.podium.config.Config.LogLevel;
import dev.podium.config.Config.Surroundings;
import dev.podium.config.Config.TmpMedium;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
final class ConfigTest {
    private static final Surroundings LAPTOP = new Surroundings(Path.of("/home/me"), false);
    private static final Surroundings CLUSTER = new Surroundings(Path.of("/"), true);

    private static Config config(String... pairs) {
        return Config.from(environment(pairs), LAPTOP);
    }

    private static Map<String, String> environment(String... pairs) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return environment;
    }

    private static List<String> problems(String... pairs) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> config(pairs));
        assertThat(e).as("expected problems").isNotNull();
        return e.problems();
    }

    @Test
    void nothingSetGivesTheDefaults() {
        Config config = config("PATH", "/bin", "HOME", "/root");
        assertThat(config.server().listen()).isEqualTo(new Listen("127.0.0.1", 4566));
        assertThat(config.server().runtimeListen(true)).isEqualTo(new Listen("127.0.0.1", 9001));
        assertThat(config.server().runtimeListen(false)).isEqualTo(new Listen("0.0.0.0", 9001));
        assertThat(config.server().stateDir()).isEqualTo(Path.of("/home/me/.podium"));
        assertThat(config.server().persistence()).isTrue();
        assertThat(config.server().region()).isEqualTo("us-east-1");
        assertThat(config.server().accountId()).isEqualTo("000000000000");
        assertThat(config.server().accessKeys()).isEmpty();
        assertThat(config.server().allowReset()).isFalse();
        assertThat(config.server().logFormat()).isEqualTo(LogFormat.TEXT);
        assertThat(config.server().logLevel().level()).isEqualTo(System.Logger.Level.INFO);
        assertThat(config.server().selfUrl()).isNull();
        assertThat(config.cluster().kind()).isEqualTo(ClusterKind.AUTO);
        assertThat(config.cluster().kubeconfig()).isEqualTo(Path.of("/home/me/.kube/config"));
        assertThat(config.cluster().kubeconfigNamed()).isFalse();
        assertThat(config.cluster().namespace()).isNull();
        assertThat(config.pods().initImage()).isEqualTo("busybox:1.36-musl");
        assertThat(config.pods().imagePrefix()).isEmpty();
        assertThat(config.lambda().keepalive()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.lambda().startTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.lambda().concurrency()).isEqualTo(1000);
        assertThat(config.lambda().retryBaseDelay()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.upstream().url()).isNull();
        assertThat(config.lambda().codeSizeZippedBytes()).isEqualTo(50 << 20);
        assertThat(config.lambda().codeSizeUnzippedBytes()).isEqualTo(250 << 20);
        assertThat(config.lambda().environmentSizeBytes()).isEqualTo(4 << 10);
        assertThat(config.lambda().payloadSizeBytes()).isEqualTo(6 << 20);
        assertThat(config.lambda().tmpMedium()).isEqualTo(TmpMedium.DISK);
        assertThat(config.lambda().codeLoader()).isEqualTo(CodeLoader.AUTO);
    }

    @Test
    void inAClusterItListensEverywhere() {
        Config config = Config.from(Map.of(), CLUSTER);
        assertThat(config.server().listen()).isEqualTo(new Listen("0.0.0.0", 4566));
    }

    @Test
    void everyVariableHasItsPlace() {
        Config config = config(
                "PODIUM_LISTEN", "[::1]:0",
                "PODIUM_RUNTIME_LISTEN", "10.0.0.1:9002",
                "PODIUM_SELF_URL", "10.0.0.1",
                "PODIUM_STATE_DIR", "~/state",
                "PODIUM_PERSISTENCE", "false",
                "PODIUM_REGION", "eu-central-1",
                "PODIUM_ACCOUNT_ID", "123456789012",
                "PODIUM_ACCESS_KEYS", "AKIA1:one,AKIA2:two",
                "PODIUM_ALLOW_RESET", "1",
                "PODIUM_LOG_FORMAT", "json",
                "PODIUM_LOG_LEVEL", "warn",
                "PODIUM_CLUSTER", "in-cluster",
                "KUBECONFIG", "/a/config:/b/config",
                "PODIUM_KUBE_CONTEXT", "kind",
                "PODIUM_NAMESPACE", "functions",
                "PODIUM_INSTANCE", "team-a",
                "PODIUM_POD_NAME", "podium-0",
                "PODIUM_POD_IP", "10.1.2.3",
                "PODIUM_SERVICE_HOST", "10.96.0.7",
                "PODIUM_POD_TEMPLATE", "/etc/podium/template.yaml",
                "PODIUM_POD_LABELS", "team=a,stage=test",
                "PODIUM_POD_ANNOTATIONS", "{\"note\": \"a, b=c\"}",
                "PODIUM_NODE_SELECTOR", "disk=ssd",
                "PODIUM_TOLERATIONS", "gpu=yes:NoSchedule,spot:NoExecute",
                "PODIUM_POD_DNS", "10.0.0.10,fd00::1",
                "PODIUM_POD_SECURITY_CONTEXT", "{\"runAsUser\": 1000}",
                "PODIUM_IMAGE_PULL_SECRET", "regcred",
                "PODIUM_IMAGE_PREFIX", "mirror.example/",
                "PODIUM_INIT_IMAGE", "busybox:mine",
                "PODIUM_ECR_URL", "https://registry.example:5000/",
                "PODIUM_LAMBDA_KEEPALIVE", "0",
                "PODIUM_LAMBDA_START_TIMEOUT", "90",
                "PODIUM_LAMBDA_CONCURRENCY", "7",
                "PODIUM_LAMBDA_DEFAULT_TIMEOUT", "180",
                "PODIUM_LAMBDA_INSTALL_TIMEOUT", "90s",
                "PODIUM_LAMBDA_URL_LOG", "true",
                "PODIUM_LAMBDA_RETRY_BASE_DELAY", "50ms",
                "PODIUM_UPSTREAM_URL", "https://upstream.example:4567",
                "PODIUM_LOGS_MAX_SIZE", "3MiB",
                "PODIUM_S3", "upstream",
                "PODIUM_S3_MAX_SIZE", "4MiB",
                "PODIUM_ELB_PORTS", "80,8080-8099",
                "PODIUM_ELB_CERTIFICATES", "arn:aws:acm:us-east-1:000000000000:certificate/a=~/a.pem,*=/b.pem",
                "PODIUM_EC2_IMAGES", "ami-0123456789abcdef0=debian:12",
                "PODIUM_EC2_START_TIMEOUT", "30s",
                "PODIUM_EC2_IGNORE_ARCHITECTURE", "true",
                "PODIUM_EC2_NETWORK_POLICY", "true",
                "PODIUM_LAMBDA_MAX_ENVIRONMENTS", "3",
                "PODIUM_LAMBDA_POOL", "python3.12:2,nodejs22.x:1",
                "PODIUM_LAMBDA_RUNTIME_IMAGES", "img-<runtime>:1",
                "PODIUM_LAMBDA_CODE_SIZE_ZIPPED", "1",
                "PODIUM_LAMBDA_CODE_SIZE_UNZIPPED", "2",
                "PODIUM_LAMBDA_ENVIRONMENT_SIZE", "3",
                "PODIUM_LAMBDA_PAYLOAD_SIZE", "4",
                "PODIUM_LAMBDA_TMP_MEDIUM", "Memory",
                "PODIUM_LAMBDA_IGNORE_ARCHITECTURE", "true",
                "PODIUM_LAMBDA_CODE_LOADER", "init",
                "PODIUM_SECRETS", "~/secrets",
                "PODIUM_ALLOW_OPEN", "true");
        assertThat(config.server().listen().toString()).isEqualTo("[::1]:0");
        assertThat(config.server().runtimeListen(true)).isEqualTo(new Listen("10.0.0.1", 9002));
        assertThat(config.server().selfUrl()).isEqualTo(URI.create("http://10.0.0.1"));
        assertThat(config.server().stateDir()).isEqualTo(Path.of("/home/me/state"));
        assertThat(config.server().s3()).isEqualTo(Config.S3Choice.UPSTREAM);
        assertThat(config.server().persistence()).isFalse();
        assertThat(config.server().region()).isEqualTo("eu-central-1");
        assertThat(config.server().accountId()).isEqualTo("123456789012");
        assertThat(config.server().accessKeys()).isEqualTo(Map.of("AKIA1", "one", "AKIA2", "two"));
        assertThat(config.elb().ports())
                .isEqualTo(
                        new PortRanges(true, List.of(new PortRanges.Range(80, 80), new PortRanges.Range(8080, 8099))));
        assertThat(config.elb().certificates())
                .isEqualTo(Map.of(
                        "arn:aws:acm:us-east-1:000000000000:certificate/a", Path.of("/home/me/a.pem"),
                        "*", Path.of("/b.pem")));
        assertThat(config.ec2())
                .isEqualTo(new Config.Ec2(
                        Map.of("ami-0123456789abcdef0", "debian:12"), Duration.ofSeconds(30), true, true));
        assertThat(config.server().allowReset()).isTrue();
        assertThat(config.server().allowOpen()).isTrue();
        assertThat(config.server().logFormat()).isEqualTo(LogFormat.JSON);
        assertThat(config.server().logLevel()).isEqualTo(LogLevel.WARNING);
        assertThat(config.server().toString()).doesNotContain("one", "two");
        assertThat(config.cluster().kind()).isEqualTo(ClusterKind.IN_CLUSTER);
        assertThat(config.cluster().kubeconfig()).isEqualTo(Path.of("/a/config"));
        assertThat(config.cluster().kubeconfigNamed()).isTrue();
        assertThat(config.cluster().context()).isEqualTo("kind");
        assertThat(config.cluster().namespace()).isEqualTo("functions");
        assertThat(config.cluster().instance()).isEqualTo("team-a");
        assertThat(config.cluster().podName()).isEqualTo("podium-0");
        assertThat(config.cluster().podIp()).isEqualTo("10.1.2.3");
        assertThat(config.cluster().serviceIp()).isEqualTo("10.96.0.7");
        assertThat(config.pods().template()).isEqualTo(new TemplateSource.InFile(Path.of("/etc/podium/template.yaml")));
        assertThat(config.pods().labels()).isEqualTo(Map.of("team", "a", "stage", "test"));
        assertThat(config.pods().annotations()).isEqualTo(Map.of("note", "a, b=c"));
        assertThat(config.pods().nodeSelector()).isEqualTo(Map.of("disk", "ssd"));
        assertThat(config.pods().tolerations())
                .containsExactly(
                        Map.of("key", "gpu", "operator", "Equal", "value", "yes", "effect", "NoSchedule"),
                        Map.of("key", "spot", "operator", "Exists", "effect", "NoExecute"));
        assertThat(config.pods().dns()).containsExactly("10.0.0.10", "fd00:0:0:0:0:0:0:1");
        assertThat(config.pods().securityContext()).isEqualTo(Map.of("runAsUser", 1000));
        assertThat(config.pods().imagePullSecret()).isEqualTo("regcred");
        assertThat(config.pods().imagePrefix()).isEqualTo("mirror.example/");
        assertThat(config.pods().initImage()).isEqualTo("busybox:mine");
        assertThat(config.pods().ecrUrl()).isEqualTo("registry.example:5000");
        assertThat(config.lambda().keepalive()).isZero();
        assertThat(config.lambda().startTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.lambda().concurrency()).isEqualTo(7);
        assertThat(config.lambda().retryBaseDelay()).isEqualTo(Duration.ofMillis(50));
        assertThat(config.upstream().url()).isEqualTo(URI.create("https://upstream.example:4567"));
        assertThat(config.lambda().maxEnvironments()).isEqualTo(3);
        assertThat(config.lambda().pool()).isEqualTo(new PoolSizes(true, Map.of("python3.12", 2, "nodejs22.x", 1)));
        assertThat(config.lambda().runtimeImages().image("python3.12")).contains("img-python3.12:1");
        assertThat(config.lambda().codeSizeZippedBytes()).isEqualTo(1);
        assertThat(config.lambda().codeSizeUnzippedBytes()).isEqualTo(2);
        assertThat(config.lambda().environmentSizeBytes()).isEqualTo(3);
        assertThat(config.lambda().payloadSizeBytes()).isEqualTo(4);
        assertThat(config.lambda().tmpMedium()).isEqualTo(TmpMedium.MEMORY);
        assertThat(config.lambda().ignoreArchitecture()).isTrue();
        assertThat(config.lambda().codeLoader()).isEqualTo(CodeLoader.INIT);
        assertThat(config.upstream().secrets()).isEqualTo(Path.of("/home/me/secrets"));
        assertThat(config.settings())
                .hasSize(Variable.values().length)
                .allSatisfy(setting -> assertThat(setting.source()).isEqualTo("variable"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian:12", "ami-1=debian:12", "ami-0123456789abcdef0=", "ami-0123456789abcdef0=a b"})
    void machineImagesAreNamedByAmiIds(String text) {
        assertThat(problems("PODIUM_EC2_IMAGES", text)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3.12", "python3.12:0", "python3.12:101", "a:1,a:2", ":1", "on"})
    void poolIsOffAutoOrPairs(String text) {
        assertThat(problems("PODIUM_LAMBDA_POOL", text))
                .singleElement()
                .asString()
                .contains("python3.12:2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LAMBDA_KEEPALIVE_MS | 600 | PODIUM_LAMBDA_KEEPALIVE | 600ms",
                "LAMBDA_K8S_LABELS | a=b,c=d | PODIUM_POD_LABELS | a=b,c=d",
                "LAMBDA_K8S_INIT_IMAGE | init:1 | PODIUM_INIT_IMAGE | init:1",
                "LAMBDA_K8S_IMAGE_PREFIX | x/ | PODIUM_IMAGE_PREFIX | x/",
                "LAMBDA_LIMITS_CONCURRENT_EXECUTIONS | 5 | PODIUM_LAMBDA_CONCURRENCY | 5",
                "LAMBDA_RETRY_BASE_DELAY | 5 | PODIUM_LAMBDA_RETRY_BASE_DELAY | 5s",
                "LAMBDA_LIMITS_CODE_SIZE_ZIPPED | 5 | PODIUM_LAMBDA_CODE_SIZE_ZIPPED | 5",
                "LAMBDA_LIMITS_CODE_SIZE_UNZIPPED | 5 | PODIUM_LAMBDA_CODE_SIZE_UNZIPPED | 5",
                "LAMBDA_LIMITS_MAX_FUNCTION_ENVVAR_SIZE_BYTES | 5 | PODIUM_LAMBDA_ENVIRONMENT_SIZE | 5",
                "LAMBDA_LIMITS_MAX_FUNCTION_PAYLOAD_SIZE_BYTES | 5 | PODIUM_LAMBDA_PAYLOAD_SIZE | 5",
                "LAMBDA_DOCKER_DNS | 8.8.8.8 | PODIUM_POD_DNS | 8.8.8.8",
                "LAMBDA_RUNTIME_IMAGE_MAPPING | {\"python3.9\":\"x\"} | PODIUM_LAMBDA_RUNTIME_IMAGES | {\"python3.9\":\"x\"}",
                "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT | 20 | PODIUM_LAMBDA_START_TIMEOUT | 20s",
                "LAMBDA_IGNORE_ARCHITECTURE | 1 | PODIUM_LAMBDA_IGNORE_ARCHITECTURE | true",
                "LOCALSTACK_K8S_NAMESPACE | ns | PODIUM_NAMESPACE | ns",
                "LOCALSTACK_K8S_LABELS | a=b | PODIUM_POD_LABELS | a=b",
                "LOCALSTACK_K8S_ANNOTATIONS | a=b | PODIUM_POD_ANNOTATIONS | a=b",
                "K8S_CONTAINER_SECURITY_CONTEXT | {\"runAsUser\":7} | PODIUM_POD_SECURITY_CONTEXT | {\"runAsUser\":7}",
                "GATEWAY_LISTEN | 127.0.0.1:4570 | PODIUM_LISTEN | 127.0.0.1:4570",
                "PERSISTENCE | 0 | PODIUM_PERSISTENCE | false",
                "FAKECLOUD_K8S_SELF_URL | http://h:1 | PODIUM_SELF_URL | http://h:1",
                "FAKECLOUD_K8S_NAMESPACE | ns | PODIUM_NAMESPACE | ns",
                "FAKECLOUD_K8S_ECR_URL | r.example | PODIUM_ECR_URL | r.example",
                "FAKECLOUD_K8S_PULL_SECRET | s | PODIUM_IMAGE_PULL_SECRET | s",
                "FAKECLOUD_K8S_NODE_SELECTOR | a=b | PODIUM_NODE_SELECTOR | a=b",
                "FAKECLOUD_K8S_TOLERATIONS | [{\"key\":\"k\"}] | PODIUM_TOLERATIONS | [{\"key\":\"k\"}]",
                "FAKECLOUD_K8S_ANNOTATIONS | a=b | PODIUM_POD_ANNOTATIONS | a=b",
                "FAKECLOUD_REGION | eu-west-1 | PODIUM_REGION | eu-west-1",
                "FAKECLOUD_ACCOUNT_ID | 111111111111 | PODIUM_ACCOUNT_ID | 111111111111",
                "FAKECLOUD_DATA_PATH | /data | PODIUM_STATE_DIR | /data",
            })
    void anAliasDoesWhatItsVariableDoes(String alias, String text, String variable, String same) {
        Config byAlias = config(alias, text);
        Config byVariable = config(variable, same);
        Config byDefault = config();
        assertThat(byAlias.server()).isEqualTo(byVariable.server());
        assertThat(byAlias.cluster()).isEqualTo(byVariable.cluster());
        assertThat(byAlias.pods()).isEqualTo(byVariable.pods());
        assertThat(byAlias.lambda()).isEqualTo(byVariable.lambda());
        assertThat(List.of(byAlias.server(), byAlias.cluster(), byAlias.pods(), byAlias.lambda()))
                .as("the alias has an effect")
                .isNotEqualTo(List.of(byDefault.server(), byDefault.cluster(), byDefault.pods(), byDefault.lambda()));
        assertThat(byAlias.settings()).contains(new Setting(variable, text, alias));
        // together and equal is fine, even when written differently
        assertThat(config(alias, text, variable, same).settings()).contains(new Setting(variable, same, "variable"));
    }

    @Test
    void everyAliasIsTested() {
        Set<String> aliases = new HashSet<>();
        for (Variable variable : Variable.values()) {
            variable.aliases().forEach(alias -> aliases.add(alias.name()));
        }
        assertThat(aliases).hasSize(34);
    }

    @Test
    void aVariableAndItsAliasMustAgree() {
        assertThat(problems("PODIUM_LAMBDA_KEEPALIVE", "10m", "LAMBDA_KEEPALIVE_MS", "1000"))
                .containsExactly(
                        "PODIUM_LAMBDA_KEEPALIVE and LAMBDA_KEEPALIVE_MS mean the same but differ: 10m and 1000");
        assertThat(problems("LAMBDA_K8S_LABELS", "a=b", "LOCALSTACK_K8S_LABELS", "a=c"))
                .containsExactly("LAMBDA_K8S_LABELS and LOCALSTACK_K8S_LABELS mean the same but differ: a=b and a=c");
    }

    @Test
    void bucketsUpstreamNeedOne() {
        assertThat(problems("PODIUM_S3", "upstream"))
                .containsExactly("PODIUM_S3=upstream: set PODIUM_UPSTREAM_URL, which then has all buckets");
    }

    @Test
    void otherExecutorsAreRefused() {
        assertThat(config("LAMBDA_RUNTIME_EXECUTOR", "kubernetes", "PODIUM_CLUSTER", "embedded")
                        .cluster()
                        .kind())
                .isEqualTo(ClusterKind.EMBEDDED);
        assertThat(config("FAKECLOUD_LAMBDA_BACKEND", "k8s").cluster().kind()).isEqualTo(ClusterKind.AUTO);
        assertThat(config("EC2_VM_MANAGER", "kubernetes", "ECS_TASK_EXECUTOR", "kubernetes")
                        .cluster()
                        .kind())
                .isEqualTo(ClusterKind.AUTO);
        assertThat(problems(
                        "LAMBDA_RUNTIME_EXECUTOR",
                        "docker",
                        "FAKECLOUD_LAMBDA_BACKEND",
                        "docker",
                        "EC2_VM_MANAGER",
                        "docker",
                        "ECS_TASK_EXECUTOR",
                        "docker"))
                .hasSize(4)
                .allMatch(problem -> problem.contains("only as pods"));
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        List<String> problems = problems(
                "PODIUM_LISTEN", "127.0.0.1:x",
                "PODIUM_REGION", "Nowhere!",
                "PODIUM_LAMBDA_KEEPALIVE", "soon",
                "PODIUM_ACCESS_KEYS", "topsecret",
                "PODIUM_LOGLEVEL", "info",
                "PYTHON3.12_RUNTIME", "two words");
        assertThat(problems).hasSize(6);
        assertThat(String.join("\n", problems))
                .contains("PODIUM_LISTEN=127.0.0.1:x: expected host:port")
                .contains("PODIUM_REGION=Nowhere!")
                .contains("PODIUM_LAMBDA_KEEPALIVE=soon: expected a duration")
                .contains("PODIUM_ACCESS_KEYS: expected id:secret")
                .contains("PODIUM_LOGLEVEL is not a variable of Podium; did you mean PODIUM_LOG_LEVEL?")
                .contains("PYTHON3.12_RUNTIME=two words")
                .doesNotContain("topsecret");
    }

    @ParameterizedTest
    @CsvSource({
        "PODIUM_LISTN, PODIUM_LISTEN",
        "PODIUM_LAMBDA_KEEPALIVE_MS, PODIUM_LAMBDA_KEEPALIVE",
        "PODIUM_NAMESPCAE, PODIUM_NAMESPACE",
        "PODIUM_ACCOUNT, PODIUM_ACCOUNT_ID"
    })
    void unknownVariablesNameTheNearest(String unknown, String nearest) {
        assertThat(problems(unknown, "x"))
                .containsExactly(unknown + " is not a variable of Podium; did you mean " + nearest + "?");
    }

    @Test
    void whatKubernetesAnnouncesAboutAServiceIsNoProblem() {
        Map<String, String> environment = environment(
                "PODIUM_SERVICE_HOST", "10.96.0.1",
                "PODIUM_SERVICE_PORT", "4566",
                "PODIUM_SERVICE_PORT_RUNTIME", "9001",
                "PODIUM_PORT", "tcp://10.96.0.1:4566",
                "PODIUM_PORT_4566_TCP", "tcp://10.96.0.1:4566",
                "PODIUM_PORT_4566_TCP_PROTO", "tcp",
                "PODIUM_PORT_4566_TCP_PORT", "4566",
                "PODIUM_PORT_4566_TCP_ADDR", "10.96.0.1",
                "PODIUM_RUNTIME_SERVICE_HOST", "10.96.0.2",
                "PODIUM_RUNTIME_PORT_9001_TCP", "tcp://10.96.0.2:9001");
        assertThat(Config.from(environment, CLUSTER).cluster().serviceIp()).isEqualTo("10.96.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:4566", ":4566", "4566", "192.168.1.5:4566", "[::]:4566", "some-host:1"})
    void listeningBeyondLoopbackIsRefusedUnlessMeant(String listen) {
        assertThat(problems("PODIUM_LISTEN", listen))
                .singleElement()
                .asString()
                .contains("PODIUM_ACCESS_KEYS", "PODIUM_ALLOW_OPEN");
        assertThat(config("PODIUM_LISTEN", listen, "PODIUM_ALLOW_OPEN", "true")
                        .server()
                        .allowOpen())
                .isTrue();
        assertThat(config("PODIUM_LISTEN", listen, "PODIUM_ACCESS_KEYS", "a:b")
                        .server()
                        .accessKeys())
                .isNotEmpty();
        assertThat(Config.from(Map.of("PODIUM_LISTEN", listen), CLUSTER)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:0", "127.0.0.1:80", "127.9.9.9:80", "[::1]:80"})
    void loopbackIsOpenToAll(String listen) {
        assertThat(config("PODIUM_LISTEN", listen).server().listen().loopback()).isTrue();
    }

    @Test
    void severalGatewayAddressesAreRefused() {
        assertThat(problems("GATEWAY_LISTEN", "127.0.0.1:4566,127.0.0.1:443"))
                .singleElement()
                .asString()
                .contains("one address");
    }

    @Test
    void runtimesMayBeReplacedAndAdded() {
        RuntimeImages images = config(
                        "LAMBDA_RUNTIME_IMAGE_MAPPING", "{\"python3.12\": \"mapped\", \"nodejs22.x\": \"mapped\"}",
                        "PYTHON3.12_RUNTIME", "mine:1",
                        "PERL5_40_RUNTIME", "perl:1",
                        "CONTAINER_RUNTIME", "docker",
                        "PROVIDED.AL2023_RUNTIME", "al:1")
                .lambda()
                .runtimeImages();
        assertThat(images.byRuntime())
                .isEqualTo(new TreeMap<>(Map.of(
                        "python3.12",
                        "mine:1",
                        "nodejs22.x",
                        "mapped",
                        "perl5.40",
                        "perl:1",
                        "provided.al2023",
                        "al:1")));
        assertThat(images.image("ruby3.2")).isEmpty();
        assertThat(problems("LAMBDA_RUNTIME_IMAGE_MAPPING", "always-the-same:1"))
                .singleElement()
                .asString()
                .contains("<runtime>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PODIUM_POD_LABELS | a",
                "PODIUM_POD_LABELS | a=b,a=c",
                "PODIUM_POD_LABELS | {\"a\": 1}",
                "PODIUM_POD_LABELS | {\"a\": ",
                "PODIUM_TOLERATIONS | a=b:Sometimes",
                "PODIUM_TOLERATIONS | [1]",
                "PODIUM_POD_DNS | dns.example",
                "PODIUM_POD_SECURITY_CONTEXT | runAsUser=1",
                "PODIUM_POD_SECURITY_CONTEXT | {} {}",
                "PODIUM_POD_TEMPLATE | {\"spec\": ",
                "PODIUM_LISTEN | 127.0.0.1:70000",
                "PODIUM_LISTEN | ::1:4566",
                "PODIUM_SELF_URL | ftp://x",
                "PODIUM_ACCOUNT_ID | 123",
                "PODIUM_PERSISTENCE | maybe",
                "PODIUM_CLUSTER | docker",
                "PODIUM_LOG_LEVEL | loud",
                "PODIUM_NAMESPACE | Not_A_Name",
                "PODIUM_LAMBDA_CONCURRENCY | 0",
                "PODIUM_LAMBDA_CONCURRENCY | 99999999999",
                "PODIUM_LAMBDA_KEEPALIVE | -1",
                "PODIUM_LAMBDA_DEFAULT_TIMEOUT | 0",
                "PODIUM_LAMBDA_DEFAULT_TIMEOUT | 901",
                "PODIUM_LAMBDA_KEEPALIVE | 99999999999999999h",
                "PODIUM_ACCESS_KEYS | a:b,a:c",
            })
    void badValuesAreNamed(String variable, String text) {
        assertThat(problems(variable, text)).singleElement().asString().startsWith(variable);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "500ms,500", "90s,90000", "90,90000", "10m,600000", "1h,3600000"})
    void durationsHaveUnits(String text, long millis) {
        assertThat(Values.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void templatesAreFilesOrText() {
        assertThat(TemplateSource.parse("{\"spec\": {}}")).isEqualTo(new TemplateSource.Inline("{\"spec\": {}}"));
        assertThat(TemplateSource.parse("spec:\n  a: b")).isEqualTo(new TemplateSource.Inline("spec:\n  a: b"));
        assertThat(TemplateSource.parse("pod.yaml")).isEqualTo(new TemplateSource.InFile(Path.of("pod.yaml")));
    }

    @Test
    void blankVariablesAreUnset() {
        assertThat(config("PODIUM_REGION", "  ", "LAMBDA_DOCKER_DNS", "").settings())
                .contains(new Setting("PODIUM_REGION", "us-east-1", "default"));
    }

    @Test
    void theTableOfSettingsHidesSecrets() {
        String table = Setting.table(config("PODIUM_ACCESS_KEYS", "AKIA1:topsecret,AKIA2:other", "PERSISTENCE", "0")
                .settings());
        assertThat(table)
                .doesNotContain("topsecret", "other")
                .contains("AKIA1:****,AKIA2:****")
                .containsPattern("PODIUM_PERSISTENCE +PERSISTENCE +0\n")
                .containsPattern("PODIUM_REGION +default +us-east-1\n")
                .containsPattern("PODIUM_NAMESPACE +default +-\n");
    }

    @Test
    void theMessageListsAllProblems() {
        assertThatThrownBy(() -> config("PODIUM_REGION", "!", "PODIUM_ACCOUNT_ID", "!"))
                .hasMessageStartingWith("2 problems in the configuration:\n  ");
    }
}
