package dev.chancery.cli.health;

import dev.chancery.KeyStore;
import dev.chancery.health.Finding;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Does what mends a finding, where no caller loses anything by it: it closes, completes or writes again what is there. */
final class Fix {
    /** The modes that are taken back, and the public half that is derived from the private one. */
    private static final Pattern COMMAND =
            Pattern.compile("chmod (600|go-w) .+|openssl pkey -in .+ -pubout -out .+ && mv .+");

    private static final int LONGEST_ANSWER = 1_000;

    private Fix() {}

    /** Whether there is a harmless fix: a ring that is due would get a new key with the end of its overlap. */
    static boolean isHarmless(Finding finding, List<Finding> all) {
        return switch (finding.check()) {
            case "left-over private half" -> true;
            case "overlap" ->
                all.stream()
                        .noneMatch(other -> other.check().equals("due date")
                                && other.subject().equals(finding.subject()));
            default -> finding.mend().filter(Fix::isCommand).isPresent();
        };
    }

    private static boolean isCommand(String mend) {
        return COMMAND.matcher(mend).matches();
    }

    /**
     * Fixes it.
     *
     * @param store the open store; null if it could not be opened, and then only files can be mended
     * @return why it could not be fixed, or empty
     */
    static Optional<String> apply(Finding finding, @Nullable KeyStore store) throws IOException {
        if (store != null && finding.check().equals("left-over private half")) {
            var unused = store.changeState(
                    new KeyId(finding.subject().name()), KeyState.DESTROYED, "chancery doctor: what a crash left");
            return Optional.empty();
        }
        if (store != null && finding.check().equals("overlap")) {
            var unused = store.ring(finding.subject().name()).rotateIfDue();
            return Optional.empty();
        }
        return run(finding.mend().orElseThrow());
    }

    /** What is shown is what is run. */
    private static Optional<String> run(String command) throws IOException {
        Process process = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        try {
            return process.waitFor() == 0 ? Optional.empty() : Optional.of(said.strip());
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            return Optional.of("it was interrupted");
        }
    }
}
