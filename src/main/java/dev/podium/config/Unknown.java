package dev.podium.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds variables that Podium does not have, which are most likely misspelt.
final class Unknown {
    private static final String PREFIX = "PODIUM_";

    private Unknown() {}

    /// Gives one problem for each name under Podium's prefix that does not exist, with the nearest one that does.
    static List<String> among(Collection<String> names) {
        List<String> problems = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Variable variable : Variable.values()) {
            known.add(variable.variable());
        }
        for (String name : names) {
            if (name.startsWith(PREFIX) && !known.contains(name) && !fromElsewhere(name)) {
                problems.add(name + " is not a variable of Podium; did you mean " + Nearest.to(name, known) + "?");
            }
        }
        return problems;
    }

    /// Kubernetes announces Services to pods by such names, e.g. that of Podium itself; `make it` has its own.
    private static boolean fromElsewhere(String name) {
        return name.matches("PODIUM_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?)")
                || name.matches("PODIUM_([A-Z0-9_]+_)?PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?")
                || name.startsWith("PODIUM_IT_");
    }
}
