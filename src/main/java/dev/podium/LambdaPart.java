package dev.podium;

import dev.podium.aws.HttpUpstream;
import dev.podium.aws.Service;
import dev.podium.aws.Signatures;
import dev.podium.config.Config;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.CodeSigningConfigs;
import dev.podium.lambda.EventInvokeConfigs;
import dev.podium.lambda.Functions;
import dev.podium.lambda.Layers;
import dev.podium.lambda.Policies;
import dev.podium.lambda.ProvisionedConcurrency;
import dev.podium.lambda.RecursionConfigs;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.RuntimeManagement;
import dev.podium.lambda.Runtimes;
import dev.podium.lambda.api.CodeDownloads;
import dev.podium.lambda.api.CodeSigningApi;
import dev.podium.lambda.api.CodeUploads;
import dev.podium.lambda.api.ConcurrencyApi;
import dev.podium.lambda.api.EventInvokeApi;
import dev.podium.lambda.api.EventSourceMappingsApi;
import dev.podium.lambda.api.InvokeApi;
import dev.podium.lambda.api.LambdaApi;
import dev.podium.lambda.api.LambdaLimits;
import dev.podium.lambda.api.LayersApi;
import dev.podium.lambda.api.PermissionsApi;
import dev.podium.lambda.api.ProvisionedApi;
import dev.podium.lambda.api.RefusedOperations;
import dev.podium.lambda.api.RuntimeManagementApi;
import dev.podium.lambda.api.StoredCode;
import dev.podium.lambda.api.StreamApi;
import dev.podium.lambda.api.TagsApi;
import dev.podium.lambda.api.TargetRules;
import dev.podium.lambda.api.UrlApi;
import dev.podium.lambda.invoke.AsyncEvents;
import dev.podium.lambda.invoke.Environments;
import dev.podium.lambda.invoke.Images;
import dev.podium.lambda.invoke.InvocationLogs;
import dev.podium.lambda.invoke.Invocations;
import dev.podium.lambda.invoke.InvokeSettings;
import dev.podium.lambda.invoke.Provisioning;
import dev.podium.lambda.invoke.Targets;
import dev.podium.lambda.sources.EventSourceMappings;
import dev.podium.lambda.sources.SourceKind;
import dev.podium.lambda.sources.SourceType;
import dev.podium.lambda.sources.SqsKind;
import dev.podium.lambda.sources.StreamKind;
import dev.podium.lambda.sources.UpstreamQueues;
import dev.podium.lambda.sources.kafka.KafkaSources;
import dev.podium.lambda.urls.FunctionUrls;
import dev.podium.lambda.urls.UrlRequests;
import dev.podium.logs.LogGroups;
import dev.podium.pods.PodException;
import dev.podium.sqs.Queues;
import dev.podium.store.Store;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Lambda: its collections, what runs functions, its operations, and the requests to function URLs.
final class LambdaPart implements ServicePart {
    private final Foundation on;
    private final Functions functions;
    private final CodeBlobs codes;
    private final Policies policies;
    private final Layers layers;
    private final CodeSigningConfigs signing;
    private final ReservedConcurrency concurrency;
    private final ProvisionedConcurrency provisioned;
    private final RecursionConfigs recursion;
    private final EventInvokeConfigs eventConfigs;
    private final FunctionUrls urls;
    private final Runtimes runtimes;
    private final Targets targets;
    private final InvocationLogs logs;
    private final Environments environments;
    private final Invocations invocations;
    private final Provisioning provisioning;
    private final AsyncEvents async;
    private final CodeDownloads downloads;
    private final StoredCode stored;
    private final EventSourceMappings mappings;
    private final Service service;

