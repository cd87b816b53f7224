package dev.podium.lambda.runtime;

import java.io.IOException;
import java.io.InputStream;

/// What a session tells whoever opened it. Called on a connection's thread: must not block.
public interface SessionOwner {
    /// The pod asks for its code before it has a function.
    ///
    /// @param asTar whether it can unpack a tar, and so an archive of any size quickly
    default void awaitsCode(boolean asTar) {}

    /// The pod has installed what its code names and hands it over. Only here: may take its time.
    ///
    /// @param tar to be read to its end
    default void installed(InputStream tar) throws IOException {}

    /// The runtime asked for its first event: the environment is ready. Told once in the life of a session.
    void ready();

    /// The function could not be initialised. A waiting invocation ends with [Outcome.InitError].
    void initError(FunctionError error);

    /// The runtime's process ended and will not be started again. A waiting invocation ends with [Outcome.Exited].
    void exited(RuntimeExit exit);

    /// The runtime's connection was lost: perhaps the pod is gone, perhaps the runtime only reconnects
    /// (Ruby's does after every call). A hint to look at the pod, and then to call [RuntimeSession#lost]; may
    /// come more than once.
    void disconnected();
}
