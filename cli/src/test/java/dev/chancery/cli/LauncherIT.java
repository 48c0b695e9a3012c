package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chancery.cli.Checkout.Outcome;
import dev.chancery.cli.Checkout.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./chancery} does before the command runs. */
@Tag("one-jdk")
class LauncherIT {

    @TempDir
    Path directory;

    private Checkout checkout;

    @BeforeEach
    void freshCheckout() throws IOException {
        checkout = new Checkout(directory);
    }

    @Test
    void builds_once_says_so_runs_from_anywhere_and_builds_again_when_a_source_is_newer() throws Exception {
        Outcome first = checkout.run("./chancery", "--version");
        assertThat(first.status()).as(first.errors()).isZero();
        assertThat(first.output()).startsWith("chancery ");
        assertThat(first.errors()).contains("chancery: building").contains("chancery: preparing");

        String launcher = checkout.root().resolve("chancery").toString();
        Outcome second = checkout.start(Path.of("/"), List.of(launcher, "--version"), Map.of())
                .finish();
        assertThat(second.status()).isZero();
        assertThat(second.errors()).isEmpty();

        Files.createSymbolicLink(directory.resolve("link"), Path.of(launcher));
        Files.createSymbolicLink(checkout.tools().resolve("chancery"), Path.of("../link"));
        Outcome linked = checkout.run("/bin/sh", "-c", "cd / && chancery --version");
        assertThat(linked.output()).isEqualTo(first.output());
        assertThat(linked.errors()).isEmpty();

        assertThat(checkout.mavenCalls())
                .content()
                .hasLineCount(1)
                .startsWith(checkout.root() + ": ")
                .contains("-pl cli -am");

        Files.setLastModifiedTime(checkout.source(), FileTime.from(Instant.now().plusSeconds(1)));
        assertThat(checkout.run("./chancery", "--version").errors()).contains("building");
        assertThat(checkout.mavenCalls()).content().hasLineCount(2);
    }

    /** As the units in {@code docs/lifecycle.md} run it, where an administrator has built it. */
    @Test
    void what_root_builds_another_user_runs_and_from_a_read_only_mount() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root becomes another user");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        String launcher = checkout.root().resolve("chancery").toString();
        List<String> asAnother =
                List.of("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", launcher, "--version");
        String version =
                checkout.run("/bin/sh", "-c", "umask 077; ./chancery --version").output();
        assertThat(version).startsWith("chancery ");

        requireQuiet(asAnother, version);
        List<Path> archives = archives();
        assertThat(archives).hasSize(1);
        Files.delete(archives.get(0));
        requireQuiet(asAnother, version);
        requireQuiet(
                List.of(
                        "unshare",
                        "-m",
                        "/bin/sh",
                        "-c",
                        "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" && exec \"$1/chancery\" --version",
                        "sh",
                        checkout.root().toString()),
                version);
        assertThat(archives()).isEmpty();

        Files.setLastModifiedTime(checkout.source(), FileTime.from(Instant.now().plusSeconds(1)));
        Outcome stale = checkout.start(Path.of("/"), asAnother, Map.of()).finish();
        assertThat(stale.status()).isEqualTo(3);
        assertThat(stale.errors()).contains("may not write").contains(launcher + " --version");
    }

    private void requireQuiet(List<String> command, String version) throws Exception {
        Outcome outcome = checkout.start(Path.of("/"), command, Map.of()).finish();
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.output()).isEqualTo(version);
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> all = Files.walk(checkout.root())) {
            return all.filter(file -> file.toString().endsWith(".jsa")).toList();
        }
    }

    @Test
    void two_at_once_build_once_and_both_run() throws Exception {
        List<String> command = List.of("./chancery", "--version");
        Running one = checkout.start(checkout.root(), command, Map.of());
        Running other = checkout.start(checkout.root(), command, Map.of());
        assertThat(one.finish().output()).startsWith("chancery ");
        assertThat(other.finish().output()).startsWith("chancery ");
        assertThat(checkout.mavenCalls()).content().hasLineCount(1);
    }

    @Test
    void a_failed_build_is_reported_and_never_run() throws Exception {
        checkout.tool("mvn", "echo '[INFO] noise'", "echo '[ERROR] Source.java: what is wrong'", "exit 1");
        Outcome outcome = checkout.run("./chancery", "--version");
        assertThat(outcome.status()).isEqualTo(3);
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.errors())
                .contains("what is wrong")
                .contains("build.log")
                .doesNotContain("noise");
    }

    @Test
    void a_missing_or_old_tool_is_named_with_the_way_to_get_one() throws Exception {
        Files.delete(checkout.tools().resolve("mvn"));
        for (String tool : List.of("find", "flock", "mkdir", "mktemp", "readlink", "sed")) {
            checkout.tool(tool, "exec /usr/bin/" + tool + " \"$@\"");
        }
        Outcome noMaven = runWithTools(Map.of());
        assertThat(noMaven.status()).as(noMaven.errors()).isEqualTo(2);
        assertThat(noMaven.errors()).contains("there is no mvn").contains("apt-get install");

        Outcome noJava = runWithTools(Map.of("JAVA_HOME", directory.toString()));
        assertThat(noJava.status()).isEqualTo(2);
        assertThat(noJava.errors()).contains("Java 17 or newer is needed").contains("apt-get install");

        checkout.tool("java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
        Outcome oldJava = runWithTools(Map.of("JAVA_HOME", ""));
        assertThat(oldJava.status()).isEqualTo(2);
        assertThat(oldJava.errors()).contains("found 11.0.2");
    }

    /** Runs the launcher with no other programs than the checkout's tools. */
    private Outcome runWithTools(Map<String, String> variables) throws Exception {
        Map<String, String> all = new HashMap<>(variables);
        all.put("PATH", checkout.tools().toString());
        return checkout.start(checkout.root(), List.of("/bin/sh", "./chancery", "list"), all)
                .finish();
    }
}
