package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// A request's first line and header fields.
///
/// @param target as sent, never decoded
/// @param minor 0 or 1, of HTTP/1.x
record RequestHead(String method, String target, int minor, WireHeaders headers) {
    private static final int MAX_METHOD = 32;

    /// Reads a complete head.
    ///
    /// @throws BadMessage if it is malformed, not HTTP/1.x, or without exactly one Host
    static RequestHead parse(byte[] head, int maxHeaders) throws BadMessage {
        int end = WireHeaders.lineEnd(head, 0, head.length);
        int space = 0;
        while (space < end && WireHeaders.isToken(head[space])) {
            space++;
        }
        int last = end - 1;
        while (last > space && head[last] != ' ') {
            last--;
        }
        if (space == 0 || space > MAX_METHOD || head[space] != ' ' || last <= space + 1) {
            throw new BadMessage(400, "malformed request line");
        }
        for (int i = space + 1; i < last; i++) {
            if (head[i] <= ' ' || head[i] == 127) {
                throw new BadMessage(400, "malformed request target");
            }
        }
        String version = new String(head, last + 1, end - last - 1, ISO_8859_1);
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            throw new BadMessage(version.startsWith("HTTP/") ? 505 : 400, "not HTTP/1.1");
        }
        int minor = version.charAt(7) - '0';
        WireHeaders headers = WireHeaders.parse(head, end + 2, head.length - 2, maxHeaders);
        int hosts = headers.all("Host").size();
        if (hosts > 1 || (hosts == 0 && minor == 1)) {
            throw new BadMessage(400, "a request needs exactly one Host");
        }
        if (minor == 0 && headers.first("Transfer-Encoding") != null) {
            throw new BadMessage(400, "a transfer coding in HTTP/1.0");
        }
        return new RequestHead(
                new String(head, 0, space, ISO_8859_1),
                new String(head, space + 1, last - space - 1, ISO_8859_1),
                minor,
                headers);
    }

    /// Tells whether the client wants the connection kept.
    boolean keepsConnection() {
        return minor == 1 && !headers.lists("Connection", "close");
    }
}
