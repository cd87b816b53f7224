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
            List<String> arns,
            List<String> names,
            Supplier<List<T>> all,
            Function<String, Optional<T>> byArn,
            Function<String, Optional<T>> byName) {
        if (!arns.isEmpty() && !names.isEmpty()) {
            throw ElbError.validation("Names and ARNs can't be specified at the same time");
        }
        return !arns.isEmpty() ? each(kind, arns, byArn) : !names.isEmpty() ? each(kind, names, byName) : all.get();
    }

    /// A list of a request, empty when it was left out.
    static <T> List<T> orNone(@Nullable List<T> given) {
        return given == null ? List.of() : given;
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
