package dev.podium;

import dev.podium.config.Config;
import dev.podium.store.Store;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Who this server is, the same after every restart.
///
/// @param instance label of its pods
/// @param secretHex signs links to code
record Server(String instance, String secretHex) {
    private static final String KEY = "server";

    /// Reads the identity, or makes one at the first start.
    ///
    /// Kept as plain text: it is needed before the first answer, and a record would load Jackson for it.
    static Server of(Store store, Config config) {
        String stored = store.table(KEY, String.class)
                .compute(KEY, before -> before == null ? new Server(random(5), random(32)).text() : before);
        if (stored == null) {
            throw new IllegalStateException("the server's identity was not stored");
        }
        int blank = stored.indexOf(' ');
        String given = config.cluster().instance();
        return new Server(given == null ? stored.substring(0, blank) : given, stored.substring(blank + 1));
    }

    /// Writes the identity again after the store was emptied: the pods that are still there carry it.
    void keep(Store store) {
        store.table(KEY, String.class).put(KEY, text());
    }

    private String text() {
        return instance + " " + secretHex;
    }

    byte[] secret() {
        return HexFormat.of().parseHex(secretHex);
    }

    @Override
    public String toString() {
        return "Server[" + instance + "]";
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
