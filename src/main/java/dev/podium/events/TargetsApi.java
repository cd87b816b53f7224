package dev.podium.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.schedules.Paging;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The operations on the targets of rules.
record TargetsApi(Rules rules) {
    private static final int MOST_TARGETS = 5;
    private static final int MOST_RESULTS = 100;
    private static final int MOST_RULES = 300;

    record PutTargetsRequest(@Nullable String eventBusName, String rule, List<RuleTarget> targets) {}

    record FailedEntry(String errorCode, String errorMessage, String targetId) {}

    record PutTargetsResult(List<FailedEntry> failedEntries, int failedEntryCount) {}

    record RemoveTargetsRequest(
            @Nullable String eventBusName, @Nullable Boolean force, List<String> ids, String rule) {}

    record ListTargetsRequest(
            @Nullable String eventBusName,
            @Nullable Integer limit,
            @Nullable String nextToken,
            String rule) {}

    record ListTargetsResult(@Nullable String nextToken, List<RuleTarget> targets) {}

    record ListNamesRequest(
            @Nullable String eventBusName,
            @Nullable Integer limit,
            @Nullable String nextToken,
            String targetArn) {}

    record ListNamesResult(@Nullable String nextToken, List<String> ruleNames) {}

    void addTo(ServiceApi.Builder service) {
        service.operation("PutTargets", PutTargetsRequest.class, PutTargetsResult.class, this::put)
                .operation("RemoveTargets", RemoveTargetsRequest.class, PutTargetsResult.class, this::remove)
                .operation("ListTargetsByRule", ListTargetsRequest.class, ListTargetsResult.class, this::list)
                .operation("ListRuleNamesByTarget", ListNamesRequest.class, ListNamesResult.class, this::names)
                .partial(
                        "PutTargets",
                        "Targets that Podium can't call are refused: see below. `RunCommandParameters`, `BatchParameters`,"
                                + " `HttpParameters`, `RedshiftDataParameters`, `SageMakerPipelineParameters` and"
                                + " `AppSyncParameters` are refused. `RoleArn` has no effect.");
    }

    private PutTargetsResult put(Call call, PutTargetsRequest request) {
        EventsApi.requireDefault(request.eventBusName());
        rules.get(call.scope(), request.rule());
        request.targets().forEach(this::check);
        rules.update(call.scope(), request.rule(), rule -> {
            Map<String, RuleTarget> byId = new LinkedHashMap<>();
            Stream.concat(rule.targets().stream(), request.targets().stream())
                    .forEach(target -> byId.put(target.id(), target));
            if (byId.size() > MOST_TARGETS) {
                throw new EventsError.LimitExceeded().exception();
            }
            return rule.withTargets(List.copyOf(byId.values()));
        });
        return new PutTargetsResult(List.of(), 0);
    }

    private void check(RuleTarget target) {
        String arn = target.arn();
        Arn parsed = Arn.parse(arn)
                .orElseThrow(() ->
                        invalid("Parameter " + arn + " is not valid. Reason: Provided Arn is not in correct format."));
        // Universal targets are the Scheduler's alone.
        if (parsed.service().equals("scheduler")) {
            throw invalid("Parameter " + arn + " is not valid. Reason: Provided Arn is not in correct format.");
        }
        rules.targets().unreachable(arn).ifPresent(why -> {
            throw invalid("Parameter " + arn + " is not valid. Reason: " + why);
        });
        long inputs = Stream.of(target.input(), target.inputPath(), target.inputTransformer())
                .filter(input -> input != null)
                .count();
        if (inputs > 1) {
            throw invalid("Only one of Input, InputPath, or InputTransformer must be provided for target " + target.id()
                    + ".");
        }
        checkInput(target);
        boolean group = target.sqsParameters() != null && target.sqsParameters().has("MessageGroupId");
        require(
                !parsed.resource().endsWith(".fifo") || !parsed.service().equals("sqs") || group,
                "SqsParameters",
                target);
        require(!parsed.service().equals("ecs") || target.ecsParameters() != null, "EcsParameters", target);
    }

    private static void checkInput(RuleTarget target) {
        if (target.input() != null) {
            try {
                Json.MAPPER.readTree(target.input());
            } catch (JsonProcessingException e) {
                throw invalid("JSON syntax error in input for target " + target.id() + ".");
            }
        }
        RuleTarget.InputTransformer transformer = target.inputTransformer();
        Stream.concat(
                        Stream.ofNullable(target.inputPath()),
                        transformer == null || transformer.inputPathsMap() == null
                                ? Stream.empty()
                                : transformer.inputPathsMap().values().stream())
                .filter(path -> !EventPath.isPath(path))
                .findFirst()
                .ifPresent(path -> {
                    throw invalid("Invalid InputPath for target " + target.id() + " : " + path + ".");
                });
    }

    private static void require(boolean condition, String parameter, RuleTarget target) {
        if (!condition) {
            throw invalid("Parameter(s) " + parameter + " must be specified for target: " + target.id() + ".");
        }
    }

    private PutTargetsResult remove(Call call, RemoveTargetsRequest request) {
        EventsApi.requireDefault(request.eventBusName());
        Set<String> ids = Set.copyOf(request.ids());
        rules.update(
                call.scope(),
                request.rule(),
                rule -> rule.withTargets(rule.targets().stream()
                        .filter(target -> !ids.contains(target.id()))
                        .toList()));
        return new PutTargetsResult(List.of(), 0);
    }

    private ListTargetsResult list(Call call, ListTargetsRequest request) {
        EventsApi.requireDefault(request.eventBusName());
        String after = Paging.after(request.nextToken());
        Paging<RuleTarget> found = new Paging<>(request.limit() == null ? MOST_RESULTS : request.limit());
        boolean begun = after == null;
        for (RuleTarget target : rules.get(call.scope(), request.rule()).targets()) {
            if (begun) {
                found.add(target.id(), target);
            }
            begun = begun || target.id().equals(after);
        }
        return new ListTargetsResult(found.nextToken(), found.items());
    }

    private ListNamesResult names(Call call, ListNamesRequest request) {
        EventsApi.requireDefault(request.eventBusName());
        Paging<String> found = new Paging<>(request.limit() == null ? MOST_RESULTS : request.limit());
        rules.page(call.scope(), "", Paging.after(request.nextToken()), MOST_RULES).stream()
                .filter(entry -> entry.value().targets().stream()
                        .anyMatch(target -> target.arn().equals(request.targetArn())))
                .forEach(entry -> found.add(entry.key(), entry.value().name()));
        return new ListNamesResult(found.nextToken(), found.items());
    }

    private static AwsException invalid(String message) {
        return new EventsError.Validation(message).exception();
    }
}
