package dev.chancery.cli;

import dev.chancery.KeyMetadata;
import dev.chancery.KeyState;
import dev.chancery.KeyStore;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.SignatureEncoding;
import dev.chancery.Verification;
import dev.chancery.Verifier;
import dev.chancery.VerifyOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says whether a signature is valid. */
@Command(
        name = "verify",
        description = "Says whether a signature over a file is valid: exit status 0 if it is, 1 if it is not.")
final class VerifyCommand implements Callable<Integer> {
    /** The largest signature that any algorithm here makes has 512 bytes. */
    private static final int MAX_SIGNATURE = 1 << 16;

    private final Chancery chancery;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private final MessageFile message = new MessageFile();

    @Mixin
    private final KeyChoice keys = new KeyChoice();

    @Option(
            names = "--signature",
            required = true,
            paramLabel = "SIG",
            description = "The file with the raw signature, or - for standard input.")
    private String signature = "";

    @Option(
            names = "--algorithm",
            paramLabel = "A",
            description = "One of ${COMPLETION-CANDIDATES}. Default: the key's own.")
    private @Nullable SignatureAlgorithm algorithm;

    @Option(
            names = "--encoding",
            paramLabel = "der|p1363",
            defaultValue = "der",
            description = "How an ECDSA signature is written. Default: der.")
    private SignatureEncoding encoding = SignatureEncoding.DER;

    @Mixin
    private final JsonOption json = new JsonOption();

    VerifyCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public Integer call() throws IOException {
        if (message.isStdin() && signature.equals(MessageFile.STDIN)) {
            throw new ParameterException(
                    Objects.requireNonNull(command).commandLine(),
                    "FILE and --signature cannot both be standard input. Put one into a file.");
        }
        Terminal terminal = chancery.terminal();
        byte[] bytes = signature.equals(MessageFile.STDIN)
                ? LimitedFile.read(terminal.in(), "standard input", MAX_SIGNATURE)
                : LimitedFile.read(Path.of(signature), MAX_SIGNATURE);
        VerifyOptions given = VerifyOptions.DEFAULT.withEncoding(encoding);
        VerifyOptions options = algorithm == null ? given : given.withAlgorithm(algorithm);
        try (KeyStore store = chancery.open()) {
            Verification answer = Progress.during("Verifying " + message.description(), terminal, () -> {
                Verifier verifier = keys.verifier(store);
                return message.read(
                        terminal,
                        file -> verifier.verify(file, bytes, options),
                        stream -> verifier.verify(stream, bytes, options));
            });
            report(answer, terminal);
            return answer.isValid() ? ExitStatus.DONE : ExitStatus.NEGATIVE;
        }
    }

    private void report(Verification answer, Terminal terminal) throws IOException {
        if (!json.wanted) {
            String word = answer.status().name().toLowerCase(Locale.ROOT);
            String by = answer.key()
                    .map(key -> ", key " + key.id() + " (" + key.state() + ")")
                    .orElse("");
            terminal.out()
                    .println((answer.isValid() ? terminal.good(word) : terminal.bad(word))
                            + Printable.oneLine(by + why(answer)));
            return;
        }
        terminal.json(generator -> {
            generator.writeStartObject();
            generator.writeBooleanField("valid", answer.isValid());
            generator.writeStringField("status", answer.status().name());
            if (answer.key().isPresent()) {
                KeyMetadata key = answer.key().get();
                generator.writeStringField("id", key.id().value());
                generator.writeStringField("state", key.state().name());
            }
            generator.writeBooleanField("stateUnknown", answer.stateUnknown());
            generator.writeStringField("reason", answer.reason());
            generator.writeEndObject();
        });
    }

    /** That a signature of an active key is valid needs no reason. */
    private static String why(Verification answer) {
        boolean plain = answer.isValid()
                && !answer.stateUnknown()
                && answer.state().filter(KeyState.ACTIVE::equals).isPresent();
        return plain ? "" : ": " + answer.reason();
    }
}
