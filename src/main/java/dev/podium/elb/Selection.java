package dev.podium.elb;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds what a Describe operation asks for: all, or some by ARN or by name.
final class Selection {
    private static final int MOST = 20;

    private Selection() {}

    /// @throws dev.podium.aws.AwsException the kind's NotFound, naming all that aren't there
    static <T> List<T> of(
            ElbError.Kind kind,
            @Nullable List<String> arns,
            @Nullable List<String> names,
            Supplier<List<T>> all,
            Function<String, Optional<T>> byArn,
            Function<String, Optional<T>> byName) {
        boolean someArns = arns != null && !arns.isEmpty();
        boolean someNames = names != null && !names.isEmpty();
        if (someArns && someNames) {
            throw ElbError.validation("Names and ARNs can't be specified at the same time");
        }
        return someArns ? each(kind, arns, byArn) : someNames ? each(kind, names, byName) : all.get();
    }

    /// Those of a list of ARNs or names.
    static <T> List<T> each(ElbError.Kind kind, List<String> keys, Function<String, Optional<T>> find) {
        if (keys.size() > MOST) {
            throw ElbError.validation("At most '" + MOST + "' resources can be specified, not '" + keys.size() + "'");
        }
        List<T> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String key : new LinkedHashSet<>(keys)) {
            find.apply(key).ifPresentOrElse(found::add, () -> missing.add(key));
        }
        if (!missing.isEmpty()) {
            throw ElbError.notFound(kind, missing);
        }
        return found;
    }
}
