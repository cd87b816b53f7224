package dev.podium.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A `Describe…` operation: resources by id, by name or all of them, filtered, page by page. What differs
/// between them is said once, in the words of the model; members that nobody speaks of are refused.
///
/// @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/query-api-pagination.html">Pagination</a>
final class Listing {
    private static final int MOST = 1000;
    private static final int CHUNK = 200;

    private final String operation;
    private final String result;
    private final Filters filters;
    private final BiFunction<Scope, ObjectNode, Source> origin;
    private final Map<String, Condition> conditions = new LinkedHashMap<>();
    private final Set<String> members =
            new HashSet<>(Set.of("DryRun", "Filters", "IncludeManagedResources", "MaxResults", "NextToken"));
    private Resource kind = Resource.INSTANCE;
    private String ids = "";
    private String names = "";
    private BiFunction<Scope, String, String> byName = (scope, name) -> name;
    private int least = 5;
    private BiFunction<ObjectNode, List<ObjectNode>, Object> view = (request, items) -> items;

    private Listing(String operation, String result, Filters filters, BiFunction<Scope, ObjectNode, Source> origin) {
        this.operation = operation;
        this.result = result;
        this.filters = filters;
        this.origin = origin;
    }

    /// Resources in the form in which the API shows them.
    interface Source {
        /// One resource.
        Optional<ObjectNode> get(Scope scope, String id);

        /// Some resources behind a place, in the order of their places.
        ///
        /// @param after a place, or null for the first ones
        List<Item> after(Scope scope, @Nullable String after, int limit);

        /// A list that is made for the call, in the order of its places, which end with ids.
        static Source of(List<Item> all) {
            return new Source() {
                @Override
                public Optional<ObjectNode> get(Scope scope, String id) {
                    return all.stream()
                            .filter(item -> item.place.endsWith(id))
                            .map(Item::resource)
                            .findFirst();
                }

                @Override
                public List<Item> after(Scope scope, @Nullable String after, int limit) {
                    return all.stream()
                            .filter(item -> after == null || item.place.compareTo(after) > 0)
                            .limit(limit)
                            .toList();
                }
            };
        }
    }

    /// A resource and its place, which is the key of its record.
    record Item(String place, ObjectNode resource) {}

    /// What a further member of a request asks of a resource; asked for a missing node when it isn't there.
    interface Condition {
        /// The condition that a value makes.
        Predicate<JsonNode> of(Scope scope, JsonNode value);
    }

    /// A value out of a list has to stand in a member of the resource.
    static Condition oneOf(String member) {
        return (scope, values) -> {
            Set<String> wanted = new TreeSet<>(texts(values));
            return resource ->
                    wanted.isEmpty() || wanted.contains(resource.path(member).asText());
        };
    }

    private record Page(List<ObjectNode> items, @Nullable String nextToken) {}

    /// An operation over the resources of a request's scope.
    ///
    /// @param result member of the answer
    static Listing of(String operation, String result, Filters filters, BiFunction<Scope, ObjectNode, Source> origin) {
        return new Listing(operation, result, filters, origin);
    }

    /// The same over resources that don't depend on the rest of the request.
    static Listing of(String operation, String result, Filters filters, Function<Scope, Source> origin) {
        return of(operation, result, filters, (scope, request) -> origin.apply(scope));
    }

    /// Says which member of the request has ids, and of what.
    Listing ids(Resource of, String member) {
        kind = of;
        ids = member;
        return ignoring(member);
    }

    /// Says which member of the request has names, and how to find the id of one, or the error.
    Listing names(String member, BiFunction<Scope, String, String> id) {
        names = member;
        byName = id;
        return ignoring(member);
    }

    /// Says what the smallest page is, where it isn't 5.
    Listing least(int results) {
        least = results;
        return this;
    }

    /// Adds a condition that a member of the request makes.
    Listing where(String member, Condition condition) {
        conditions.put(member, condition);
        return ignoring(member);
    }

