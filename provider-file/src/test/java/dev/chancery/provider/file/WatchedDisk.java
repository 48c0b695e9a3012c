package dev.chancery.provider.file;

import dev.chancery.provider.file.layout.Disk;
import dev.chancery.spi.files.FileContent;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Writes down what is asked of it. */
final class WatchedDisk extends Disk {
    final Queue<String> calls = new ConcurrentLinkedQueue<>();
    final Queue<Path> reads = new ConcurrentLinkedQueue<>();

    /** How often a file was looked at. */
    long looks() {
        return calls.stream().filter(call -> call.startsWith("stat ")).count();
    }

    void forget() {
        calls.clear();
        reads.clear();
    }

    @Override
    public Optional<BasicFileAttributes> stat(Path path) throws IOException {
        calls.add("stat " + path);
        return super.stat(path);
    }

    @Override
    public FileContent read(Path file, int max) throws IOException {
        calls.add("read " + file);
        reads.add(file);
        return super.read(file, max);
    }

    @Override
    public List<String> names(Path directory) throws IOException {
        List<String> names = super.names(directory);
        names.forEach(name -> calls.add("name " + name));
        return names;
    }
}
