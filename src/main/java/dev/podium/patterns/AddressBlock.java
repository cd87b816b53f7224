package dev.podium.patterns;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A block of IPv4 or IPv6 addresses, `10.0.0.0/24`.
///
/// @param prefix what all its addresses begin with
/// @param bytes of an address
/// @param free how many bits differ among them
record AddressBlock(BigInteger prefix, int bytes, int free) implements Predicate<JsonNode> {
    // Only literals: a name would be looked up.
    private static final Pattern LITERAL =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern MASK = Pattern.compile("[0-9]{1,3}");

    /// Reads a block, or gives nothing when it is none.
    static Optional<AddressBlock> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !MASK.matcher(text.substring(slash + 1)).matches()) {
            return Optional.empty();
        }
        int mask = Integer.parseInt(text.substring(slash + 1));
        return address(text.substring(0, slash))
                .filter(address -> mask <= address.length * 8)
                .map(address -> {
                    int free = address.length * 8 - mask;
                    return new AddressBlock(new BigInteger(1, address).shiftRight(free), address.length, free);
                });
    }

    private static Optional<byte[]> address(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean test(JsonNode value) {
        return value.isTextual()
                && address(value.textValue())
                        .filter(address -> address.length == bytes)
                        .filter(address ->
                                new BigInteger(1, address).shiftRight(free).equals(prefix))
                        .isPresent();
    }
}
