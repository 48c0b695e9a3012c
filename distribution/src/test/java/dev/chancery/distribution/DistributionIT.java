package dev.chancery.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn package} has made of the command, as those who unpack it use it: root installs it, another user runs it. */
class DistributionIT {
    private static final String PACKAGED = System.getProperty("distribution");
    private static final List<String> AS_ANOTHER =
            List.of("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups");

    /** Mounts the directory over itself, read-only, and runs the rest there. */
    private static final List<String> READ_ONLY = List.of(
            "unshare",
            "-m",
            "/bin/sh",
            "-c",
            "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\"");

    @TempDir
    private static Path directory;

    /** With a blank in its name. */
    private static Path home;

    @TempDir
    private Path temp;

    private record Outcome(int status, String output, String errors) {}

    @BeforeAll
    static void unpack() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path opt = Files.createDirectory(directory.resolve("op t"));
        Outcome tar = run(opt, List.of("tar", "-xzf", PACKAGED + ".tar.gz"), Map.of());
        assertThat(tar.status()).as(tar.errors()).isZero();
        home = opt.resolve(Path.of(PACKAGED).getFileName().toString());
    }

    private static Outcome run(Path from, List<String> command, Map<String, String> variables) throws Exception {
        Path output = Files.createTempFile(directory, "out", "");
        Path errors = Files.createTempFile(directory, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(from.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CHANCERY_") || name.startsWith("CRYPTO_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(command.toString()).isTrue();
        return new Outcome(process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    private static List<String> words(List<String> first, String... rest) {
        return Stream.concat(first.stream(), Stream.of(rest)).toList();
    }

    private static String command() {
        return home.resolve("bin/chancery").toString();
    }

    private static Set<String> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void requireQuiet(Outcome outcome) {
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.output()).startsWith("chancery ");
    }

    @Test
    void it_runs_from_anywhere_and_through_links_and_writes_nothing_where_it_lies() throws Exception {
        Set<String> before = files(home);
        requireQuiet(run(Path.of("/"), List.of(command(), "--version"), Map.of()));
        requireQuiet(run(home.resolve("bin"), List.of("./chancery", "--version"), Map.of()));
        Path link = Files.createSymbolicLink(temp.resolve("chancery"), home.resolve("bin/chancery"));
        requireQuiet(run(Path.of("/"), List.of(link.toString(), "--version"), Map.of()));
        requireQuiet(run(
                temp,
                List.of("/bin/sh", "-c", "chancery --version"),
                Map.of("PATH", temp + ":" + System.getenv("PATH"))));
        assertThat(files(home)).isEqualTo(before);
    }

    @Test
    void another_user_runs_it_from_a_read_only_mount_and_without_a_home() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root becomes another user");
        List<String> asAnother = words(words(READ_ONLY, home.toString()), AS_ANOTHER.toArray(String[]::new));
        Map<String, String> homeless = Map.of("HOME", "/nonexistent");

        requireQuiet(run(Path.of("/"), words(asAnother, command(), "--version"), homeless));
    }

    @Test
    void the_archive_of_classes_lies_beside_the_jars_or_in_the_users_cache() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root becomes another user");
        Path cache = Files.createDirectory(temp.resolve("cache"));
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        Map<String, String> variables = Map.of("XDG_CACHE_HOME", cache.toString());
        Set<String> before = files(home);

        Outcome users = run(Path.of("/"), words(AS_ANOTHER, command(), "--prepare"), variables);
        assertThat(users.status()).as(users.errors()).isZero();
        assertThat(files(cache)).singleElement().asString().matches("chancery/[0-9.]+\\.jsa");
        assertThat(files(home)).isEqualTo(before);
        requireQuiet(run(Path.of("/"), words(AS_ANOTHER, command(), "--version"), variables));

        Outcome roots = run(Path.of("/"), List.of(command(), "--prepare"), Map.of());
        assertThat(roots.status()).as(roots.errors()).isZero();
        Set<String> added = new TreeSet<>(files(home));
        added.removeAll(before);
        assertThat(added).singleElement().asString().matches("lib/[0-9.]+\\.jsa");
        Path archive = home.resolve(added.iterator().next());
        assertThat(Files.size(archive)).isGreaterThan(1 << 20);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
                .startsWith("r")
                .endsWith("r--");
        requireQuiet(run(Path.of("/"), words(AS_ANOTHER, command(), "--version"), Map.of()));
        Files.delete(archive);
    }

    /** Its question is a moment at which to look at its open files. */
    @Test
    void a_command_on_a_directory_opens_no_jar_of_a_clouds_sdk() throws Exception {
        Map<String, String> variables =
                Map.of("CHANCERY_STORE", temp.resolve("keys").toString());
        Outcome generated = run(temp, List.of(command(), "generate", "ecdsa", "mine"), variables);
        assertThat(generated.status()).as(generated.errors()).isZero();
        Outcome retired = run(temp, List.of(command(), "deactivate", "mine"), variables);
        assertThat(retired.status()).as(retired.errors()).isZero();

        ProcessBuilder builder = new ProcessBuilder(command(), "destroy", "mine").redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        try {
            assertThat(process.getInputStream().read()).isNotNegative();
            try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
                List<String> jars = open.map(DistributionIT::target)
                        .filter(file -> file.endsWith(".jar"))
                        .map(file -> file.substring(file.lastIndexOf('/') + 1))
                        .toList();
                assertThat(jars)
                        .anyMatch(name -> name.startsWith("chancery-cli-"))
                        .allMatch(name -> name.matches("(chancery|picocli|slf4j-api|jackson-core|jspecify|bcprov)-.*"));
            }
        } finally {
            process.destroy();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    @Test
    void without_java_it_says_how_to_get_one() throws Exception {
        Outcome outcome = run(
                Path.of("/"),
                List.of("/bin/sh", command(), "list"),
                Map.of("JAVA_HOME", temp.toString(), "PATH", temp.toString()));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.errors()).contains("Java 17 or newer is needed", "apt-get install");
    }

    @Test
    void both_archives_hold_the_same_and_only_the_command_is_executable() throws Exception {
        Map<String, Long> zipped = new TreeMap<>();
        String root = home.getFileName() + "/";
        try (ZipFile zip = new ZipFile(PACKAGED + ".zip")) {
            zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .forEach(entry -> zipped.put(entry.getName(), entry.getSize()));
            assertThat(zip.stream().map(ZipEntry::getName)).allMatch(name -> name.startsWith(root));
        }
        Map<String, Long> unpacked = new TreeMap<>();
        List<String> executable = new ArrayList<>();
        for (String file : files(home)) {
            Path path = home.resolve(file);
            unpacked.put(root + file, Files.size(path));
            if (Files.getPosixFilePermissions(path).stream()
                    .anyMatch(right -> right.name().endsWith("EXECUTE"))) {
                executable.add(file);
            }
        }
        assertThat(zipped).isEqualTo(unpacked);
        assertThat(executable).containsExactly("bin/chancery");
    }

    @Test
    void licences_bill_of_materials_manual_and_completions_are_there() throws Exception {
        assertThat(files(home))
                .contains(
                        "LICENSE",
                        "NOTICE",
                        "sbom.json",
                        "share/man/man1/chancery.1",
                        "share/man/man1/chancery-ring-show.1",
                        "share/bash-completion/completions/chancery",
                        "share/zsh/site-functions/_chancery");
        String sbom = Files.readString(home.resolve("sbom.json"));
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()).filter(name -> name.endsWith(".jar")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(sbom).contains("/" + name.replaceAll("-\\d.*", "") + "@"));
        }
    }

    /** The units run what is there: for {@code /opt/chancery}, where this one lies. */
    @Test
    void the_units_are_right_and_their_command_rotates_as_another_user() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root becomes another user");
        Path units = Files.createDirectory(temp.resolve("units"));
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path opt = Files.createSymbolicLink(temp.resolve("chancery"), home); // a unit's command has no blanks
        for (String kind : List.of("service", "timer")) {
            String unit = Files.readString(home.resolve("lib/systemd/system/chancery-rotate@." + kind));
            Files.writeString(
                    units.resolve("chancery-rotate@release." + kind), unit.replace("/opt/chancery", opt.toString()));
        }
        for (String name : List.of(
                "chancery-drill.service", "chancery-drill.timer", "chancery-backup.service", "chancery-backup.timer")) {
            String unit = Files.readString(home.resolve("lib/systemd/system").resolve(name));
            Files.writeString(units.resolve(name), unit.replace("/opt/chancery", opt.toString()));
        }
        Outcome analysed = run(
                units,
                List.of(
                        "systemd-analyze",
                        "verify",
                        "--man=no",
                        units.resolve("chancery-rotate@release.service").toString(),
                        units.resolve("chancery-rotate@release.timer").toString(),
                        units.resolve("chancery-drill.service").toString(),
                        units.resolve("chancery-drill.timer").toString(),
                        units.resolve("chancery-backup.service").toString(),
                        units.resolve("chancery-backup.timer").toString()),
                Map.of());
        assertThat(analysed.output() + analysed.errors())
                .doesNotContain("chancery-rotate", "chancery-drill", "chancery-backup");
        assertThat(analysed.status()).isZero();

        List<String> execStart = Files.readString(units.resolve("chancery-rotate@release.service"))
                .lines()
                .filter(line -> line.startsWith("ExecStart="))
                .map(line -> line.substring("ExecStart=".length()).replace("%i", "release"))
                .flatMap(line -> Stream.of(line.split(" ")))
                .toList();
        Path state = Files.createDirectory(temp.resolve("state"));
        Files.setAttribute(state, "unix:uid", 54321);
        Path credentials = Files.createDirectory(temp.resolve("credentials"));
        Path passphrase = Files.writeString(credentials.resolve("chancery-passphrase"), "correct horse\n");
        Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
        Files.setAttribute(passphrase, "unix:uid", 54321);
        Map<String, String> variables = Map.of(
                "CHANCERY_STORE", state.resolve("keys").toString(),
                "CREDENTIALS_DIRECTORY", credentials.toString(),
                "HOME", "/nonexistent");
        List<String> asAnother = words(words(READ_ONLY, home.toString()), AS_ANOTHER.toArray(String[]::new));
        Outcome generated = run(
                Path.of("/"),
                words(asAnother, opt + "/bin/chancery", "generate", "ecdsa", "first", "--ring", "release"),
                variables);
        assertThat(generated.status()).as(generated.errors()).isZero();

        Outcome notDue = run(Path.of("/"), words(asAnother, execStart.toArray(String[]::new)), variables);
        assertThat(notDue.status()).as(notDue.errors()).isZero();
        assertThat(notDue.output()).isEqualTo("first\n");
    }

    @Test
    void the_image_is_made_of_what_is_there_and_runs_as_a_user_of_its_own() throws IOException {
        List<String> lines = Files.readAllLines(home.resolve("Dockerfile"));
        List<String> copied = lines.stream()
                .filter(line -> line.startsWith("COPY "))
                .map(line -> line.substring("COPY ".length()).split(" "))
                .flatMap(words -> Stream.of(words).limit(words.length - 1))
                .toList();
        assertThat(copied)
                .contains("bin", "lib", "libexec")
                .allSatisfy(source -> assertThat(home.resolve(source)).exists());
        assertThat(lines.indexOf("RUN /opt/chancery/bin/chancery --prepare"))
                .isPositive()
                .isLessThan(lines.indexOf("USER 10001:10001"));
        assertThat(lines.get(lines.size() - 1)).isEqualTo("ENTRYPOINT [\"/opt/chancery/bin/chancery\"]");
    }
}
