package dev.podium.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What all `Describe…` operations do: resources by id or all of them, filtered, page by page.
///
/// @param kind    of the resources, for their errors
/// @param filters that the operation knows
/// @param least   smallest number of results of a page
/// @param source  where the resources come from
record Listing(Resource kind, Filters filters, int least, Source source) {
    private static final int MOST = 1000;
    private static final int CHUNK = 200;

    /// Resources in the form in which the API shows them.
    interface Source {
        /// One resource.
        Optional<ObjectNode> get(Scope scope, String id);

        /// Some resources behind a place, in the order of their places.
        ///
        /// @param after a place, or null for the first ones
        List<Item> after(Scope scope, @Nullable String after, int limit);
    }

    /// A resource and its place, which is the key of its record.
    record Item(String place, ObjectNode resource) {}

    /// What a request asks for.
    record Query(
            @Nullable List<String> ids,
            @Nullable List<Filter> filters,
            @Nullable Integer maxResults,
            @Nullable String nextToken) {}

    /// Found resources.
    ///
    /// @param nextToken of the next page, or null when this is the last
    record Page(List<ObjectNode> items, @Nullable String nextToken) {}

    /// Adds a `Describe…` operation that has nothing but ids, filters and pages.
    ///
    /// @param ids    member of the request with the ids, as in the model; empty for none
    /// @param result member of the answer
    static void describe(
            ServiceApi.Builder service, String operation, String ids, String result, Function<Scope, Listing> listing) {
        service.operation(operation, ObjectNode.class, ObjectNode.class, (call, request) -> {
            Ec2Error.DryRunOperation.check(request.path("DryRun").asBoolean());
            List<Filter> filters = new ArrayList<>();
            request.path("Filters")
                    .forEach(one -> filters.add(new Filter(text(one.path("Name")), texts(one.path("Values")))));
            JsonNode max = request.path("MaxResults");
            Page page = listing.apply(call.scope())
                    .find(
                            call.scope(),
                            new Query(
                                    texts(request.path(ids)),
                                    filters,
                                    max.isMissingNode() ? null : max.asInt(),
                                    text(request.path("NextToken"))));
            ObjectNode answer = Json.object();
            page.items.forEach(answer.putArray(result)::add);
            return page.nextToken == null ? answer : answer.put("nextToken", page.nextToken);
        });
    }

    private static @Nullable String text(JsonNode value) {
        return value.isMissingNode() ? null : value.asText();
    }

    private static List<String> texts(JsonNode values) {
        List<String> all = new ArrayList<>();
        values.forEach(value -> all.add(value.asText()));
        return all;
    }

    /// With the smallest page of most operations.
    static Listing of(Resource kind, Filters filters, Source source) {
        return new Listing(kind, filters, 5, source);
    }

    /// Finds what a request asks for.
    ///
    /// @throws dev.podium.aws.AwsException for ids that name nothing, unknown filters and bad pages
    Page find(Scope scope, Query query) {
        return find(scope, query, resource -> true);
    }

    /// The same with a further condition.
    Page find(Scope scope, Query query, Predicate<JsonNode> further) {
        Predicate<JsonNode> condition = filters.condition(query.filters).and(further);
        List<String> ids = query.ids == null ? List.of() : query.ids;
        Integer max = query.maxResults;
        if (max != null && (max < least || max > MOST)) {
            throw new Ec2Error.InvalidParameterValue("Value ( " + max
                            + " ) for parameter maxResults is invalid. Expecting a value greater than " + least + ".")
                    .exception();
        }
        if (!ids.isEmpty()) {
            if (max != null) {
                throw new Ec2Error.InvalidParameterCombination(
                                "The parameter " + kind.type() + " IDs cannot be used with the parameter maxResults")
                        .exception();
            }
            return new Page(byId(scope, ids).stream().filter(condition).toList(), null);
        }
        return page(scope, condition, max == null ? Integer.MAX_VALUE : max, place(query.nextToken));
    }

    private List<ObjectNode> byId(Scope scope, List<String> ids) {
        List<ObjectNode> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String id : new LinkedHashSet<>(ids)) {
            source.get(scope, kind.check(id)).ifPresentOrElse(found::add, () -> missing.add(id));
        }
        if (!missing.isEmpty()) {
            throw kind.notFound(missing);
        }
        return found;
    }

    private Page page(Scope scope, Predicate<JsonNode> condition, int limit, @Nullable String after) {
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

    private static @Nullable String place(@Nullable String token) {
        try {
            return token == null || token.isEmpty()
                    ? null
                    : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Ec2Error.InvalidParameterValue("Unable to parse pagination token").exception();
        }
    }
}
