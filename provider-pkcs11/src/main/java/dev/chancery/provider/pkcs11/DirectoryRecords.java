package dev.chancery.provider.pkcs11;

import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.support.RecordDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@link KeyRecords} in a directory, for a token that takes no data objects: a file for each key. */
final class DirectoryRecords implements KeyRecords {
    private final Path directory;
    private final RecordDirectory records;

    DirectoryRecords(Path directory) {
        this.directory = directory;
        this.records = new RecordDirectory(directory, ".key", KeyRecordFormat.MAX_BYTES);
    }

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public Optional<KeyRecord> find(TokenSession session, TokenKeyId id) {
        return records.read(name(id)).map(this::parse);
    }

    @Override
    public List<KeyRecord> list(TokenSession session) {
        return records.list().stream().map(this::parse).toList();
    }

    private KeyRecord parse(RecordDirectory.Entry entry) {
        return KeyRecordFormat.read(entry.content(), entry.name() + " in " + directory);
    }

    /**
     * Compares and sets, as the directory's only writer: where a rival stands, nothing is written.
     *
     * @throws StoreUnavailableException if another process keeps the directory locked
     */
    @Override
    public Optional<KeyRecord> put(TokenSession session, KeyRecord record) {
        String name = name(record.id());
        return records.alone("Writing record " + name, () -> {
            Optional<KeyRecord> rival = find(session, record.id()).filter(standing -> standing.isRivalOf(record));
            if (rival.isEmpty()) {
                records.replace(name, standing -> true, KeyRecordFormat.write(record));
            }
            return rival;
        });
    }

    @Override
    public void remove(TokenSession session, TokenKeyId id) {
        records.remove(name(id), standing -> true);
    }

    /** A percent-encoded label and a hexadecimal id: no separator and no special name can be made of them. */
    private static String name(TokenKeyId id) {
        return "key-" + id.text().replace(':', '-');
    }
}
