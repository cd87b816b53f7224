package dev.podium.sqs;

import dev.podium.aws.AwsException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a message may be.
///
/// @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html">
/// Message quotas</a>
final class MessageRules {
    private static final int MOST_ATTRIBUTES = 10;
    private static final int LONGEST_NAME = 256;
    private static final String ID = "[A-Za-z0-9!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]{1,128}";

    private MessageRules() {}

    /// The bytes that count towards a message's size: its body, and names, types and values of its attributes.
    static long size(String body, Map<String, MessageAttribute> attributes) {
        long size = utf8(body);
        for (Map.Entry<String, MessageAttribute> entry : attributes.entrySet()) {
            size += utf8(entry.getKey())
                    + utf8(entry.getValue().dataType())
                    + entry.getValue().bytes().length;
        }
        return size;
    }

    /// @throws AwsException with the first rule that is broken
    static void check(String body, Map<String, MessageAttribute> attributes, int maxBytes) {
        if (body.isEmpty()) {
            throw new SqsError.MissingParameter("MessageBody").exception();
        }
        attributes.forEach(MessageRules::attribute);
        if (attributes.size() > MOST_ATTRIBUTES) {
            throw new SqsError.InvalidParameterValue("Number of message attributes [" + attributes.size()
                            + "] exceeds the allowed maximum [" + MOST_ATTRIBUTES + "].")
                    .exception();
        }
        characters(body);
        if (size(body, attributes) > maxBytes) {
            throw new SqsError.InvalidParameterValue(
                            "One or more parameters are invalid. Reason: Message must be shorter" + " than " + maxBytes
                                    + " bytes.")
                    .exception();
        }
    }

    /// A MessageGroupId or MessageDeduplicationId.
    static void id(@Nullable String value, String parameter) {
        if (value != null && !value.matches(ID)) {
            throw SqsError.InvalidParameterValue.of(
                            value,
                            parameter,
                            parameter
                                    + " can only include alphanumeric and punctuation characters. 1 to 128 in length.")
                    .exception();
        }
    }

    private static void attribute(String name, MessageAttribute attribute) {
        String folded = name.toLowerCase(Locale.ROOT);
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw invalid("Message (user) attribute name must be between 1 and 256 characters long.");
        }
        if (!name.matches("[A-Za-z0-9_.-]+")) {
            throw invalid("The message attribute name '" + name + "' can contain only A-Z, a-z, 0-9, underscore (_),"
                    + " hyphen (-), and period (.).");
        }
        if (name.startsWith(".") || name.endsWith(".") || name.contains("..")) {
            throw invalid("The message attribute name '" + name
                    + "' must not start or end with a period and must not have successive periods.");
        }
        if (folded.startsWith("aws.") || folded.startsWith("amazon.")) {
            throw invalid("The message attribute name '" + name + "' must not start with AWS. or Amazon.");
        }
        type(name, attribute);
    }

    private static void type(String name, MessageAttribute attribute) {
        String type = attribute.dataType();
        String prefix = type.contains(".") ? type.substring(0, type.indexOf('.')) : type;
        if (type.isEmpty()) {
            throw invalid("The message attribute '" + name + "' must contain non-empty message attribute type.");
        }
        if (type.length() > LONGEST_NAME || !prefix.matches("String|Number|Binary")) {
            throw invalid("The message attribute '" + name + "' has an invalid message attribute type, the set of"
                    + " supported type prefixes is Binary, Number, and String.");
        }
        boolean binary = prefix.equals("Binary");
        boolean fits = binary ? attribute.binaryValue() != null : attribute.stringValue() != null;
        if (!fits || attribute.bytes().length == 0) {
            throw invalid("The message attribute '" + name
                    + "' must contain non-empty message attribute value for message attribute type '" + type + "'.");
        }
        if (binary ? attribute.stringValue() != null : attribute.binaryValue() != null) {
            throw invalid("The message attribute '" + name + "' has multiple values.");
        }
        String text = attribute.stringValue();
        if (text != null) {
            characters(text);
            if (prefix.equals("Number") && !isNumber(text)) {
                throw invalid("Can't cast the value of message attribute '" + name + "' to a number.");
            }
        }
    }

    private static boolean isNumber(String text) {
        try {
            return text.length() <= LONGEST_NAME && new BigDecimal(text).precision() <= LONGEST_NAME;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void characters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c <= 0xFFFD);
            if (plain || c == '\t' || c == '\n' || c == '\r') {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            throw new SqsError.InvalidMessageContents().exception();
        }
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static AwsException invalid(String message) {
        return new SqsError.InvalidParameterValue(message).exception();
    }
}