    /// Takes members without looking at them.
    Listing ignoring(String... others) {
        members.addAll(List.of(others));
        return this;
    }

    /// Gives the list in the answer another form.
    Listing as(BiFunction<ObjectNode, List<ObjectNode>, Object> other) {
        view = other;
        return this;
    }

    /// Adds the operation.
    void addTo(ServiceApi.Builder service) {
        service.operation(operation, ObjectNode.class, ObjectNode.class, this::answer);
    }

    private ObjectNode answer(Call call, ObjectNode request) {
        for (String member : (Iterable<String>) request::fieldNames) {
            if (!members.contains(member)) {
                throw Ec2Error.unsupported(operation, member);
            }
        }
        Ec2Error.dryRun(request.path("DryRun").asBoolean());
        Page page = find(call.scope(), request);
        ObjectNode answer = Json.object();
        answer.set(result, Json.MAPPER.valueToTree(view.apply(request, page.items)));
        return page.nextToken == null ? answer : answer.put("nextToken", page.nextToken);
    }

    /// @throws dev.podium.aws.AwsException for ids that name nothing, unknown filters and bad pages
    private Page find(Scope scope, ObjectNode request) {
        List<String> wanted = texts(request.path(ids));
        texts(request.path(names)).forEach(name -> wanted.add(byName.apply(scope, name)));
        Predicate<JsonNode> further = resource -> true;
        for (Map.Entry<String, Condition> one : conditions.entrySet()) {
            further = further.and(one.getValue().of(scope, request.path(one.getKey())));
        }
        Predicate<JsonNode> condition =
                filters.condition(request.path("Filters")).and(further);
        JsonNode max = request.path("MaxResults");
        if (!max.isMissingNode() && (max.asInt() < least || max.asInt() > MOST)) {
            throw Ec2Error.invalid("Value ( " + max.asInt()
                    + " ) for parameter maxResults is invalid. Expecting a value greater than " + least + ".");
        }
        Source source = origin.apply(scope, request);
        if (wanted.isEmpty()) {
            return page(
                    scope,
                    source,
                    condition,
                    max.asInt(Integer.MAX_VALUE),
                    place(request.path("NextToken").asText()));
        }
        if (!max.isMissingNode()) {
            throw Ec2Error.combination(
                    "The parameter " + kind.type() + " IDs cannot be used with the parameter maxResults");
        }
        return new Page(byId(scope, source, wanted).stream().filter(condition).toList(), null);
    }

    /// The texts of a list; of none when it is missing.
    static List<String> texts(JsonNode values) {
        List<String> all = new ArrayList<>();
        values.forEach(value -> all.add(value.asText()));
        return all;
    }

    private List<ObjectNode> byId(Scope scope, Source source, List<String> wanted) {
        List<ObjectNode> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String id : new LinkedHashSet<>(wanted)) {
            source.get(scope, kind.check(id)).ifPresentOrElse(found::add, () -> missing.add(id));
        }
        if (!missing.isEmpty()) {
            throw kind.notFound(missing);
        }
        return found;
    }

    private static Page page(
            Scope scope, Source source, Predicate<JsonNode> condition, int limit, @Nullable String after) {
        List<ObjectNode> found = new ArrayList<>();
        String place = after;
        while (true) {
            List<Item> chunk = source.after(scope, place, CHUNK);
            for (Item item : chunk) {
                if (condition.test(item.resource)) {
                    if (found.size() == limit) {
                        return new Page(found, token(place));
                    }
                    found.add(item.resource);
                }
                place = item.place;
            }
            if (chunk.size() < CHUNK) {
                return new Page(found, null);
            }
        }
    }

    private static @Nullable String token(@Nullable String place) {
        return place == null ? null : Base64.getUrlEncoder().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String place(String token) {
        try {
            return token.isEmpty() ? null : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Ec2Error.invalid("Unable to parse pagination token");
        }
    }
}
