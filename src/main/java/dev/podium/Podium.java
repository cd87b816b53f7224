package dev.podium;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Dispatcher;
import dev.podium.aws.DispatcherSettings;
import dev.podium.config.Config;
import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Response;
import dev.podium.kube.KubeAccess;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeException;
import dev.podium.kube.PodWatchSettings;
import dev.podium.lambda.Functions;
import dev.podium.lambda.Runtimes;
import dev.podium.lambda.api.CodeDownloads;
import dev.podium.lambda.api.InvokeApi;
import dev.podium.lambda.api.LambdaApi;
import dev.podium.lambda.invoke.AsyncEvents;
import dev.podium.lambda.invoke.Environments;
import dev.podium.lambda.invoke.Images;
import dev.podium.lambda.invoke.Invocations;
import dev.podium.lambda.invoke.LogTails;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.lambda.runtime.RuntimeSettings;
import dev.podium.pods.PodException;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The whole server as a library: builds the object graph, starts it, and closes it in reverse.
public final class Podium implements AutoCloseable {
    private static final Logger LOG = System.getLogger("podium");

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final URI endpoint;

    private Podium(URI endpoint) {
        this.endpoint = endpoint;
    }
}
