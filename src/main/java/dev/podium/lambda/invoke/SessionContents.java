package dev.podium.lambda.invoke;

import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.runtime.Assignment;
import dev.podium.lambda.runtime.FunctionFacts;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.runtime.RuntimeSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a pod's session holds of its function: code, layers, what it depends on, and variables.
final class SessionContents {
    private final CodeBlobs codes;
    private final RuntimePort port;
    private final FunctionPods manifests;
    private final Installations installations;

    SessionContents(CodeBlobs codes, RuntimePort port, FunctionPods manifests, Installations installations) {
        this.codes = codes;
        this.port = port;
        this.manifests = manifests;
        this.installations = installations;
    }

    /// Opens the session of a pod of the environment's own, or of one that outlived a server.
    ///
    /// @throws CodeReplaced if there is no such code any more
    void open(Environment environment, String token, String codeToken) {
        RuntimeSession session = port.open(token, codeToken, environment);
        environment.session(session);
        if (environment.group.deployment().function().settings().image()) {
            session.describe(facts(environment, variables(environment)));
        } else {
            fill(environment, session);
        }
    }

    private Map<String, String> variables(Environment environment) {
        return manifests.functionEnvironment(
                environment.group.deployment().function(), environment.provisioned, environment.log().stream());
    }

    private static FunctionFacts facts(Environment environment, Map<String, String> variables) {
        String account = environment.group.deployment().function().scope().account();
        return FunctionFacts.of(variables, account);
    }

    /// Gives a session its function.
    ///
    /// @throws CodeReplaced if there is no such code any more
    void fill(Environment environment, RuntimeSession session) {
        LambdaFunction function = environment.group.deployment().function();
        String code = function.code().sha256Hex();
        hold(environment, code);
        List<Path> layers = new ArrayList<>();
        for (FunctionSettings.Layer layer : function.settings().layers()) {
            hold(environment, layer.sha256Hex());
            layers.add(codes.path(layer.sha256Hex()));
        }
        boolean bootstrap = String.valueOf(function.settings().runtime()).startsWith("provided");
        Map<String, String> variables = variables(environment);
        session.describe(facts(environment, variables));
        String installed = installations
                .known(environment.group.deployment())
                .orElseThrow(CodeReplaced::new); // it is gone again, or an adopted pod had it
        if (!installed.isEmpty()) {
            hold(environment, installed);
        }
        session.assign(new Assignment(
                installed.isEmpty() ? null : codes.path(installed),
                codes.path(code),
                layers,
                variables,
                bootstrap ? Assignment.Start.BOOTSTRAP : Assignment.Start.ENTRYPOINT));
    }

    /// Keeps the code until the environment ends: its pod may ask for it at any time.
    private void hold(Environment environment, String sha256Hex) {
        boolean there = codes.hold(sha256Hex);
        environment.onClose(() -> codes.release(sha256Hex));
        if (!there) {
            throw new CodeReplaced();
        }
    }

    /// The function got other code, or was deleted, before its environment could take this one.
    static final class CodeReplaced extends RuntimeException {
        CodeReplaced() {
            super("the function's code was replaced", null, false, false);
        }
    }
}
