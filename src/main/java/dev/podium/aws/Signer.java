package dev.podium.aws;

/// Who has signed a request.
///
/// @param account the account that the key names, or the server's own
/// @param userId the signer's unique id: that of its session, or its access key id
/// @param arn of the assumed role, or of the account's root
public record Signer(String accessKeyId, String account, String userId, String arn) {}
