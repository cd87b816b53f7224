/// Processes of this machine that the embedded cluster starts: [dev.podium.kube.embedded.process.LocalProcess].
///
/// The JDK's own way costs a thread for each process, with a stack of 92 kB, and two programs that run before the
/// one that is wanted. Where the C library has what it takes, processes come from `posix_spawn` here, and one thread
/// waits for them all. It knows nothing of pods.
///
/// @see <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a>
@NullMarked
package dev.podium.kube.embedded.process;

import org.jspecify.annotations.NullMarked;
