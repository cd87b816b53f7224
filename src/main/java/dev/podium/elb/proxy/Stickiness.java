package dev.podium.elb.proxy;

import dev.podium.http.wire.WireHeaders;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The cookies by which clients stay with a target or a target group. A value holds the time when
/// it goes stale, and the name of what it sticks to.
///
/// @see <a
///     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html">
///     Sticky sessions</a>
final class Stickiness {
    static final String TARGET = "AWSALB";
    static final String APPLICATION = "AWSALBAPP-0";
    static final String GROUP = "AWSALBTG";
    private static final int TIME = 8;

    private Stickiness() {}

    /// What a request's cookie sticks to; null without a valid one.
    static @Nullable String key(WireHeaders headers, String cookie) {
        String value = cookie(headers, cookie);
        if (value == null || value.length() <= TIME) {
            return null;
        }
        try {
            long expires = Long.parseLong(value, 0, TIME, 16);
            return expires > System.currentTimeMillis() / 1000 ? value.substring(TIME) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable String cookie(WireHeaders headers, String name) {
        for (int i = 0; i < headers.size(); i++) {
            if (headers.is(i, "Cookie")) {
                for (String pair : headers.value(i).split(";", -1)) {
                    String trimmed = pair.strip();
                    if (trimmed.startsWith(name) && trimmed.startsWith("=", name.length())) {
                        return trimmed.substring(name.length() + 1);
                    }
                }
            }
        }
        return null;
    }

    /// Adds the cookie that sticks to something, and its twin for requests from other sites.
    static void set(WireHeaders.Builder headers, String cookie, String key, Duration duration, boolean secure) {
        Instant expires = Instant.now().plus(duration);
        String value = "=%08x%s; Expires=%s; Path=/".formatted(expires.getEpochSecond(), key, Answers.date(expires));
        headers.add("Set-Cookie", cookie + value);
        if (!cookie.equals(APPLICATION)) {
            headers.add("Set-Cookie", cookie + "CORS" + value + "; SameSite=None" + (secure ? "; Secure" : ""));
        }
    }

    /// Whether a response sets some cookie.
    static boolean sets(WireHeaders headers, String cookie) {
        for (int i = 0; i < headers.size(); i++) {
            if (headers.is(i, "Set-Cookie") && headers.value(i).startsWith(cookie + "=")) {
                return true;
            }
        }
        return false;
    }
}
