package dev.chancery.cli;

import dev.chancery.KeyStore;
import dev.chancery.Signature;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.SignatureEncoding;
import dev.chancery.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Signs a file. */
@Command(name = "sign", description = "Signs a file. The signature is written raw, to FILE.sig unless told otherwise.")
final class SignCommand implements Callable<Integer> {
    private static final String STDOUT = "-";

    private final Chancery chancery;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private final MessageFile message = new MessageFile();

    @Mixin
    private final KeyChoice keys = new KeyChoice();

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

    @Option(
            names = "--out",
            paramLabel = "SIG",
            description = "Where to write the signature, or - for standard output.")
    private @Nullable String out;

    @Mixin
    private final JsonOption json = new JsonOption();

    SignCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = chancery.terminal();
        String target = Optional.ofNullable(out).orElseGet(() -> message.isStdin() ? STDOUT : message.path() + ".sig");
        refuseWhatCannotBeMeant(target);
        try (KeyStore store = chancery.open()) {
            Signature signature = Progress.during("Signing " + message.description(), terminal, () -> {
                Signer signer = keys.signer(store, Optional.ofNullable(algorithm));
                return message.read(terminal, signer::sign, signer::sign);
            });
            byte[] bytes = signature.encoded(encoding);
            if (target.equals(STDOUT)) {
                terminal.out().write(bytes);
            } else {
                OutputFile.write(Path.of(target), bytes);
                report(signature, target, bytes.length);
            }
        }
        return ExitStatus.DONE;
    }

    private void refuseWhatCannotBeMeant(String target) throws IOException {
        if (target.equals(STDOUT)) {
            if (json.wanted) {
                throw misused("Signature and --json cannot both go to standard output. Name a file with --out.");
            }
            return;
        }
        Path file = Path.of(target);
        if (!message.isStdin()
                && Files.exists(file)
                && Files.exists(message.path())
                && Files.isSameFile(file, message.path())) {
            throw misused("--out would write the signature over the file that it signs. Name another.");
        }
    }

    private void report(Signature signature, String target, int bytes) throws IOException {
        Terminal terminal = chancery.terminal();
        if (!json.wanted) {
            terminal.line(target + ": " + signature.algorithm() + " by " + signature.keyId());
            return;
        }
        terminal.json(generator -> {
            generator.writeStartObject();
            generator.writeStringField("id", signature.keyId().value());
            generator.writeStringField("algorithm", signature.algorithm().name());
            if (signature.algorithm().scheme() == SignatureAlgorithm.Scheme.ECDSA) {
                generator.writeStringField("encoding", encoding.name().toLowerCase(Locale.ROOT));
            }
            generator.writeStringField("signature", target);
            generator.writeNumberField("bytes", bytes);
            generator.writeEndObject();
        });
    }

    private ParameterException misused(String text) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), text);
    }
}
