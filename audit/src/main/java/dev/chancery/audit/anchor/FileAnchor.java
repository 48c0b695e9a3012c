package dev.chancery.audit.anchor;

import dev.chancery.audit.checkpoint.AnchorSink;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.spi.files.FileModes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Adds each note to a file, which several logs may share: one write a note, forced. */
final class FileAnchor implements AnchorSink {
    private final Path file;

    FileAnchor(Path file) {
        this.file = file;
    }

    @Override
    public void anchor(Checkpoint checkpoint) {
        byte[] note = (checkpoint.note() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            create();
            try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                open.write(ByteBuffer.wrap(note));
                open.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The anchor " + file + " cannot be written.", e);
        }
    }

    private void create() throws IOException {
        if (!Files.exists(file)) {
            try {
                Files.createFile(file, FileModes.of(file, "rw-------"));
            } catch (FileAlreadyExistsException e) {
                return; // another process was quicker
            }
        }
    }
}
