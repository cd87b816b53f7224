package dev.podium.ecs;

import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Account settings: kept and shown, for clients that set or check them; none has an effect.
final class SettingsApi implements EcsOperations {
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("serviceLongArnFormat", "enabled"),
            Map.entry("taskLongArnFormat", "enabled"),
            Map.entry("containerInstanceLongArnFormat", "enabled"),
            Map.entry("awsvpcTrunking", "disabled"),
            Map.entry("containerInsights", "disabled"),
            Map.entry("fargateFIPSMode", "disabled"),
            Map.entry("tagResourceAuthorization", "on"),
            Map.entry("fargateTaskRetirementWaitPeriod", "7"),
            Map.entry("guardDutyActivate", "on"),
            Map.entry("defaultLogDriverMode", "non-blocking"),
            Map.entry("fargateEventWindows", "disabled"));

    private final Table<String> table;

    SettingsApi(Store store) {
        this.table = store.table("ecs-settings", String.class);
    }

    record Setting(String name, String value, String principalArn, String type) {}

    record PutSettingRequest(
            String name, String value, @Nullable String principalArn) {}

    record PutDefaultRequest(String name, String value) {}

    record DeleteSettingRequest(String name, @Nullable String principalArn) {}

    record SettingResult(Setting setting) {}

    record ListSettingsRequest(
            @Nullable String name,
            @Nullable String value,
            @Nullable String principalArn,
            @Nullable Boolean effectiveSettings,
            @Nullable String nextToken,
            @Nullable Integer maxResults) {}

    record ListSettingsResult(
            List<Setting> settings, @Nullable String nextToken) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        String remark = "Kept and shown; no setting has an effect.";
        service.remark("PutAccountSetting", remark)
                .remark("PutAccountSettingDefault", remark)
                .operation("PutAccountSetting", PutSettingRequest.class, SettingResult.class, this::put)
                .operation(
                        "PutAccountSettingDefault",
                        PutDefaultRequest.class,
                        SettingResult.class,
                        (call, r) -> put(call, new PutSettingRequest(r.name(), r.value(), null)))
                .operation("DeleteAccountSetting", DeleteSettingRequest.class, SettingResult.class, this::delete)
                .operation("ListAccountSettings", ListSettingsRequest.class, ListSettingsResult.class, this::list);
    }

    private SettingResult put(Call call, PutSettingRequest request) {
        boolean number = request.name().equals("fargateTaskRetirementWaitPeriod");
        boolean fits = number
                ? request.value().matches("0|7|14")
                : List.of("enabled", "disabled", "on", "off", "enhanced", "blocking", "non-blocking")
                        .contains(request.value());
        if (!fits) {
            throw EcsError.invalid("Invalid value for setting " + request.name() + ": " + request.value() + ".");
        }
        String principal = principal(call.scope(), request.principalArn());
        table.put(key(call.scope(), principal, request.name()), request.value());
        return new SettingResult(new Setting(request.name(), request.value(), principal, "user"));
    }

    private SettingResult delete(Call call, DeleteSettingRequest request) {
        String principal = principal(call.scope(), request.principalArn());
        table.remove(key(call.scope(), principal, request.name()));
        return new SettingResult(
                new Setting(request.name(), DEFAULTS.getOrDefault(request.name(), ""), principal, "user"));
    }

    private ListSettingsResult list(Call call, ListSettingsRequest request) {
        String principal = principal(call.scope(), request.principalArn());
        boolean effective = Boolean.TRUE.equals(request.effectiveSettings());
        Stream<String> names = DEFAULTS.keySet().stream()
                .filter(name -> request.name() == null || request.name().equals(name))
                .filter(name -> effective
                        || table.get(key(call.scope(), principal, name)).isPresent());
        Page page = Page.of(names, request.nextToken(), request.maxResults());
        List<Setting> found = page.items().stream()
                .map(name -> new Setting(
                        name,
                        table.get(key(call.scope(), principal, name)).orElse(DEFAULTS.getOrDefault(name, "")),
                        principal,
                        "user"))
                .filter(s -> request.value() == null || request.value().equals(s.value()))
                .toList();
        return new ListSettingsResult(found, page.nextToken());
    }

    private static String principal(Scope scope, @Nullable String given) {
        return given == null ? "arn:aws:iam::" + scope.account() + ":root" : given;
    }

    private static String key(Scope scope, String principal, String name) {
        return scope.account() + "/" + scope.region() + "/" + principal + "/" + name;
    }
}
