package dev.podium.ecs;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The task definitions: families of numbered revisions, which are never used twice.
final class TaskDefinitions {
    private static final int MOST_REVISIONS = 100_000;
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]{1,255})(?::(\\d{1,9}))?");

    private final Table<TaskDefinition> table;
    private final Table<String> lastRevisions;

    TaskDefinitions(Store store) {
        this.table = store.table("ecs-task-definitions", TaskDefinition.class);
        this.lastRevisions = store.table("ecs-last-revisions", String.class);
    }

    /// A family's revision.
    ///
    /// @param revision 0: the latest one that is active
    record Name(Scope scope, String family, int revision) {
        /// Reads `family`, `family:revision` or an ARN; nothing when it is none of them.
        static Optional<Name> of(String reference, Scope caller) {
            Scope scope = Arn.parse(reference).map(Arn::scope).orElse(caller);
            Matcher matcher = NAME.matcher(Names.last(reference));
            if (!matcher.matches()) {
                return Optional.empty();
            }
            String revision = matcher.group(2);
            return Optional.of(new Name(scope, matcher.group(1), revision == null ? 0 : Integer.parseInt(revision)));
        }

        private String key() {
            return familyKey(scope, family) + "/" + "%010d".formatted(revision);
        }
    }

    private static String familyKey(Scope scope, String family) {
        return scope.account() + "/" + scope.region() + "/" + family;
    }

    /// The number of the next revision of a family.
    int nextRevision(Scope scope, String family) {
        return Integer.parseInt(String.valueOf(lastRevisions.compute(
                familyKey(scope, family), last -> Integer.toString(last == null ? 1 : Integer.parseInt(last) + 1))));
    }

    /// Adds or replaces a revision.
    void put(Scope scope, TaskDefinition definition) {
        table.put(new Name(scope, definition.family(), definition.revision()).key(), definition);
    }

    /// Removes a revision.
    void remove(Scope scope, TaskDefinition definition) {
        table.remove(new Name(scope, definition.family(), definition.revision()).key());
    }

    /// The revision that a request means; nothing when there is none.
    Optional<TaskDefinition> find(String reference, Scope caller) {
        return Name.of(reference, caller).flatMap(name -> name.revision() > 0 ? table.get(name.key()) : latest(name));
    }

    private Optional<TaskDefinition> latest(Name name) {
        List<String> keys = table.keys(familyKey(name.scope(), name.family()) + "/", null, MOST_REVISIONS);
        for (int i = keys.size() - 1; i >= 0; i--) {
            Optional<TaskDefinition> found =
                    table.get(keys.get(i)).filter(d -> d.status().equals("ACTIVE"));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The definition that tasks are to be run of.
    ///
    /// @throws dev.podium.aws.AwsException ClientException when there is none, or it isn't active
    TaskDefinition runnable(@Nullable String reference, Scope caller) {
        if (reference == null || reference.isEmpty()) {
            throw EcsError.invalid("TaskDefinition can not be blank.");
        }
        TaskDefinition found = find(reference, caller).orElseThrow(() -> EcsError.client("TaskDefinition not found."));
        if (!found.status().equals("ACTIVE")) {
            throw EcsError.client("TaskDefinition is inactive");
        }
        return found;
    }

    /// All revisions of the families whose names begin with a text.
    Stream<TaskDefinition> all(Scope scope, String familyPrefix) {
        return table.page(familyKey(scope, familyPrefix), null, MOST_REVISIONS).stream()
                .map(entry -> entry.value());
    }
}
