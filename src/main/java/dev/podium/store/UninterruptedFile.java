package dev.podium.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/// The store's file as MVStore sees it, over a [RandomAccessFile].
///
/// An interrupt of a thread that is inside a [FileChannel] closes that channel for everybody; a random access file does
/// not know interrupts. So a cancelled request never takes the store down.
final class UninterruptedFile extends FileBase {
    private final RandomAccessFile file;
    private final ReentrantLock lock = new ReentrantLock();

    private UninterruptedFile(RandomAccessFile file) {
        this.file = file;
    }

    /// The scheme under which MVStore finds this kind of file: `podium:<path>`.
    public static final class Scheme extends FilePathWrapper {
        static final String NAME = "podium";

        /// For MVStore, which makes one per path by reflection.
        public Scheme() {}

        /// Makes the scheme known to MVStore; doing so again is harmless.
        static void register() {
            FilePath.register(new Scheme());
        }

        @Override
        public String getScheme() {
            return NAME;
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            return new UninterruptedFile(new RandomAccessFile(unwrap().toString(), mode));
        }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // its own lock
    public int read(ByteBuffer target, long position) throws IOException {
        lock.lock();
        try {
            file.seek(position);
            int n = file.read(target.array(), target.arrayOffset() + target.position(), target.remaining());
            if (n > 0) {
                target.position(target.position() + n);
            }
            return n;
        } finally {
            lock.unlock();
        }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // its own lock
    public int write(ByteBuffer source, long position) throws IOException {
        lock.lock();
        try {
            int n = source.remaining();
            file.seek(position);
            file.write(source.array(), source.arrayOffset() + source.position(), n);
            source.position(source.position() + n);
            return n;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return read(target, position());
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return write(source, position());
    }

    @Override
    public long position() throws IOException {
        return file.getFilePointer();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        file.seek(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.length();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        lock.lock();
        try {
            if (size < file.length()) {
                file.setLength(size);
            }
            return this;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void force(boolean metadata) throws IOException {
        file.getFD().sync();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.getChannel().tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public String toString() {
        return "uninterrupted file";
    }
}
