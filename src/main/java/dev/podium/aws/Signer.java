package dev.podium.aws;

/// Who has signed a request.
///
/// @param account the account that the key names, or the server's own
public record Signer(String accessKeyId, String account) {}
