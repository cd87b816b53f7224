package dev.podium.ec2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.store.Store;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The resources of one kind, with their tags beside them.
///
/// @param <T> the resource's record
final class Records<T> implements Listing.Source {
    /// More of one kind in a region are refused.
    private static final int MOST = 5000;

    private final Resource kind;
    private final Store store;
    private final Table<T> table;
    private final Tags tags;
    private final boolean showsNoTags;
    private final Function<T, Object> view;

    /// @param table name of the table
    /// @param showsNoTags whether the API shows an empty list of tags
    /// @param view  what the API shows of a record; its members are in the model
    Records(
            Store store,
            String table,
            Class<T> type,
            Resource kind,
            Tags tags,
            boolean showsNoTags,
            Function<T, Object> view) {
        this.kind = kind;
        this.store = store;
        this.table = store.table(table, type);
        this.tags = tags;
        this.showsNoTags = showsNoTags;
        this.view = view;
    }

    /// The record of an id, or nothing.
    Optional<T> find(Scope scope, String id) {
        return table.get(Keys.of(scope, id));
    }

    /// The record of an id.
    ///
    /// @throws dev.podium.aws.AwsException when the id is malformed or names nothing
    T require(Scope scope, String id) {
        return find(scope, kind.check(id)).orElseThrow(() -> kind.notFound(List.of(id)));
    }

    /// All records of a scope.
    List<T> all(Scope scope) {
        return table.page(Keys.of(scope, ""), null, MOST).stream()
                .map(dev.podium.store.Entry::value)
                .toList();
    }

    /// Adds a resource with its tags.
    ///
    /// @return as the API shows it
    ObjectNode add(Scope scope, String id, T record, List<Tag> given) {
        if (table.keys(Keys.of(scope, ""), null, MOST).size() >= MOST) {
            throw Ec2Error.coded(
                    "ResourceLimitExceeded",
                    "There are " + MOST + " of type " + kind.type() + " already: delete some.");
        }
        List<Write<?>> writes = new ArrayList<>(tags.writes(scope, id, given));
        writes.add(Write.put(table, Keys.of(scope, id), record));
        store.write(writes);
        return show(scope, id, record);
    }

    /// Changes a record.
    ///
    /// @throws dev.podium.aws.AwsException when the id is malformed or names nothing
    T change(Scope scope, String id, UnaryOperator<T> change) {
        T changed =
                table.compute(Keys.of(scope, kind.check(id)), before -> before == null ? null : change.apply(before));
        if (changed == null) {
            throw kind.notFound(List.of(id));
        }
        return changed;
    }

    /// Removes a resource with its tags.
    void remove(Scope scope, String id) {
        if (!table.remove(Keys.of(scope, kind.check(id)))) {
            throw kind.notFound(List.of(id));
        }
        tags.clear(scope, id);
    }

    /// A record as the API shows it.
    ObjectNode show(Scope scope, String id, T record) {
        return tags.show(scope, id, view.apply(record), "tags", showsNoTags);
    }

    @Override
    public Optional<ObjectNode> get(Scope scope, String id) {
        return find(scope, id).map(record -> show(scope, id, record));
    }

    @Override
    public List<Listing.Item> after(Scope scope, @Nullable String after, int limit) {
        String prefix = Keys.of(scope, "");
        return table.page(prefix, after == null ? null : prefix + after, limit).stream()
                .map(entry -> {
                    String id = Keys.id(entry.key());
                    return new Listing.Item(id, show(scope, id, entry.value()));
                })
                .toList();
    }

    /// A record with one component changed.
    ///
    /// @param component its name
    static <R extends Record> R with(R record, String component, @Nullable Object value) {
        ObjectNode tree = Json.MAPPER.valueToTree(record);
        tree.set(component, Json.MAPPER.valueToTree(value));
        try {
            @SuppressWarnings("unchecked")
            Class<R> type = (Class<R>) record.getClass();
            return Json.MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(record.getClass() + " has no such " + component, e);
        }
    }
}
