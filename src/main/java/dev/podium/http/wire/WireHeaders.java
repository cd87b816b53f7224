package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The header fields of a message, in order, kept as the bytes of the wire: what is never asked
/// for is never decoded, and answering with a fixed set of fields copies one block.
///
/// Names are compared without regard to case; values are UTF-8.
public final class WireHeaders {
    private static final int MARKS = 4;
    private static final byte[] SEPARATOR = {':', ' '};
    private static final byte[] LINE = {'\r', '\n'};
    private static final WireHeaders EMPTY = new WireHeaders(new byte[0], new int[0]);

    private final byte[] block;
    private final int[] marks; // for each field: start and end of its name, start and end of its value, in the block

    private WireHeaders(byte[] block, int[] marks) {
        this.block = block;
        this.marks = marks;
    }

    /// No fields at all.
    public static WireHeaders empty() {
        return EMPTY;
    }

    /// Makes fields from names and values in turn.
    ///
    /// @throws IllegalArgumentException if a name or value can't stand in a header
    public static WireHeaders of(String... namesAndValues) {
        Builder builder = new Builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /// Starts a set of fields.
    public static Builder builder() {
        return new Builder();
    }

    /// Reads the fields that stand in a block of complete lines; keeps the block.
    static WireHeaders parse(byte[] block, int from, int to, int maxFields) throws BadMessage {
        int[] marks = new int[MARKS * 16];
        int fields = 0;
        int at = from;
        while (at < to) {
            int end = lineEnd(block, at, to);
            if (fields == maxFields) {
                throw new BadMessage(431, "more than " + maxFields + " header fields");
            }
            if (fields * MARKS == marks.length) {
                marks = Arrays.copyOf(marks, marks.length * 2);
            }
            field(block, at, end, marks, fields * MARKS);
            fields++;
            at = end + 2;
        }
        return new WireHeaders(block, Arrays.copyOf(marks, fields * MARKS));
    }

    private static void field(byte[] block, int at, int end, int[] marks, int mark) throws BadMessage {
        int colon = at;
        while (colon < end && isToken(block[colon])) {
            colon++;
        }
        if (colon == at || colon == end || block[colon] != ':') {
            throw new BadMessage(400, "malformed header field");
        }
        int start = colon + 1;
        int stop = end;
        while (start < stop && isBlank(block[start])) {
            start++;
        }
        while (stop > start && isBlank(block[stop - 1])) {
            stop--;
        }
        marks[mark] = at;
        marks[mark + 1] = colon;
        marks[mark + 2] = start;
        marks[mark + 3] = stop;
    }

    /// Finds the end of a line: a carriage return that a line feed follows. Either of them alone,
    /// or a NUL, is an error.
    static int lineEnd(byte[] block, int from, int to) throws BadMessage {
        for (int i = from; i < to; i++) {
            byte b = block[i];
            if (b == '\r' && i + 1 < to && block[i + 1] == '\n') {
                return i;
            }
            if (b == '\r' || b == '\n' || b == 0) {
                break;
            }
        }
        throw new BadMessage(400, "malformed line in the head");
    }

    static boolean isToken(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || (b > ' ' && b < 127 && "!#$%&'*+-.^_`|~".indexOf(b) >= 0);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /// The first value under a name.
    public @Nullable String first(String name) {
        for (int i = 0; i < size(); i++) {
            if (is(i, name)) {
                return value(i);
            }
        }
        return null;
    }

    /// Every value under a name, in order.
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < size(); i++) {
            if (is(i, name)) {
                values.add(value(i));
            }
        }
        return values;
    }

    /// Tells whether one of the comma-separated elements under a name is the given one, without
    /// regard to case.
    public boolean lists(String name, String element) {
        for (int i = 0; i < size(); i++) {
            if (is(i, name)) {
                for (String part : value(i).split(",", -1)) {
                    if (part.trim().equalsIgnoreCase(element)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// The number of fields.
    public int size() {
        return marks.length / MARKS;
    }

    /// The name of a field, as it was sent.
    public String name(int field) {
        int mark = field * MARKS;
        return new String(block, marks[mark], marks[mark + 1] - marks[mark], UTF_8);
    }

    /// The value of a field.
    public String value(int field) {
        int mark = field * MARKS;
        return new String(block, marks[mark + 2], marks[mark + 3] - marks[mark + 2], UTF_8);
    }

    /// Tells whether a field has this name, without regard to case.
    public boolean is(int field, String name) {
        int start = marks[field * MARKS];
        int length = marks[field * MARKS + 1] - start;
        if (length != name.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int a = block[start + i];
            int b = name.charAt(i);
            if (a != b && (lower(a) != lower(b))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    /// The length of the fields on the wire. Only for fields that were built, not parsed.
    int wireLength() {
        return block.length;
    }

    /// Copies the fields as they go to the wire. Only for fields that were built, not parsed.
    void copyTo(byte[] target, int at) {
        System.arraycopy(block, 0, target, at, block.length);
    }

    /// Collects fields for a message to be sent.
    public static final class Builder {
        private byte[] bytes = new byte[256];
        private int length;
        private int[] marks = new int[MARKS * 8];
        private int fields;

        private Builder() {}

        /// Adds a field.
        ///
        /// @throws IllegalArgumentException if the name is no token or the value holds a line
        ///     break or NUL
        public Builder add(String name, String value) {
            for (int i = 0; i < name.length(); i++) {
                if (name.charAt(i) > 127 || !isToken((byte) name.charAt(i))) {
                    throw new IllegalArgumentException("not a header name: " + name);
                }
            }
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '\r' || c == '\n' || c == 0) {
                    throw new IllegalArgumentException("a line break or NUL in the value of header " + name);
                }
            }
            begin();
            append(name);
            separate();
            append(value);
            end();
            return this;
        }

        /// Adds a field of others as it is.
        public Builder copy(WireHeaders from, int field) {
            int mark = field * MARKS;
            begin();
            append(from.block, from.marks[mark], from.marks[mark + 1]);
            separate();
            append(from.block, from.marks[mark + 2], from.marks[mark + 3]);
            end();
            return this;
        }

        /// Adds a field unless its value is null.
        public Builder addIfPresent(String name, @Nullable String value) {
            return value == null ? this : add(name, value);
        }

        /// Completes the fields.
        public WireHeaders build() {
            return new WireHeaders(Arrays.copyOf(bytes, length), Arrays.copyOf(marks, fields * MARKS));
        }

        private void begin() {
            if (fields * MARKS == marks.length) {
                marks = Arrays.copyOf(marks, marks.length * 2);
            }
            marks[fields * MARKS] = length;
        }

        private void separate() {
            marks[fields * MARKS + 1] = length;
            append(SEPARATOR, 0, 2);
            marks[fields * MARKS + 2] = length;
        }

        private void end() {
            marks[fields * MARKS + 3] = length;
            append(LINE, 0, 2);
            fields++;
        }

        private void append(String text) {
            byte[] more = text.getBytes(UTF_8);
            append(more, 0, more.length);
        }

        private void append(byte[] more, int from, int to) {
            int count = to - from;
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
            }
            System.arraycopy(more, from, bytes, length, count);
            length += count;
        }
    }
}
