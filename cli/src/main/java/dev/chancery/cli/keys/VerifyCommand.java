package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.Verifier;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.cli.output.Terminal;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Says whether a signature is valid. */
public final class VerifyCommand extends Command {
    /** The largest signature that any algorithm here makes has 512 bytes. */
    private static final int MAX_SIGNATURE = 1 << 16;

    private final MessageFile message = new MessageFile(this);
    private final KeyChoice keys = new KeyChoice(this);
    private final Argument<String> signature =
            requiredOption("--signature", "SIG", "The file with the raw signature, or - for standard input.");
    private final SignatureForm form = new SignatureForm(this);
    private final Argument<Boolean> json = json();

    public VerifyCommand(GlobalOptions options) {
        super(options, "Says whether a signature over a file is valid: exit status 0 if it is, 1 if it is not.");
    }

    @Override
    public Integer call() throws IOException {
        if (message.isStdin() && signature.given().equals(MessageFile.STDIN)) {
            throw misused("FILE and --signature cannot both be standard input. Put one into a file.");
        }
        Terminal terminal = terminal();
        byte[] bytes = signature.given().equals(MessageFile.STDIN)
                ? LimitedFile.read(terminal.in(), "standard input", MAX_SIGNATURE)
                : LimitedFile.read(Path.of(signature.given()), MAX_SIGNATURE);
        VerifyOptions options = form.verifyOptions();
        try (KeyStore store = options().open()) {
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
        if (!json.isSet()) {
            String word = answer.status().name().toLowerCase(Locale.ROOT);
            String by = answer.key()
                    .map(key -> ", key " + key.id() + " (" + key.state() + ")")
                    .orElse("");
            terminal.out()
                    .println((answer.isValid() ? terminal.good(word) : terminal.bad(word))
                            + Printable.line(by + why(answer)));
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
