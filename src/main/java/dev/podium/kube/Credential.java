package dev.podium.kube;

import org.jspecify.annotations.Nullable;

/// What is presented with a call.
///
/// @param authorization the header of that name
/// @param certificate PEM of a client certificate that a plugin gave
/// @param key PEM of its key
record Credential(
        @Nullable String authorization,
        @Nullable String certificate,
        @Nullable String key) {
    /// Nothing at all.
    static final Credential NONE = new Credential(null, null, null);

    /// A bearer token.
    static Credential bearer(String token) {
        return new Credential("Bearer " + token, null, null);
    }

    @Override
    public String toString() {
        return "Credential[...]";
    }
}
