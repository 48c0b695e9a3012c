package dev.chancery.cli.audit;

import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.checkpoint.WitnessKey;
import dev.chancery.cli.input.LimitedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A verification key as it is given on the command line: as text, or in a file. */
final class GivenKey {
    private static final int LONGEST = 4_096;

    private GivenKey() {}

    static VerificationKey read(String given) throws IOException {
        return VerificationKey.parse(text(given));
    }

    static WitnessKey readWitness(String given) throws IOException {
        return WitnessKey.parse(text(given));
    }

    private static String text(String given) throws IOException {
        Path file = Path.of(given);
        return Files.exists(file) ? new String(LimitedFile.read(file, LONGEST), StandardCharsets.UTF_8) : given;
    }
}
