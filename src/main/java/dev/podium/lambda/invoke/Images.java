package dev.podium.lambda.invoke;

import dev.podium.aws.AwsException;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.Runtimes;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the container image of a function.
public final class Images {
    private static final Pattern ECR =
            Pattern.compile("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/");

    private final Runtimes runtimes;
    private final @Nullable String ecrUrl;

    /// @param ecrUrl host and path that stand for private ECR registries, or null to leave their names
    public Images(Runtimes runtimes, @Nullable String ecrUrl) {
        this.runtimes = runtimes;
        this.ecrUrl =
                ecrUrl == null ? null : ecrUrl.replaceFirst("^https?://", "").replaceFirst("/$", "");
    }

    /// The image of a runtime; nothing when there is none.
    Optional<String> ofRuntime(String runtime) {
        return runtimes.image(runtime);
    }

    /// Where a user's own image is: one of AWS's private registries may be somewhere else here.
    public String own(String image) {
        return ecrUrl == null ? image : ECR.matcher(image).replaceFirst(ecrUrl + "/");
    }

    /// The image that runs a function.
    ///
    /// @throws AwsException when its runtime is no longer known
    public String of(LambdaFunction function) {
        String own = function.code().imageUri();
        if (own != null) {
            return own(own);
        }
        String tagged = function.tags().get(PodTags.IMAGE);
        if (tagged != null) {
            return own(tagged);
        }
        String runtime = String.valueOf(function.settings().runtime());
        return runtimes.image(runtime)
                .orElseThrow(() -> new AwsException(new LambdaError.InvalidRuntime(
                        "There is no image for the runtime " + runtime + ": map one by PODIUM_LAMBDA_RUNTIME_IMAGES")));
    }
}
