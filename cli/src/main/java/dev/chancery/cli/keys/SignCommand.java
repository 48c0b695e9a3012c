package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.OutputFile;
import dev.chancery.cli.output.Progress;
import dev.chancery.cli.output.Terminal;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/** Signs a file. */
public final class SignCommand extends Command {
    private static final String STDOUT = "-";

    private final MessageFile message = new MessageFile(this);
    private final KeyChoice keys = new KeyChoice(this, terminal());
    private final SignatureForm form = new SignatureForm(this);
    private final Argument<String> out =
            option("--out", "SIG", String.class, "Where to write the signature, or - for standard output.");
    private final Argument<Boolean> bundle =
            flag("--bundle", "Write a Sigstore bundle, which says whose signature it is, to FILE.sigstore.json.");
    private final Argument<Boolean> force = flag("--force", "Write a raw signature to a terminal, too.");
    private final Argument<Boolean> json = json();

    public SignCommand(GlobalOptions options) {
        super(options, "Signs a file. The signature is written raw, to FILE.sig unless told otherwise.");
        example("chancery sign --ring release contract.pdf");
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = terminal();
        String suffix = bundle.isSet() ? ".sigstore.json" : ".sig";
        String target = out.value().orElseGet(() -> message.isStdin() ? STDOUT : message.path() + suffix);
        refuseWhatCannotBeMeant(target);
        try (KeyStore store = options().open()) {
            Signed signed = Progress.during("Signing " + message.description(), terminal, () -> sign(store, terminal));
            Signature signature = signed.signature;
            byte[] bytes = signed.bytes;
            if (target.equals(STDOUT)) {
                terminal.out().write(bytes);
            } else {
                OutputFile.write(Path.of(target), bytes);
                report(signature, target, bytes.length);
            }
        }
        return ExitStatus.DONE;
    }

    /** A signature, and what is written of it. */
    private static final class Signed {
        private final Signature signature;
        private final byte[] bytes;

        Signed(Signature signature, byte[] bytes) {
            this.signature = signature;
            this.bytes = bytes;
        }
    }

    private Signed sign(KeyStore store, Terminal terminal) throws IOException {
        Signer signer = keys.signer(store, form.algorithm());
        if (!bundle.isSet()) {
            Signature signature = message.read(terminal, signer::sign, signer::sign);
            return new Signed(signature, signature.encoded(form.encoding()));
        }
        if (form.algorithm().isEmpty()) {
            Optional<SignatureAlgorithm> usual = SigstoreBundle.algorithm(signer.key());
            signer = usual.isPresent() ? store.signer(signer.key().id(), usual.get()) : signer;
        }
        Signer chosen = signer;
        MessageDigest digest = MessageFile.digest(SigstoreBundle.hash(chosen.algorithm()));
        Signature signature = message.read(
                terminal,
                file -> {
                    MessageFile.feed(file, digest);
                    return chosen.sign(file);
                },
                stream -> chosen.sign(new DigestInputStream(stream, digest)));
        KeyMetadata key = store.get(signature.keyId());
        return new Signed(
                signature, SigstoreBundle.of(signature, key, digest.digest()).write());
    }

    private void refuseWhatCannotBeMeant(String target) throws IOException {
        if (bundle.isSet() && form.encoding() != SignatureEncoding.DER) {
            throw misused("A bundle holds the signature in DER. Leave --encoding out.");
        }
        if (target.equals(STDOUT)) {
            if (json.isSet()) {
                throw misused("Signature and --json cannot both go to standard output. Name a file with --out.");
            }
            if (terminal().shown() && !bundle.isSet() && !force.isSet()) {
                throw misused(
                        "A raw signature is no text, and standard output is a terminal. Name a file with --out, redirect the"
                                + " output, or add --force.");
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
        Terminal terminal = terminal();
        if (!json.isSet()) {
            terminal.line(target + ": " + signature.algorithm() + " by " + signature.keyId());
            return;
        }
        terminal.json(generator -> {
            generator.writeStartObject();
            generator.writeStringField(
                    "file", message.isStdin() ? STDOUT : message.path().toString());
            generator.writeStringField("id", signature.keyId().value());
            generator.writeStringField("algorithm", signature.algorithm().name());
            if (signature.algorithm().scheme() == SignatureAlgorithm.Scheme.ECDSA) {
                generator.writeStringField("encoding", form.encoding().name().toLowerCase(Locale.ROOT));
            }
            generator.writeStringField("signatureFile", target);
            generator.writeNumberField("bytes", bytes);
            generator.writeEndObject();
        });
    }
}
