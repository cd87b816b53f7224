package dev.podium.aws;

/// What zero bits behind a stretch of bytes make of its CRC: a multiplication in GF(2).
final class CrcShift {
    private CrcShift() {}

    /// The CRC with so many zero bits behind, for reflected CRCs whose start and end are inverted alike.
    ///
    /// @param polynomial reflected
    /// @param width of the CRC in bits
    static long byZeros(long crc, long zeros, long polynomial, int width) {
        long[] step = new long[width];
        step[0] = polynomial;
        for (int i = 1; i < width; i++) {
            step[i] = 1L << (i - 1);
        }
        long moved = crc;
        for (long left = zeros; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                moved = times(step, moved);
            }
            step = square(step);
        }
        return moved;
    }

    private static long times(long[] matrix, long vector) {
        long sum = 0;
        for (int i = 0; i < matrix.length; i++) {
            if ((vector >>> i & 1) == 1) {
                sum ^= matrix[i];
            }
        }
        return sum;
    }

    private static long[] square(long[] matrix) {
        long[] square = new long[matrix.length];
        for (int i = 0; i < square.length; i++) {
            square[i] = times(matrix, matrix[i]);
        }
        return square;
    }
}
