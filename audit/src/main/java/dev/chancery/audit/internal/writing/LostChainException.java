package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.ChainDirectory;
import java.io.IOException;

/** A chain that is not continued: it has lost lines that were acknowledged, or was not written by this log's writers. */
final class LostChainException extends IOException {
    private static final long serialVersionUID = 1L;

    LostChainException(ChainDirectory chain, String why) {
        super("The chain in " + chain.path() + " is not continued: " + why
                + " Look with `chancery audit verify`, and keep the directory as it is for the investigation.");
    }
}
