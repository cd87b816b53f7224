package dev.podium.lambda;

import dev.podium.store.Blob;
import dev.podium.store.Blobs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The archives of functions and layers, each for as long as somebody uses it: a function, a layer version, an
/// upload under way, or an environment whose pod may still fetch it.
///
/// Uses are counted in memory; what no function has at the start of the server is removed then.
public final class CodeBlobs {
    private static final Logger LOG = System.getLogger("lambda");

    private final Blobs blobs;
    private final Map<String, Integer> uses = new ConcurrentHashMap<>();

    /// Makes the collection; nothing is removed before [#start].
    public CodeBlobs(Blobs blobs) {
        this.blobs = blobs;
    }

    /// Counts what the stored functions and layers use, and removes everything else. To be called before
    /// anything is uploaded.
    ///
    /// @param layers names of the archives of all layer versions
    public void start(Collection<LambdaFunction> functions, Collection<String> layers) {
        functions.forEach(function -> function.blobs().forEach(blob -> uses.merge(blob, 1, Integer::sum)));
        layers.forEach(blob -> uses.merge(blob, 1, Integer::sum));
        try {
            int removed = blobs.retain(uses.keySet());
            if (removed > 0) {
                LOG.log(Level.INFO, "code of no function removed files={0}", removed);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "code of no function not removed why={0}", e.toString());
        }
    }

    /// Stores an archive and holds it: the caller's use passes to the function that gets it, or is released.
    public Blob put(byte[] zip) throws IOException {
        Blob blob = blobs.put(new ByteArrayInputStream(zip), zip.length);
        if (!hold(blob.sha256Hex())) {
            // Its last user went between the two lines above; now that it is held, nobody deletes it.
            blobs.put(new ByteArrayInputStream(zip), zip.length);
        }
        return blob;
    }

    /// Where an archive may be written before [#adopt].
    public Path temporary() throws IOException {
        return blobs.temporary();
    }

    /// Stores a finished archive by moving it, and holds it for the caller.
    public Blob adopt(Path archive) throws IOException {
        Blob blob = blobs.adopt(archive);
        if (!hold(blob.sha256Hex())) {
            throw new IOException("the archive went while it was being stored");
        }
        return blob;
    }

    /// Stores an archive as it comes and holds it, as the other does.
    ///
    /// @return nothing when its last user took it along just then: to be tried again
    /// @throws dev.podium.store.BlobTooLarge if there is more than `maxBytes`
    public Optional<Blob> put(InputStream zip, long maxBytes) throws IOException {
        Blob blob = blobs.put(zip, maxBytes);
        if (hold(blob.sha256Hex())) {
            return Optional.of(blob);
        }
        release(blob.sha256Hex());
        return Optional.empty();
    }

    /// Adds a use.
    ///
    /// @return whether the archive is there; its use counts in any case
    public boolean hold(String sha256Hex) {
        uses.merge(sha256Hex, 1, Integer::sum);
        return blobs.exists(sha256Hex);
    }

    /// Ends a use; the last one takes the archive with it.
    public void release(String sha256Hex) {
        // The file goes while the entry is locked, so that no new use can come in between.
        uses.computeIfPresent(sha256Hex, (name, count) -> {
            if (count > 1) {
                return count - 1;
            }
            try {
                blobs.delete(name);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "code not removed, it is at the next start why={0}", e.toString());
            }
            return null;
        });
    }

    /// Ends the use that a deleted function or version made of its archives.
    public void release(LambdaFunction function) {
        function.blobs().forEach(this::release);
    }

    /// Ends a function's use of its code.
    public void release(FunctionCode code) {
        if (code.imageUri() == null) {
            release(code.sha256Hex());
        }
    }

    /// Where an archive lies.
    public Path path(String sha256Hex) {
        return blobs.path(sha256Hex);
    }

    /// Tells whether there is an archive of that name.
    public boolean exists(String sha256Hex) {
        return blobs.exists(sha256Hex);
    }
}
