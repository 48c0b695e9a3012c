package dev.chancery.provider.file;

import dev.chancery.provider.file.layout.StoreLock;
import dev.chancery.provider.file.layout.WaitingKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What lies in a store's directory, looked at from outside. */
record StoreTree(Path root) {

    Set<String> privateKeys() throws IOException {
        return ids(root.resolve("private"), ".pem");
    }

    Set<String> publicKeys() throws IOException {
        return ids(root.resolve("public"), ".pub");
    }

    Set<String> metadata() throws IOException {
        return ids(root, ".json");
    }

    /** The keys with a marker beside them. */
    Set<String> halfMade() throws IOException {
        return ids(root, ".creating");
    }

    /** The keys that wait in a ring, as its index says. */
    Set<String> waiting(String ring) throws IOException {
        return ids(root.resolve("rings").resolve(ring), ".waiting");
    }

    /** All files, relative to the root, but for the lock and the mark of a complete index. */
    Set<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            Set<String> names = new TreeSet<>();
            files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(name -> !name.equals(StoreLock.FILE) && !name.equals(WaitingKeys.COMPLETE.toString()))
                    .forEach(names::add);
            return names;
        }
    }

    Set<String> claims(String ring) throws IOException {
        return ids(root.resolve("rings").resolve(ring), ".json");
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                Files.copy(file, copy);
            }
        }
    }

    private static Set<String> ids(Path directory, String suffix) throws IOException {
        Set<String> ids = new TreeSet<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(suffix) && !name.startsWith("."))
                        .forEach(name -> ids.add(name.substring(0, name.length() - suffix.length())));
            }
        }
        return ids;
    }
}
