package dev.podium.kube.embedded;

import dev.podium.kube.embedded.CodeArchiveReader.MalformedArchive;
import java.io.IOException;
import java.net.URI;

/// The part of the init container that brings a function's code: downloads and unpacks.
///
/// @param container shows what happens, and ends it when it has to stop
record CodeFetch(Plan.Code plan, ContainerRun container) {
    private static final long RETRY_MILLIS = 100;

    /// Asks until the code has come.
    ///
    /// @return the init container's exit code
    int run() throws InterruptedException {
        CodeArchiveReader reader = new CodeArchiveReader(plan.names());
        URI source = URI.create(plan.source() + "?format=tar");
        return container.interruptibly(ContainerRun.KILLED, () -> {
            while (true) {
                try (PlainCall call = PlainCall.send("GET", source, plan.address())) {
                    if (call.status() == 200) {
                        reader.unpack(call.body());
                        return 0;
                    }
                } catch (MalformedArchive e) {
                    container.log().note(String.valueOf(e.getMessage()));
                    return 1;
                } catch (IOException e) {
                    // The server may be away: ask again, as the init container's script does.
                }
                Thread.sleep(RETRY_MILLIS);
            }
        });
    }
}
