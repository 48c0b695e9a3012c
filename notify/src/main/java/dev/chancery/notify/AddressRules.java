package dev.chancery.notify;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses are not on the public Internet: a user who may choose a webhook's URL must not reach the services of the
 * machine, of its network or of its cloud with it (server-side request forgery).
 */
final class AddressRules {
    /** The IANA special-purpose registries (RFC 6890), multicast, and what clouds answer on that is in none of them. */
    private static final List<Block> NOT_PUBLIC = List.of(
            new Block("0.0.0.0/8", "this network"),
            new Block("10.0.0.0/8", "private"),
            new Block("100.64.0.0/10", "shared by a carrier's customers"),
            new Block("127.0.0.0/8", "loopback"),
            new Block("168.63.129.16/32", "a cloud's own service"),
            new Block("169.254.0.0/16", "link-local, where clouds serve metadata"),
            new Block("172.16.0.0/12", "private"),
            new Block("192.0.0.0/24", "reserved for protocols"),
            new Block("192.0.2.0/24", "documentation"),
            new Block("192.88.99.0/24", "6to4 relays"),
            new Block("192.168.0.0/16", "private"),
            new Block("198.18.0.0/15", "benchmarks"),
            new Block("198.51.100.0/24", "documentation"),
            new Block("203.0.113.0/24", "documentation"),
            new Block("224.0.0.0/4", "multicast"),
            new Block("240.0.0.0/4", "reserved"),
            new Block("::1/128", "loopback"),
            new Block("2001::/23", "reserved for protocols"),
            new Block("2001:db8::/32", "documentation"),
            new Block("2002::/16", "6to4"),
            new Block("3fff::/20", "documentation"),
            new Block("fc00::/7", "private"),
            new Block("fe80::/10", "link-local"),
            new Block("ff00::/8", "multicast"),
            // What is left outside 2000::/3 is no global unicast address.
            new Block("::/3", "not global"),
            new Block("4000::/2", "not global"),
            new Block("8000::/1", "not global"));

    /** Prefixes of 96 bits behind which an IPv6 address holds an IPv4 one: mapped (RFC 4291) and NAT64 (RFC 6052). */
    private static final List<Block> IPV4_INSIDE = List.of(
            new Block(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}, 96, "mapped"),
            new Block("64:ff9b::/96", "NAT64"));

    private AddressRules() {}

    /** Why an address is not public, or "" for one that is. An IPv6 address that holds an IPv4 one is judged as that. */
    static String problem(InetAddress address) {
        byte[] raw = address.getAddress();
        byte[] judged =
                IPV4_INSIDE.stream().anyMatch(block -> block.contains(raw)) ? Arrays.copyOfRange(raw, 12, 16) : raw;
        return NOT_PUBLIC.stream()
                .filter(block -> block.contains(judged))
                .findFirst()
                .map(Block::what)
                .orElse("");
    }

    /** A range of addresses, as {@code 10.0.0.0/8}. */
    private static final class Block {
        private final byte[] prefix;
        private final int bits;
        private final String what;

        Block(byte[] prefix, int bits, String what) {
            this.prefix = prefix;
            this.bits = bits;
            this.what = what;
        }

        Block(String cidr, String what) {
            this(
                    address(cidr.substring(0, cidr.indexOf('/'))),
                    Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1)),
                    what);
        }

        String what() {
            return what;
        }

        private static byte[] address(String literal) {
            try {
                return InetAddress.getByName(literal).getAddress();
            } catch (UnknownHostException e) {
                throw new IllegalStateException(literal + " is an address.", e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
