package dev.podium.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Steady requests on connections that stay open, until it is ended: from wrk where `PODIUM_IT_WRK` names
/// one, else from a client
/// of our own. Both pause after each answer, so that the machine has time for what is measured.
interface SteadyLoad {
    /// Connections at a time.
    int CONNECTIONS = 8;
    /// Between an answer and the next request.
    int PAUSE_MILLIS = 5;

    /// What came of it.
    ///
    /// @param client who asked
    record Outcome(String client, long asked, long failed) {}

    /// Stops asking.
    Outcome end() throws IOException, InterruptedException;

    /// Begins to ask for `/` at a port of this host.
    static SteadyLoad start(int port) throws IOException {
        String wrk = System.getenv().getOrDefault("PODIUM_IT_WRK", "");
        return wrk.isEmpty() ? Own.start(port) : Wrk.start(wrk, port);
    }

    /// wrk, which tells what it has seen when it is interrupted.
    record Wrk(Process process, Path script) implements SteadyLoad {
        private static final Pattern ASKED = Pattern.compile("(\\d+) requests in ");
        private static final Pattern ERRORS = Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
        private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

        static SteadyLoad start(String wrk, int port) throws IOException {
            Path script = Files.createTempFile("podium-bench", ".lua");
            Files.writeString(script, "function delay() return " + PAUSE_MILLIS + " end\n");
            Process process = new ProcessBuilder(
                            wrk, "-t", "1", "-c", String.valueOf(CONNECTIONS), "-d", "3600s", "--timeout", "30s", "-s",
                            script.toString(), "http://127.0.0.1:" + port + "/")
                    .redirectErrorStream(true)
                    .start();
            return new Wrk(process, script);
        }

        @Override
        public Outcome end() throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            Files.delete(script);
            long asked = sum(ASKED, said);
            if (asked == 0) {
                throw new IllegalStateException("wrk says: " + said);
            }
            return new Outcome("wrk", asked, sum(ERRORS, said) + sum(REFUSED, said));
        }

        private static long sum(Pattern pattern, String text) {
            Matcher found = pattern.matcher(text);
            long sum = 0;
            if (found.find()) {
                for (int i = 1; i <= found.groupCount(); i++) {
                    sum += Long.parseLong(found.group(i));
                }
            }
            return sum;
        }
    }

    /// Our own client.
    final class Own implements SteadyLoad {
        private final InetSocketAddress listener;
        private final AtomicLong asked = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final List<Thread> clients = new ArrayList<>();
        private volatile boolean over;

        private Own(int port) {
            listener = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        static SteadyLoad start(int port) {
            Own own = new Own(port);
            for (int i = 0; i < CONNECTIONS; i++) {
                own.clients.add(Thread.ofVirtual().name("bench-client-" + i).start(own::ask));
            }
            return own;
        }

        private void ask() {
            HttpProbe probe = null;
            while (!over) {
                try {
                    probe = probe == null ? new HttpProbe(listener) : probe;
                    asked.incrementAndGet();
                    if (probe.send("GET", "/", new byte[0]).status() != 200) {
                        failed.incrementAndGet();
                    }
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                } catch (IOException e) {
                    failed.incrementAndGet();
                    probe = null;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }

        @Override
        public Outcome end() throws InterruptedException {
            over = true;
            for (Thread client : clients) {
                client.join();
            }
            return new Outcome("own client", asked.get(), failed.get());
        }
    }
}