    LambdaPart(Foundation on, LogGroups logGroups, Queues queues, OwnCalls calls, StoredCode stored)
            throws StartException {
        this.on = on;
        this.stored = stored;
        Config config = on.config();
        Store store = on.store();
        functions = new Functions(store, on.clock());
        codes = new CodeBlobs(store.blobs());
        policies = new Policies(store);
        layers = new Layers(store, codes, policies);
        signing = new CodeSigningConfigs(store);
        concurrency = new ReservedConcurrency(store, config.lambda().concurrency());
        provisioned = new ProvisionedConcurrency(store);
        recursion = new RecursionConfigs(store, functions);
        eventConfigs = new EventInvokeConfigs(store, functions);
        urls = new FunctionUrls(store);
        urls.follow(functions);
        runtimes = Main.runtimes(config);
        targets = new EventTargets(EventTargets.own(queues), calls, on.upstream());
        codes.start(
                functions.all(),
                Stream.concat(layers.blobs().stream(), Environments.installed(store).stream())
                        .toList());
        concurrency.start();
        InvokeSettings settings = Wiring.invoke(on, runtimes);
        logs = on.parts()
                .add(new InvocationLogs(Wiring.podLogs(on.cluster(), on.pods()), Wiring.functionLogs(logGroups)));
        environments = on.parts()
                .add(new Environments(
                        functions,
                        new Images(runtimes, settings.ecrUrl()),
                        codes,
                        on.pods(),
                        on.reaper(),
                        on.port(),
                        settings,
                        on.telemetry(),
                        store,
                        logs));
        invocations = new Invocations(environments, functions, settings, concurrency, recursion, on.telemetry());
        provisioning = new Provisioning(functions, provisioned, environments::provision, environments::provisioned);
        async = on.parts()
                .add(new AsyncEvents(
                        store,
                        functions,
                        invocations,
                        new AsyncEvents.Parts(
                                eventConfigs,
                                concurrency,
                                targets,
                                on.telemetry(),
                                config.lambda().retryBaseDelay(),
                                on.clock())));
        on.telemetry().watch(async);
        on.telemetry().show(environments.podMetrics());
        mappings = new EventSourceMappings(
                store, new EventSourceMappings.Parts(functions, invocations, concurrency, targets), sources(queues));
        downloads = new CodeDownloads(codes, on.server().secret(), on.clock());
        service = Service.lazy("lambda", () -> api().service());
    }

    private Map<SourceType, SourceKind> sources(Queues queues) {
        HttpUpstream upstream = on.upstream();
        Map<SourceType, SourceKind> kinds = new EnumMap<>(SourceType.class);
        kinds.put(
                SourceType.SQS,
                new SqsKind(new OwnQueues(queues), upstream == null ? null : new UpstreamQueues(upstream), functions));
        UpstreamSecrets secrets = UpstreamSecrets.of(on);
        kinds.put(SourceType.KAFKA, new KafkaSources(functions, mapping -> arn -> secrets.value(mapping.scope(), arn)));
        kinds.put(SourceType.KINESIS, StreamKind.kinesis(upstream, on.store(), functions));
        kinds.put(SourceType.DYNAMODB, StreamKind.dynamodb(upstream, on.store(), functions));
        return kinds;
    }

    private LambdaApi api() {
        LambdaLimits limits = Wiring.limits(on.config());
        CodeUploads uploads = new CodeUploads(codes, limits, stored);
        TargetRules targetRules = new TargetRules(targets);
        EventSourceMappingsApi sources = new EventSourceMappingsApi(functions, mappings, targetRules);
        return new LambdaApi(
                functions,
                runtimes,
                uploads,
                downloads,
                new InvokeApi(functions, invocations, async, limits),
                concurrency,
                targetRules,
                layers,
                signing,
                List.of(
                        new ConcurrencyApi(functions, concurrency, provisioned, limits, layers::bytes),
                        new ProvisionedApi(functions, provisioned, provisioning, concurrency),
                        new StreamApi(functions, invocations, limits),
                        new EventInvokeApi(functions, eventConfigs, recursion, targetRules),
                        new LayersApi(layers, policies, uploads, downloads, runtimes, on.clock()),
                        new PermissionsApi(functions, policies),
                        new CodeSigningApi(functions, signing),
                        new RuntimeManagementApi(functions, new RuntimeManagement(on.store())),
                        new TagsApi(functions, signing, List.of(sources.taggable())),
                        sources,
                        new UrlApi(functions, urls),
                        new RefusedOperations()));
    }

    Functions functions() {
        return functions;
    }

    /// Event source mappings, to be closed before what they poll.
    EventSourceMappings mappings() {
        return mappings;
    }

    /// Functions behind load balancers.
    FunctionsAsTargets asTargets() {
        return new FunctionsAsTargets(functions, invocations);
    }

    /// Functions as targets of schedules and rules.
    FunctionEvents events() {
        return new FunctionEvents(functions, async);
    }

    /// Links to functions' code.
    CodeDownloads downloads() {
        return downloads;
    }

    /// Requests to function URLs.
    UrlRequests urlRequests() {
        return new UrlRequests(
                urls,
                functions,
                invocations,
                new Signatures(Wiring.dispatcher(on.config(), on.server(), on.clock())),
                Wiring.limits(on.config()).payloadBytes(),
                on.config().lambda().urlLog());
    }

    @Override
    public Service service() {
        return service;
    }

    @Override
    public void start() {
        logs.start();
        environments.start();
        provisioning.start();
        async.start();
        mappings.start();
        if (functions.all().stream().anyMatch(function -> function.status().unsettled())) {
            api().start();
        }
    }

    @Override
    public void adopt() throws PodException, InterruptedException {
        environments.adopt();
    }

    @Override
    public void settle() {
        environments.settle();
    }

    @Override
    public void clear() throws InterruptedException {
        mappings.clear();
        functions.clear().forEach(codes::release);
        layers.clear();
    }

    @Override
    public void emptied() {
        concurrency.start();
    }
}
