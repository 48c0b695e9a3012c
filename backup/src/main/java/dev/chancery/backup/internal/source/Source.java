package dev.chancery.backup.internal.source;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Keys that are to be backed up. */
public interface Source {

    /** Takes what goes into an archive, in order. */
    interface Sink {
        /**
         * A key.
         *
         * @param id its id in the archive
         * @param files its files
         * @param lack why its private half is not among them; empty where it is
         */
        void key(String id, List<ArchivedFile> files, Optional<String> lack) throws IOException;

        /** A file that belongs to no key alone. */
        void file(ArchivedFile file) throws IOException;
    }

    /** Hands over everything. */
    void writeTo(Sink sink) throws IOException;
}
