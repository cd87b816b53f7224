package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Gives pods that ask for their address (`fieldRef: status.podIP`) one of their own: `127.x.y.z` where all
/// of 127/8
/// is this machine (Linux), else the one address that every system has, which is also that of pods that don't
/// ask and
/// so
/// could not listen there.
///
/// All pods share this machine's network all the same: a program that listens on all addresses takes its port from
/// every other pod. They are drawn at random, because several clusters may run on one machine.
final class PodAddresses {
    /// The machine's own address.
    static final String HOST = "127.0.0.1";

    private final boolean distinct =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
    private final Set<String> taken = ConcurrentHashMap.newKeySet();

    /// Takes an address and writes it into the pod's status, so that references to it find it there.
    String assign(ObjectNode pod) {
        String address = distinct && asks(pod) ? take() : HOST;
        ObjectNode status = pod.get("status") instanceof ObjectNode there ? there : pod.putObject("status");
        status.put("hostIP", HOST).put("podIP", address);
        return address;
    }

    /// The pod's address, as [#assign] has written it.
    static String of(JsonNode pod) {
        return pod.path("status").path("podIP").asText(HOST);
    }

    private static boolean asks(ObjectNode pod) {
        return pod.path("spec").findValues("fieldPath").stream()
                .anyMatch(p -> p.asText().startsWith("status.podIP"));
    }

    private String take() {
        while (true) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            String address =
                    "127." + random.nextInt(16, 255) + "." + random.nextInt(256) + "." + random.nextInt(1, 255);
            if (taken.add(address)) {
                return address;
            }
        }
    }

    /// Gives an address back.
    void release(String address) {
        taken.remove(address);
    }
}
