package dev.podium.logs;

import dev.podium.logs.EventQuery.Place;
import dev.podium.logs.LogsError.InvalidParameter;

/// A place among the events as clients hold it: tokens and event ids.
final class EventTokens {
    private EventTokens() {}

    static String id(Place place) {
        // As long as AWS's: 56 digits. Timestamps before 1970 are refused when events are put.
        return "%020d%036d".formatted(Math.max(0, place.timestamp()), Math.max(0, place.position()));
    }

    static String forward(Place place) {
        return "f/" + id(place) + "/s";
    }

    static String backward(Place place) {
        return "b/" + id(place) + "/s";
    }

    /// A token of GetLogEvents.
    ///
    /// @param forward whether it reads on, or back
    record Token(boolean forward, Place place) {}

    /// Reads a token of GetLogEvents.
    static Token read(String token) {
        boolean forward = token.startsWith("f/");
        if ((!forward && !token.startsWith("b/")) || !token.endsWith("/s") || token.length() < 5) {
            throw invalid();
        }
        return new Token(forward, place(token.substring(2, token.length() - 2)));
    }

    /// Reads an id, which is also a token of FilterLogEvents.
    static Place place(String id) {
        if (id.length() != 56) {
            throw invalid();
        }
        try {
            return new Place(Long.parseLong(id.substring(0, 20)), Long.parseLong(id.substring(20)));
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }

    private static RuntimeException invalid() {
        return new InvalidParameter("The specified nextToken is invalid.").thrown();
    }
}
