package dev.podium.ec2;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A block of IPv4 addresses.
///
/// @param base the first address, as a number
/// @param bits length of its prefix
record Cidr(long base, int bits) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    /// Parses a block; bits behind the prefix are cleared, as AWS does.
    static Optional<Cidr> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        long address = 0;
        for (int i = 1; i <= 4; i++) {
            int octet = Integer.parseInt(form.group(i));
            if (octet > 255) {
                return Optional.empty();
            }
            address = address << 8 | octet;
        }
        int bits = Integer.parseInt(form.group(5));
        return bits > 32 ? Optional.empty() : Optional.of(new Cidr(address >> (32 - bits) << (32 - bits), bits));
    }

    /// Parses the block of a request.
    ///
    /// @throws dev.podium.aws.AwsException InvalidParameterValue
    static Cidr of(String text, String parameter) {
        return parse(text).orElseThrow(() -> Ec2Error.invalid(text, parameter, "This is not a valid CIDR block."));
    }

    long size() {
        return 1L << (32 - bits);
    }

    /// Whether all addresses of another block are in this one.
    boolean contains(Cidr other) {
        return other.base >= base && other.base + other.size() <= base + size();
    }

    /// Whether the blocks have addresses in common.
    boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    @Override
    public String toString() {
        return (base >> 24) + "." + (base >> 16 & 255) + "." + (base >> 8 & 255) + "." + (base & 255) + "/" + bits;
    }
}
