package dev.podium.sqs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A message attribute on the wire.
record AttributeValue(
        @Nullable String stringValue,
        byte @Nullable [] binaryValue,
        @Nullable List<String> stringListValues,
        @Nullable List<byte[]> binaryListValues,
        String dataType) {
    static AttributeValue of(MessageAttribute attribute) {
        return new AttributeValue(attribute.stringValue(), attribute.binaryValue(), null, null, attribute.dataType());
    }

    MessageAttribute attribute() {
        boolean lists = (stringListValues != null && !stringListValues.isEmpty())
                || (binaryListValues != null && !binaryListValues.isEmpty());
        if (lists) {
            throw new SqsError.UnsupportedOperation(
                            "Message attribute list values in SendMessage operation are not supported.")
                    .exception();
        }
        return new MessageAttribute(dataType, stringValue, binaryValue);
    }
}
