package dev.flags.evaluation;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code cidr}: addresses inside networks, IPv4 and IPv6, read from their text without ever asking a name server. An IPv4 address and
 * its IPv6-mapped form ({@code ::ffff:10.0.0.1}) are the same address.
 */
final class IpNetworks implements ValueTest {
    private static final long MAPPED = 0xFFFF_0000_0000L;

    private final Network[] networks;
    private final Halves inside = this::isInside;

    IpNetworks(List<Network> networks) {
        this.networks = networks.toArray(Network[]::new);
    }

    @Override
    public Match test(Object value) {
        @Nullable
        String text = value instanceof String s ? s : value instanceof InetAddress a ? a.getHostAddress() : null;
        if (text == null) {
            return Match.UNKNOWN;
        }
        int zone = text.indexOf('%');
        return read(text, zone < 0 ? text.length() : zone, inside);
    }

    private Match isInside(long high, long low) {
        for (Network network : networks) {
            if (network.contains(high, low)) {
                return Match.YES;
            }
        }
        return Match.NO;
    }

    /** The upper and lower half of addresses that share a prefix, and the masks of that prefix. */
    record Network(long high, long low, long highMask, long lowMask) {
        boolean contains(long high, long low) {
            return (high & highMask) == this.high && (low & lowMask) == this.low;
        }

        /** Parses {@code 10.0.0.0/8}, {@code 2001:db8::/32} or one address; null when it is neither. */
        static @Nullable Network parse(String text) {
            int slash = text.indexOf('/');
            int end = slash < 0 ? text.length() : slash;
            boolean isIpv4 = text.indexOf(':') < 0;
            int longest = isIpv4 ? 32 : 128;
            int prefix = slash < 0 ? longest : number(text, slash + 1, text.length(), 3);
            if (prefix < 0 || prefix > longest) {
                return null;
            }
            int bits = isIpv4 ? prefix + 96 : prefix;
            long highMask = bits >= 64 ? -1L : bits == 0 ? 0L : -1L << (64 - bits);
            long lowMask = bits <= 64 ? 0L : -1L << (128 - bits);
            Network[] parsed = new Network[1];
            read(text, end, (high, low) -> {
                parsed[0] = new Network(high & highMask, low & lowMask, highMask, lowMask);
                return Match.YES;
            });
            return parsed[0];
        }
    }

    /** Takes an address as two halves, so that reading one allocates nothing. */
    private interface Halves {
        Match take(long high, long low);
    }

    private static Match read(String text, int end, Halves halves) {
        if (end == 0 || end > 45) {
            return Match.UNKNOWN;
        }
        int colon = text.indexOf(':');
        if (colon < 0 || colon >= end) {
            long address = ipv4(text, 0, end);
            return address < 0 ? Match.UNKNOWN : halves.take(0, MAPPED | address);
        }
        return ipv6(text, end, halves);
    }

    private static Match ipv6(String text, int end, Halves halves) {
        long high = 0;
        long low = 0;
        int groups = 0;
        int gapAt = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gapAt = 0;
            at = 2;
        } else if (text.charAt(0) == ':') {
            return Match.UNKNOWN;
        }
        while (at < end) {
            int to = at;
            while (to < end && text.charAt(to) != ':') {
                to++;
            }
            long value;
            int width;
            if (to == end && text.indexOf('.', at) >= 0 && text.indexOf('.', at) < end) {
                value = ipv4(text, at, end);
                width = 2;
            } else {
                value = hex(text, at, to);
                width = 1;
            }
            if (value < 0 || groups + width > 8) {
                return Match.UNKNOWN;
            }
            int shift = 16 * width;
            high = high << shift | low >>> (64 - shift);
            low = low << shift | value;
            groups += width;
            at = to;
            if (at < end) {
                at++;
                if (at < end && text.charAt(at) == ':') {
                    if (gapAt >= 0) {
                        return Match.UNKNOWN;
                    }
                    gapAt = groups;
                    at++;
                } else if (at == end) {
                    return Match.UNKNOWN;
                }
            }
        }
        if (gapAt < 0) {
            return groups == 8 ? halves.take(high, low) : Match.UNKNOWN;
        }
        if (groups == 8) {
            return Match.UNKNOWN;
        }
        // what stands before the gap moves up, the gap is zeros
        int after = 16 * (groups - gapAt);
        long tailHigh = after > 64 ? high & mask(after - 64) : 0;
        long tailLow = after >= 64 ? low : low & mask(after);
        long headHigh = shiftRightHigh(high, after);
        long headLow = shiftRightLow(high, low, after);
        int up = 128 - 16 * gapAt;
        long movedHigh = up >= 128 ? 0 : up >= 64 ? headLow << (up - 64) : headHigh << up | headLow >>> (64 - up);
        long movedLow = up >= 64 ? 0 : headLow << up;
        return halves.take(movedHigh | tailHigh, movedLow | tailLow);
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L >>> (64 - bits);
    }

    private static long shiftRightHigh(long high, int by) {
        return by >= 64 ? 0 : high >>> by;
    }

    private static long shiftRightLow(long high, long low, int by) {
        if (by == 0) {
            return low;
        }
        return by >= 128 ? 0 : by >= 64 ? high >>> (by - 64) : low >>> by | high << (64 - by);
    }

    private static long hex(String text, int from, int to) {
        if (to == from || to - from > 4) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) > 'f') {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** Four decimal numbers; -1 when it is no address. Leading zeros, which some read as octal, are refused. */
    private static long ipv4(String text, int from, int end) {
        long address = 0;
        int at = from;
        for (int part = 0; part < 4; part++) {
            int to = part == 3 ? end : text.indexOf('.', at);
            if (to < 0 || to > end) {
                return -1;
            }
            int value = number(text, at, to, 3);
            if (value < 0 || value > 255) {
                return -1;
            }
            address = address << 8 | value;
            at = to + 1;
        }
        return address;
    }

    private static int number(String text, int from, int to, int maxDigits) {
        if (to <= from || to - from > maxDigits || (to - from > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
