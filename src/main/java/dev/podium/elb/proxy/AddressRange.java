package dev.podium.elb.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// A range of addresses, from its CIDR form.
final class AddressRange {
    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /// Reads `10.0.0.0/8` or an IPv6 range.
    ///
    /// @throws IllegalArgumentException if it is none
    static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        String address = slash < 0 ? cidr : cidr.substring(0, slash);
        if (address.isEmpty() || !address.chars().allMatch(c -> c == '.' || c == ':' || Character.digit(c, 16) >= 0)) {
            throw new IllegalArgumentException("not a CIDR range: " + cidr);
        }
        try {
            byte[] network = InetAddress.getByName(address).getAddress();
            int bits = slash < 0 ? network.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
            if (bits < 0 || bits > network.length * 8) {
                throw new IllegalArgumentException("not a CIDR range: " + cidr);
            }
            return new AddressRange(network, bits);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not a CIDR range: " + cidr, e);
        }
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit += 8) {
            int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
            if (((bytes[bit / 8] ^ network[bit / 8]) & mask & 0xff) != 0) {
                return false;
            }
        }
        return true;
    }
}
