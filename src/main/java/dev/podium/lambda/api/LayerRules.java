package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.lambda.CodeBlobs;
import dev.podium.lambda.FunctionCode;
import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.FunctionSettings.Layer;
import dev.podium.lambda.LambdaError.AccessDenied;
import dev.podium.lambda.LayerName;
import dev.podium.lambda.Layers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which layers a function may have.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html">Adding layers to functions</a>
record LayerRules(Layers layers, CodeBlobs codes, LambdaLimits limits) {
    private static final int MAX_LAYERS = 5;

    /// The layers that a request names, each found and allowed; those that the function has when it names none.
    List<Layer> resolve(Call call, FunctionSettings settings, @Nullable List<String> given) {
        if (given == null) {
            return settings.layers();
        }
        if (settings.image() && !given.isEmpty()) {
            throw invalid(SettingsRules.NOT_FOR_IMAGES);
        }
        if (given.size() > MAX_LAYERS) {
            throw invalid("Cannot reference more than " + MAX_LAYERS + " layers.");
        }
        List<Layer> found = new ArrayList<>();
        Map<String, String> seen = new HashMap<>();
        for (String arn : given) {
            LayerName.Version name =
                    LayerName.version(arn).orElseThrow(() -> invalid("Layer version " + arn + " does not exist."));
            String other = seen.putIfAbsent(name.layer().arn(), arn);
            if (other != null) {
                throw invalid(
                        "Two different versions of the same layer are not allowed to be referenced in the same function. "
                                + other + " and " + arn + " are versions of the same layer.");
            }
            found.add(settings.layers().stream()
                    .filter(layer -> layer.arn().equals(arn))
                    .findFirst()
                    .orElseGet(() -> find(call, name)));
        }
        return found;
    }

    private Layer find(Call call, LayerName.Version name) {
        requireAccess(layers, call, name);
        if (!name.layer().scope().region().equals(call.scope().region())) {
            throw invalid("Layer version " + name.arn() + " does not exist.");
        }
        return layers.find(name)
                .orElseThrow(() -> invalid("Layer version " + name.arn() + " does not exist."))
                .content();
    }

    /// Requires that the caller's account may use a layer version.
    static void requireAccess(Layers layers, Call call, LayerName.Version name) {
        String account = call.scope().account();
        if (!layers.allows(name, account)) {
            throw new AwsException(new AccessDenied("User: arn:aws:iam::" + account
                    + ":root is not authorized to perform: lambda:GetLayerVersion on resource: " + name.arn()
                    + " because no resource-based policy allows the lambda:GetLayerVersion action"));
        }
    }

    /// Names of the archives of a function's layers.
    static List<String> blobs(FunctionSettings settings) {
        return settings.layers().stream().map(Layer::sha256Hex).toList();
    }

    /// Holds the archives of a function's layers; see [#check] for whether they are there.
    void hold(FunctionSettings settings) {
        blobs(settings).forEach(codes::hold);
    }

    /// Checks that the layers are there still, once they are held, and that they and the code aren't too large.
    void check(FunctionCode code, FunctionSettings settings) {
        for (Layer layer : settings.layers()) {
            if (!codes.exists(layer.sha256Hex())) {
                // Its version and its last user went between finding and holding it.
                throw invalid("Layer version " + layer.arn() + " does not exist.");
            }
        }
        checkSize(code, settings);
    }

    /// Checks that code and layers together aren't too large.
    void checkSize(FunctionCode code, FunctionSettings settings) {
        long size = code.unzippedSize()
                + settings.layers().stream().mapToLong(Layer::unzippedSize).sum();
        long max = limits.code().maxUnzippedBytes();
        if (!settings.layers().isEmpty() && size > max) {
            throw invalid("Function code combined with layers exceeds the maximum allowed size of " + max
                    + " bytes. The actual size is " + size + " bytes.");
        }
    }
}
