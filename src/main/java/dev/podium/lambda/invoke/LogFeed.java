package dev.podium.lambda.invoke;

/// The growing log of one container. All but [#end] is called by one thread, and none may block for long.
public interface LogFeed extends AutoCloseable {
    /// What takes the lines.
    interface Sink {
        /// A line.
        ///
        /// @param millis when it was written, as far as is known; epoch milliseconds
        void line(long millis, String text);
    }

    /// How far the log is known to have been read.
    enum Reading {
        /// Everything before the place was given.
        COMPLETE,
        /// More may come.
        OPEN
    }

    /// The place where the log ends now: what the container writes later comes behind it. Cheap; for any thread.
    long end();

    /// Up to where lines are wanted.
    ///
    /// @param until a place of [#end]; [Long#MAX_VALUE] for all
    /// @param next a later place, from which on lines are certainly not wanted; [Long#MAX_VALUE] for none
    /// @param fence number of the fence behind them in the log, which then counts instead of places; 0 for none
    /// @param failed whether the pod has failed, so that its log may never be complete
    record Stretch(long until, long next, long fence, boolean failed) {
        /// All there is.
        static Stretch all(boolean failed) {
            return new Stretch(Long.MAX_VALUE, Long.MAX_VALUE, 0, failed);
        }
    }

    /// How long a line may be under way before it has its place; 0 where places are exact.
    default long delayNanos() {
        return 0;
    }

    /// Gives the lines that came since the last time.
    Reading read(Stretch stretch, Sink sink);

    /// The most memory that the function's processes are known to have used, in bytes; 0 where that isn't known.
    long peakMemoryBytes();

    /// Whether nothing more can come.
    boolean ended();

    /// Says that the environment rests: there will be nothing until [#wake].
    void rest();

    /// Says that an invocation begins.
    void wake();

    @Override
    void close();
}
