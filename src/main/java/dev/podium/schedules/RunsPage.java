package dev.podium.schedules;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.podium.codec.Json;
import dev.podium.http.Handler;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/// `GET /_podium/schedules/<ARN>`: the last three successful runs and the last failed one of a schedule, or
/// of a rule that has a schedule. AWS has no such operation.
///
/// @param histories by ARN
public record RunsPage(Function<String, Optional<RunHistory>> histories) implements Handler {
    /// What the page's paths begin with.
    public static final String PATH = "/_podium/schedules/";

    @Override
    public Response handle(Request request) throws IOException {
        if (!request.method().equals("GET")) {
            return Response.of(405);
        }
        String arn = URLDecoder.decode(request.rawPath().substring(PATH.length()), StandardCharsets.UTF_8);
        Optional<RunHistory> found = histories.apply(arn);
        return found.isPresent() ? Response.json(200, Names.MAPPER.writeValueAsBytes(found.get())) : Response.of(404);
    }

    /// Made with the first request. Members begin with capitals, as AWS's do.
    private static final class Names {
        static final JsonMapper MAPPER = Json.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .build();
    }
}
