package dev.podium.store;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;

/// A program that writes until it is killed, and prints the key of each write that was acknowledged.
@NullMarked
final class WriterProcess {
    private static final int WRITERS = 8;

    private WriterProcess() {}

    /// @param args the state folder
    @SuppressWarnings("InfiniteLoopStatement")
    public static void main(String[] args) throws InterruptedException {
        Store store = MvStore.open(Path.of(args[0]));
        Table<String> table = store.table("writes", String.class);
        PrintStream out = System.out;
        for (int w = 0; w < WRITERS; w++) {
            Thread.ofPlatform().start(() -> {
                while (true) {
                    String key = UUID.randomUUID().toString();
                    table.put(key, value(key));
                    out.println(key + ".");
                }
            });
        }
        Thread.sleep(300_000);
        System.exit(0);
    }

    static String value(String key) {
        return key.repeat(20);
    }
}
