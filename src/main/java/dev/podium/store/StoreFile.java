package dev.podium.store;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.RandomAccessStore;
import org.h2.mvstore.SFChunk;
import org.jspecify.annotations.Nullable;

/// The file under MVStore, over a [RandomAccessFile].
///
/// MVStore's own uses a [FileChannel], which an interrupt of any thread inside it closes for everybody; a
/// random access file does not know interrupts, so a cancelled request never takes the store down. It also
/// starts faster.
final class StoreFile extends RandomAccessStore {
    /// MVStore writes its two header blocks before anything else.
    private static final long HEADER_BYTES = 8192;

    private static final int CACHE_MIB = 2;

    private final RandomAccessFile file;
    private final FileLock fileLock;
    private final ReentrantLock lock = new ReentrantLock();

    private StoreFile(RandomAccessFile file, FileLock fileLock) {
        super(Map.of("cacheSize", CACHE_MIB, "autoCompactFillRate", 0));
        this.file = file;
        this.fileLock = fileLock;
    }

    /// Opens or creates the file and locks it for this process.
    ///
    /// @return null if somebody else holds the lock
    static @Nullable StoreFile open(Path path) throws IOException {
        boolean existed = Files.exists(path);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        FileLock locked = lock(file.getChannel());
        if (locked == null) {
            file.close();
            return null;
        }
        if (!existed) {
            File created = path.toFile();
            boolean restricted = created.setReadable(false, false) && created.setReadable(true, true);
            assert restricted || File.separatorChar != '/' : path;
            Folders.sync(path.resolveSibling(""));
        }
        if (file.length() < HEADER_BYTES) {
            // a crash cut off the very creation, so nothing was ever accepted
            file.setLength(0);
        }
        StoreFile opened = new StoreFile(file, locked);
        opened.init(path.toString(), false);
        opened.saveChunkLock.lock();
        try {
            opened.setSize(file.length());
        } finally {
            opened.saveChunkLock.unlock();
        }
        return opened;
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void open(String fileName, boolean readOnly, char @Nullable [] encryptionKey) {
        // is open already
    }

    @Override
    public StoreFile open(String fileName, boolean readOnly) {
        throw new UnsupportedOperationException("one store per file");
    }

    @Override
    public ByteBuffer readFully(SFChunk chunk, long position, int length) {
        byte[] bytes = new byte[length];
        lock.lock();
        try {
            file.seek(position);
            file.readFully(bytes);
        } catch (IOException e) {
            throw failed(DataUtils.ERROR_READING_FAILED, e);
        } finally {
            lock.unlock();
        }
        readCount.incrementAndGet();
        readBytes.addAndGet(length);
        return ByteBuffer.wrap(bytes);
    }

    @Override
    protected void writeFully(SFChunk chunk, long position, ByteBuffer source) {
        int length = source.remaining();
        setSize(Math.max(size(), position + length));
        lock.lock();
        try {
            file.seek(position);
            file.write(source.array(), source.arrayOffset() + source.position(), length);
            source.position(source.limit());
        } catch (IOException e) {
            throw failed(DataUtils.ERROR_WRITING_FAILED, e);
        } finally {
            lock.unlock();
        }
        writeCount.incrementAndGet();
        writeBytes.addAndGet(length);
    }

    @Override
    public void sync() {
        try {
            file.getFD().sync();
        } catch (IOException e) {
            throw failed(DataUtils.ERROR_WRITING_FAILED, e);
        }
    }

    @Override
    protected void truncate(long size) {
        lock.lock();
        try {
            file.setLength(size);
        } catch (IOException e) {
            throw failed(DataUtils.ERROR_WRITING_FAILED, e);
        } finally {
            lock.unlock();
        }
        writeCount.incrementAndGet();
        setSize(Math.min(size(), size));
    }

    @Override
    public void backup(ZipOutputStream out) {
        throw new UnsupportedOperationException("stop the server and copy its folder");
    }

    @Override
    public void close() {
        try {
            if (file.getChannel().isOpen()) {
                fileLock.release();
                file.close();
            }
        } catch (IOException e) {
            throw failed(DataUtils.ERROR_WRITING_FAILED, e);
        } finally {
            super.close();
        }
    }

    private static MVStoreException failed(int code, IOException e) {
        return DataUtils.newMVStoreException(code, "{0}", e.getMessage(), e);
    }
}
