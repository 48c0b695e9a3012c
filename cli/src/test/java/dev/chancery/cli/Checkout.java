package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The real launcher and the real command in a checkout of their own, whose Maven is a script that takes the jars that this
 * build has just packaged.
 */
public final class Checkout {
    static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    private static final Path PACKAGED = Path.of(System.getProperty("target")).toAbsolutePath();

    private final Path directory;
    private final Path root;
    private final Path tools;

    public Checkout(Path directory) throws IOException {
        this.directory = directory;
        root = Files.createDirectories(directory.resolve("a checkout/chan cery"));
        Files.copy(Path.of("../chancery"), root.resolve("chancery"));
        Files.copy(Path.of("../README.md"), root.resolve("README.md"));
        Path launch = Path.of("distribution/src/main/sh/launch");
        Files.createDirectories(root.resolve(launch).getParent());
        Files.copy(Path.of("..").resolve(launch), root.resolve(launch));
        Files.writeString(root.resolve("pom.xml"), "");
        Files.createDirectories(root.resolve("cli/src/main"));
        Files.writeString(root.resolve("cli/pom.xml"), "");
        Files.writeString(source(), "");
        tools = Files.createDirectories(directory.resolve("tools"));
        tool(
                "mvn",
                "echo \"$PWD: $*\" >> " + quoted(mavenCalls()),
                "cat >> " + quoted(mavenInput()),
                "mkdir -p cli/target/lib",
                "cp " + quoted(PACKAGED) + "/chancery-cli-*.jar cli/target",
                "cp " + quoted(PACKAGED) + "/lib/*.jar cli/target/lib");
    }

    public Path root() {
        return root;
    }

    Path source() {
        return root.resolve("cli/src/main/Source.java");
    }

    /** Where programs are found first. */
    public Path tools() {
        return tools;
    }

    /** What Maven was called with, a line for each call. */
    Path mavenCalls() {
        return directory.resolve("maven-calls");
    }

    /** What Maven found on its standard input. */
    public Path mavenInput() {
        return directory.resolve("maven-input");
    }

    /** Puts a program before all others of its name. */
    public void tool(String name, String... lines) throws IOException {
        Path file = tools.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String quoted(Path path) {
        return "'" + path + "'";
    }

    /** What a program did. */
    public record Outcome(int status, String output, String errors) {}

    /** A process with its output in files, so that it never waits for a reader. */
    public record Running(Process process, Path output, Path errors) {
        public Outcome finish() throws IOException, InterruptedException {
            process.getOutputStream().close();
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            return new Outcome(process.exitValue(), Files.readString(output), Files.readString(errors));
        }
    }

    /** Runs a program in the checkout. */
    public Outcome run(String... command) throws IOException, InterruptedException {
        return start(root, List.of(command), Map.of()).finish();
    }

    public Running start(Path from, List<String> command, Map<String, String> variables) throws IOException {
        Path output = Files.createTempFile(directory, "out", "");
        Path errors = Files.createTempFile(directory, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(from.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("CHANCERY_") || name.startsWith("CRYPTO_"));
        environment.put("PATH", tools + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", JAVA_HOME.toString());
        environment.putAll(variables);
        return new Running(builder.start(), output, errors);
    }
}
