package dev.podium;

import dev.podium.config.Config;
import dev.podium.config.ConfigException;
import dev.podium.config.RuntimeImages;
import dev.podium.config.Setting;
import dev.podium.kube.KubeAccess;
import dev.podium.lambda.Runtimes;
import dev.podium.ops.Logs;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// The program: reads the configuration, starts the server, waits for a signal and stops it.
///
/// Commands: none to serve, `runtimes`, `config`, `help`.
public final class Main {
    private static final String HELP = """
            podium             serve the AWS APIs (settings: environment variables, see docs/configuration.md)
            podium runtimes    list the Lambda runtimes and their images
            podium config      print the effective configuration and where each value comes from
            podium train       start, answer a few requests and stop: makes the JDK's AOT cache
            """;

    private Main() {}

    /// Runs a command.
    ///
    /// @param args the command's name, or nothing
    public static void main(String[] args) {
        tuneThreads();
        System.exit(run(args.length == 0 ? "serve" : args[0], System.getenv()));
    }

    private static int run(String command, Map<String, String> env) {
        try {
            return switch (command) {
                case "serve" -> serve(env);
                case "train" -> train(env);
                case "runtimes" -> {
                    runtimes(config(env)).all().forEach((name, image) -> System.out.printf("%-16s %s%n", name, image));
                    yield 0;
                }
                case "config" -> {
                    System.out.print(Setting.table(config(env).settings()));
                    yield 0;
                }
                case "help", "--help", "-h" -> {
                    System.out.print(HELP);
                    yield 0;
                }
                default -> {
                    System.err.print("unknown command: " + command + "\n" + HELP);
                    yield 2;
                }
            };
        } catch (ConfigException e) {
            System.err.println("podium: " + e.getMessage());
            return 2;
        } catch (StartException e) {
            System.err.println("podium: can't start: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /// One carrier of virtual threads for two cores, and pollers that are threads of their own.
    ///
    /// An invocation is a chain of short steps on several threads; idle carriers that look for work take the core
    /// that the function needs. Must come before the first virtual thread.
    private static void tuneThreads() {
        int carriers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        System.getProperties().putIfAbsent("jdk.virtualThreadScheduler.parallelism", Integer.toString(carriers));
        System.getProperties().putIfAbsent("jdk.pollerMode", "1");
    }

    private static Config config(Map<String, String> env) {
        Path home = Path.of(env.getOrDefault("HOME", System.getProperty("user.home")));
        return Config.from(env, new Config.Surroundings(home, KubeAccess.isInCluster(env)));
    }

    /// The runtimes and their images with the operator's changes.
    static Runtimes runtimes(Config config) {
        RuntimeImages images = config.lambda().runtimeImages();
        return new Runtimes(images.byRuntime(), images.pattern(), config.pods().imagePrefix());
    }

    private static Logs.Format format(Config config) {
        return switch (config.server().logFormat()) {
            case TEXT -> Logs.Format.TEXT;
            case JSON -> Logs.Format.JSON;
        };
    }

    private static int serve(Map<String, String> env) throws StartException, InterruptedException {
        Config config = config(env);
        Logs.configure(format(config), config.server().logLevel().level());
        Podium podium = Podium.start(config, env);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("podium-stop").unstarted(() -> {
                    podium.close();
                    System.out.flush();
                    // A stop that was asked for is a success; the JVM would end with 128 + the signal's number.
                    Runtime.getRuntime().halt(0);
                }));
        System.out.print(Banner.of(podium, config));
        System.out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private static int train(Map<String, String> env) throws StartException, InterruptedException {
        Config config = config(env);
        Logs.configure(format(config), config.server().logLevel().level());
        try (Podium podium = Podium.start(config, env)) {
            Training.run(podium.endpoint());
        }
        return 0;
    }
}
