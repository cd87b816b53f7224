package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.TestServer;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.SnapStartOptimizationStatus;
import software.amazon.awssdk.services.lambda.model.TracingMode;
import software.amazon.awssdk.services.lambda.model.UpdateRuntimeOn;

/// Runtime management, SnapStart, tracing, and the operations that are refused.
@NullMarked
final class RuntimeSettingsTest {
    private static final String SOURCE =
            "import os\ndef handler(event, context):\n    return os.environ['_X_AMZN_TRACE_ID']\n";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @Test
    void runtimeManagementTakesTheOneVersionThereIs() {
        String name = server.python(SOURCE);
        String known = server.configuration(name).runtimeVersionConfig().runtimeVersionArn();
        assertThat(server.lambda()
                        .getRuntimeManagementConfig(b -> b.functionName(name))
                        .updateRuntimeOn())
                .isEqualTo(UpdateRuntimeOn.AUTO);
        var put = server.lambda()
                .putRuntimeManagementConfig(b -> b.functionName(name)
                        .updateRuntimeOn(UpdateRuntimeOn.MANUAL)
                        .runtimeVersionArn(known));
        assertThat(put.functionArn()).isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:" + name);
        assertThat(server.lambda()
                        .getRuntimeManagementConfig(b -> b.functionName(name))
                        .runtimeVersionArn())
                .isEqualTo(known);
        Refusals.expect(
                400,
                "InvalidParameterValueException",
                "is not available for runtime python3.12",
                () -> server.lambda()
                        .putRuntimeManagementConfig(b -> b.functionName(name)
                                .updateRuntimeOn(UpdateRuntimeOn.MANUAL)
                                .runtimeVersionArn(known + "0")));
        Refusals.expect(
                404,
                "ResourceNotFoundException",
                "Function not found",
                () -> server.lambda().getRuntimeManagementConfig(b -> b.functionName("absent")));
    }

    @Test
    void snapStartIsAcceptedForTheRuntimesThatHaveIt() {
        String name = server.python(SOURCE, b -> b.snapStart(s -> s.applyOn(SnapStartApplyOn.PUBLISHED_VERSIONS)));
        assertThat(server.configuration(name).snapStart().optimizationStatus())
                .isEqualTo(SnapStartOptimizationStatus.OFF);
        assertThat(server.lambda()
                        .publishVersion(b -> b.functionName(name))
                        .snapStart()
                        .optimizationStatus())
                .isEqualTo(SnapStartOptimizationStatus.ON);
        Refusals.expect(
                400,
                "InvalidParameterValueException",
                "python3.11 is not supported for SnapStart enabled functions.",
                () -> server.lambda()
                        .updateFunctionConfiguration(b -> b.functionName(name).runtime(Runtime.PYTHON3_11)));
        Refusals.expect(
                400,
                "InvalidParameterValueException",
                "nodejs22.x is not supported for SnapStart enabled functions.",
                () -> server.python(
                        SOURCE,
                        b -> b.runtime("nodejs22.x").snapStart(s -> s.applyOn(SnapStartApplyOn.PUBLISHED_VERSIONS))));
    }

    @Test
    void activeTracingMarksTracesAsSampled() {
        String name = server.python(SOURCE, b -> b.tracingConfig(t -> t.mode(TracingMode.ACTIVE)));
        assertThat(server.invoke(name, "{}").payload().asUtf8String())
                .matches("\"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1.*\"");
        assertThat(server.invoke(server.python(SOURCE), "{}").payload().asUtf8String())
                .contains(";Sampled=0");
        assertThat(traced(name, "Root=1-5759e988-bd862e3fe1be46a994272793"))
                .contains("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1");
        assertThat(traced(name, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0"))
                .contains("Sampled=0")
                .doesNotContain("Sampled=1");
    }

    private static String traced(String name, String header) {
        return server.lambda()
                .invoke(b -> b.functionName(name).overrideConfiguration(o -> o.putHeader("X-Amzn-Trace-Id", header)))
                .payload()
                .asUtf8String();
    }

    @Test
    void whatPodiumWillNotHaveSaysSo() {
        Refusals.expect(
                501,
                "NotImplemented",
                "The operation ListCapacityProviders of Lambda is not supported by Podium: pods run where the cluster "
                        + "puts them",
                () -> server.lambda().listCapacityProviders(b -> {}));
        Refusals.expect(
                501,
                "NotImplemented",
                "there are no durable executions",
                () -> server.lambda().listDurableExecutionsByFunction(b -> b.functionName("f")));
    }
}
