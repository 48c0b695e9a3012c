package dev.chancery.cli.keys;

import dev.chancery.KeyStore;
import dev.chancery.Verifier;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

/** Says whether a signature is valid. */
public final class VerifyCommand extends Command {
    /** The largest signature that any algorithm here makes has 4,627 bytes. */
    private static final int MAX_SIGNATURE = 1 << 16;

    private final MessageFile message = new MessageFile(this);
    private final Argument<String> publicKey =
            alternative("--public-key", "PEM", "A file with the public key; no store is opened, and nothing recorded.");
    private final KeyChoice keys = new KeyChoice(this, terminal(), publicKey);
    private final Argument<String> signature = alternative(
            "--signature", "SIG", "The file with the raw signature or the bundle, or - for standard input.");
    private final Argument<String> bundle =
            alternative("--bundle", "FILE", "The file with a Sigstore bundle, whose key the store finds by itself.");
    private final SignatureForm form = new SignatureForm(this);
    private final Argument<Boolean> json = json();

    public VerifyCommand(GlobalOptions options) {
        super(options, "Says whether a signature over a file is valid: exit status 0 if it is, 1 if it is not.");
        example("chancery verify --ring release --signature contract.pdf.sig contract.pdf");
        exclusive(signature, bundle);
    }

    @Override
    public Integer call() throws IOException {
        if (signature.value().isEmpty() && bundle.value().isEmpty()) {
            throw misused("What is to be verified? Name the signature with --signature or --bundle.");
        }
        String name = signature.value().orElseGet(bundle::given);
        if (message.isStdin() && name.equals(MessageFile.STDIN)) {
            throw misused("FILE and --signature cannot both be standard input. Put one into a file.");
        }
        byte[] bytes = name.equals(MessageFile.STDIN)
                ? LimitedFile.read(terminal().in(), "standard input", MAX_SIGNATURE)
                : LimitedFile.read(Path.of(name), MAX_SIGNATURE);
        Optional<SigstoreBundle> read = bundle.value().isPresent() || SigstoreBundle.isOne(bytes)
                ? Optional.of(SigstoreBundle.read(bytes, name))
                : Optional.empty();
        Verification answer = read.isPresent() ? verify(read.get()) : verify(bytes);
        report(answer, terminal());
        return answer.isValid() ? ExitStatus.DONE : ExitStatus.NEGATIVE;
    }

    private Verification verify(byte[] bytes) throws IOException {
        if (publicKey.value().isPresent()) {
            return verify(Verifier.ofPem(Path.of(publicKey.given())), bytes, form.verifyOptions());
        }
        try (KeyStore store = options().open()) {
            return verify(keys.verifier(store), bytes, form.verifyOptions());
        }
    }

    private Verification verify(SigstoreBundle read) throws IOException {
        if (publicKey.value().isPresent()) {
            Path pem = Path.of(publicKey.given());
            return verify(
                    Verifier.ofPem(pem), read, SubjectPublicKeyInfo.readPem(pem).algorithms());
        }
        try (KeyStore store = options().open()) {
            Optional<KeyMetadata> key = store.list().stream().filter(read::isOf).findFirst();
            if (key.isEmpty()) {
                throw new KeyNotFoundException("The bundle is of the key whose SubjectPublicKeyInfo has the SHA-256 '"
                        + Printable.of(read.hint()) + "', and the store has none such. Name its public half with"
                        + " --public-key.");
            }
            Verifier verifier = keys.isMade()
                    ? keys.verifier(store)
                    : store.verifier(key.get().id());
            return verify(verifier, read, key.get().algorithms());
        }
    }

    private Verification verify(Verifier verifier, SigstoreBundle read, Set<SignatureAlgorithm> fitting)
            throws IOException {
        VerifyOptions options = form.verifyOptions();
        if (form.algorithm().isEmpty()) {
            options = options.withAlgorithm(read.algorithm(fitting)
                    .orElseThrow(() -> new AlgorithmMismatchException("The bundle names the hash "
                            + Printable.of(read.jcaHash()) + ", and the key has no algorithm with it.")));
        }
        MessageDigest digest = MessageFile.digest(read.jcaHash());
        VerifyOptions asked = options;
        Verification answer = Progress.during(
                "Verifying " + message.description(),
                terminal(),
                () -> message.read(
                        terminal(),
                        file -> {
                            MessageFile.feed(file, digest);
                            return verifier.verify(file, read.signature(), asked);
                        },
                        stream -> verifier.verify(new DigestInputStream(stream, digest), read.signature(), asked)));
        boolean same = MessageDigest.isEqual(digest.digest(), read.digest());
        return same || !answer.isValid()
                ? answer
                : new Verification(
                        Verification.Status.INVALID,
                        answer.key(),
                        answer.stateUnknown(),
                        "The bundle names another digest than that of " + message.description() + ".");
    }

    private Verification verify(Verifier verifier, byte[] bytes, VerifyOptions options) throws IOException {
        return Progress.during(
                "Verifying " + message.description(),
                terminal(),
                () -> message.read(
                        terminal(),
                        file -> verifier.verify(file, bytes, options),
                        stream -> verifier.verify(stream, bytes, options)));
    }

    private void report(Verification answer, Terminal terminal) throws IOException {
        if (!json.isSet()) {
            String by = answer.key()
                    .map(key -> ", key " + key.id() + " (" + key.state() + ")")
                    .orElse("");
            terminal.out()
                    .println((answer.isValid() ? terminal.good("valid") : terminal.bad("not valid"))
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
