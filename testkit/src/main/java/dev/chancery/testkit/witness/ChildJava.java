package dev.chancery.testkit.witness;

import dev.chancery.KeyStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java process of this JDK and class path, for what shows in a process of its own only: which classes are loaded, which threads are left. */
public final class ChildJava {
    /** Options for two carrier threads: a lock that pins both leaves none for other virtual threads. */
    public static final List<String> TWO_CARRIERS =
            List.of("-Djdk.virtualThreadScheduler.parallelism=2", "-Djdk.virtualThreadScheduler.maxPoolSize=2");

    /** The second compiler and threads that collect garbage would cost more than they save. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private ChildJava() {}

    /**
     * Runs a program until it ends.
     *
     * @param options the JVM's options
     * @param program a class with a {@code main} method
     * @param arguments the program's
     * @return what it wrote to standard output and standard error
     * @throws UncheckedIOException if this JDK's {@code java} cannot be run
     */
    public static String run(List<String> options, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SHORT_LIVED);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        try {
            Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Finds all providers in a process of its own, as opening any store does.
     *
     * @return the classes that were loaded for it, as {@code -Xlog:class+load} tells them, and the schemes that were found
     */
    public static String findProviders() {
        return run(List.of("-Xlog:class+load"), FindsProviders.class);
    }

    /** What the child process runs. */
    static final class FindsProviders {
        private FindsProviders() {}

        public static void main(String[] arguments) {
            System.out.println(KeyStores.schemes());
        }
    }
}
