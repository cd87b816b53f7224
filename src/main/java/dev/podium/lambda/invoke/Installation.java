package dev.podium.lambda.invoke;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.runtime.Assignment;
import dev.podium.lambda.runtime.CodeArchive;
import dev.podium.lambda.runtime.FunctionError;
import dev.podium.lambda.runtime.InvalidCode;
import dev.podium.lambda.runtime.RuntimeExit;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.runtime.RuntimeSession;
import dev.podium.lambda.runtime.SessionOwner;
import dev.podium.pods.PodException;
import dev.podium.pods.PodListener;
import dev.podium.pods.PodState;
import dev.podium.pods.PodTrouble;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One installation: a pod with the function's code and its runtime's tools, which hands over what it has
/// installed and
/// ends.
final class Installation implements SessionOwner, PodListener {
    private static final int TAIL_LINES = 30;
    private static final int TAIL_BYTES = 8192;
    private static final int TAIL_CHARACTERS = 1500;

    /// What an installation needs.
    record Tools(
            FunctionPods manifests,
            Pods pods,
            Reaper reaper,
            RuntimePort port,
            CodeBlobs codes,
            InstallSettings limits) {}

    private final Tools tools;
    private final Deployment deployment;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean handedOver;
    private volatile @Nullable Path installed;
    private volatile @Nullable PodTrouble trouble;
    private volatile @Nullable PodTrouble passing;
    private volatile @Nullable String refused;

    Installation(Tools tools, Deployment deployment) {
        this.tools = tools;
        this.deployment = deployment;
    }

    /// Runs to its end.
    ///
    /// @return an archive of what was installed, which belongs to the caller; null when that is nothing
    @Nullable
    Path run() throws InstallationFailed, InterruptedException {
        String token = RuntimePort.newToken();
        String codeToken = RuntimePort.newToken();
        LambdaFunction function = deployment.function();
        String code = function.code().sha256Hex();
        boolean there = tools.codes.hold(code);
        RuntimeSession session = tools.port.open(token, codeToken, this);
        String pod = null;
        try {
            if (!there) {
                throw new InstallationFailed("The function's code was replaced while its dependencies were installed");
            }
            Map<String, String> variables = tools.manifests.functionEnvironment(function, false, "");
            session.assign(new Assignment(tools.codes.path(code), List.of(), variables, Assignment.Start.INSTALL));
            pod = tools.pods.create(tools.manifests.installing(deployment, token, codeToken), this);
            boolean inTime = over.await(tools.limits.within().toMillis(), TimeUnit.MILLISECONDS);
            if (handedOver && refused == null) {
                return installed;
            }
            throw new InstallationFailed(why(pod, inTime));
        } catch (PodException e) {
            throw new InstallationFailed("The function's dependencies can't be installed now: " + e.getMessage());
        } finally {
            session.close();
            tools.codes.release(code);
            if (pod != null) {
                tools.pods.forget(pod);
                tools.reaper.delete(pod);
            }
        }
    }

    private String why(String pod, boolean inTime) throws InterruptedException {
        String said = refused;
        if (said != null) {
            return "The function's dependencies were installed, but can't be used: " + said;
        }
        PodTrouble known = trouble == null ? passing : trouble;
        String cause = inTime && known != null
                ? known.cause()
                : "not done within " + tools.limits.within().toSeconds() + " s"
                        + (known == null ? "" : ", " + known.cause());
        return "The function's dependencies could not be installed (" + cause + ")" + tail(pod);
    }

    /// The end of what the tool has written.
    private String tail(String pod) throws InterruptedException {
        try {
            String log = new String(tools.pods.log(pod, FunctionPods.INSTALL_CONTAINER, TAIL_LINES, TAIL_BYTES), UTF_8)
                    .strip();
            return log.isEmpty() ? "" : ": " + log.substring(Math.max(0, log.length() - TAIL_CHARACTERS));
        } catch (PodException e) {
            return "";
        }
    }

    @Override
    public void installed(InputStream tar) throws IOException {
        Path zip = tools.codes.temporary();
        try {
            int files = CodeArchive.repack(tar, zip, tools.limits.size());
            if (files > 0) {
                installed = zip;
            } else {
                Files.deleteIfExists(zip);
            }
        } catch (InvalidCode e) {
            Files.deleteIfExists(zip);
            refused = e.getMessage();
        }
        handedOver = true;
        over.countDown();
    }

    @Override
    public void changed(PodState state) {
        PodTrouble now = state.trouble();
        if (now == null) {
            passing = null;
        } else if (now.mayPass()) {
            passing = now;
        } else {
            // One that ended well has handed over what it has: that came before its end.
            trouble = now;
            over.countDown();
        }
    }

    @Override
    public void ready() {}

    @Override
    public void initError(FunctionError error) {}

    @Override
    public void exited(RuntimeExit exit) {}

    @Override
    public void disconnected() {}
}
