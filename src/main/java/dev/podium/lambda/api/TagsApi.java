package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.lambda.CodeSigningConfigs;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError.ResourceNotFound;
import dev.podium.lambda.api.Requests.ResourceRequest;
import dev.podium.lambda.api.Requests.TagResourceRequest;
import dev.podium.lambda.api.Requests.UntagResourceRequest;
import dev.podium.lambda.api.Responses.ListTagsResponse;
import dev.podium.lambda.api.Responses.Nothing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Tags of every resource of Lambda that can have some.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html">Tags</a>
public final class TagsApi implements LambdaOperations {
    private final List<TaggableResource> kinds;

    /// Takes functions and code signing configurations, and what else there is.
    public TagsApi(Functions functions, CodeSigningConfigs configs, List<TaggableResource> others) {
        this.kinds = new ArrayList<>(List.of(new OfFunction(functions), new OfCodeSigningConfig(configs)));
        this.kinds.addAll(others);
    }

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("TagResource", TagResourceRequest.class, this::tag)
                .operation("UntagResource", UntagResourceRequest.class, this::untag)
                .operation("ListTags", ResourceRequest.class, ListTagsResponse.class, this::list)
                .remark(
                        "TagResource",
                        "Some tags mean something to Podium (see custom-images.md), and a bad value is refused.");
    }

    private Nothing tag(Call call, TagResourceRequest request) {
        if (request.tags().isEmpty()) {
            throw invalid("An error occurred and the request cannot be processed.");
        }
        Arn arn = arn(call, request.resource());
        kind(arn).retag(call, arn, tags -> {
            tags.putAll(request.tags());
            SettingsRules.checkTags(tags);
            return tags;
        });
        return new Nothing();
    }

    private Nothing untag(Call call, UntagResourceRequest request) {
        Arn arn = arn(call, request.resource());
        kind(arn).retag(call, arn, tags -> {
            tags.keySet().removeAll(request.tagKeys());
            return tags;
        });
        return new Nothing();
    }

    private ListTagsResponse list(Call call, ResourceRequest request) {
        Arn arn = arn(call, request.resource());
        return new ListTagsResponse(kind(arn).tags(call, arn));
    }

    private static Arn arn(Call call, String text) {
        Arn arn = Arn.parse(text).orElseThrow(() -> new AwsException(ResourceNotFound.requested()));
        if (!arn.region().equals(call.scope().region())) {
            throw new AwsException(ResourceNotFound.requested());
        }
        return arn;
    }

    private TaggableResource kind(Arn arn) {
        return kinds.stream()
                .filter(kind -> arn.resource().startsWith(kind.prefix()))
                .findFirst()
                .orElseThrow(() -> new AwsException(ResourceNotFound.requested()));
    }

    private record OfFunction(Functions functions) implements TaggableResource {
        @Override
        public String prefix() {
            return "function:";
        }

        @Override
        public Map<String, String> tags(Call call, Arn arn) {
            return functions.get(name(call, arn)).tags();
        }

        @Override
        public void retag(Call call, Arn arn, UnaryOperator<Map<String, String>> change) {
            functions.replace(
                    name(call, arn), function -> function.tagged(change.apply(new HashMap<>(function.tags()))));
        }

        private static FunctionName name(Call call, Arn arn) {
            FunctionName name = FunctionName.parse(call.scope(), arn.toString(), null);
            if (name.qualifier() != null) {
                throw invalid(
                        "Tags on function aliases and versions are not supported. Please specify a function ARN.");
            }
            return name;
        }
    }

    private record OfCodeSigningConfig(CodeSigningConfigs configs) implements TaggableResource {
        @Override
        public String prefix() {
            return "code-signing-config:";
        }

        @Override
        public Map<String, String> tags(Call call, Arn arn) {
            return configs.get(arn.toString()).tags();
        }

        @Override
        public void retag(Call call, Arn arn, UnaryOperator<Map<String, String>> change) {
            configs.retag(arn.toString(), change);
        }
    }
}
