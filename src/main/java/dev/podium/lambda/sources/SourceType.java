package dev.podium.lambda.sources;

/// What a mapping's records come from.
public enum SourceType {
    SQS,
    KINESIS,
    DYNAMODB,
    KAFKA
}
