package dev.podium.elb;

import dev.podium.aws.Scope;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// Names that users give, and ids that AWS adds to them.
final class Names {
    private static final int LONGEST = 32;

    private Names() {}

    /// Checks the name of a load balancer or a target group.
    ///
    /// @param what with a capital letter, as `Target group name`
    static void check(String what, String name) {
        if (name.isEmpty()) {
            throw ElbError.validation(what + " cannot be empty");
        }
        if (name.length() > LONGEST) {
            throw ElbError.validation(what + " '" + name + "' cannot be longer than '" + LONGEST + "' characters");
        }
        if (!name.matches("[A-Za-z0-9-]+")) {
            throw ElbError.validation(what + " '" + name
                    + "' can only contain characters that are alphanumeric characters or hyphens(-)");
        }
        if (name.startsWith("-") || name.endsWith("-")) {
            throw ElbError.validation(what + " '" + name + "' cannot begin or end with a hyphen(-)");
        }
    }

    /// 16 hexadecimal digits, which need not be secret.
    static String id() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /// The host name of a load balancer. Its parts make one label of at most 58 characters.
    static String host(String name, String id, boolean internal) {
        return (internal ? "internal-" : "") + name.toLowerCase(java.util.Locale.ROOT) + "-" + id + ".elb.localhost";
    }

    /// The zone to show for a target that named none.
    static String firstZone(Scope scope) {
        return scope.region() + "a";
    }
}
