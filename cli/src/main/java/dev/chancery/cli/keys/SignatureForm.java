package dev.chancery.cli.keys;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.input.Argument;
import dev.chancery.signature.VerifyOptions;
import java.util.Optional;

/** How a signature is made and written: --algorithm and --encoding. */
final class SignatureForm {
    private final Argument<SignatureAlgorithm> algorithm;
    private final Argument<SignatureEncoding> encoding;

    SignatureForm(Command command) {
        algorithm = command.option(
                "--algorithm",
                "A",
                SignatureAlgorithm.class,
                "One of ${COMPLETION-CANDIDATES}. Default: the key's own.");
        encoding = command.option(
                "--encoding", "der|p1363", SignatureEncoding.class, "How an ECDSA signature is written. Default: der.");
    }

    Optional<SignatureAlgorithm> algorithm() {
        return algorithm.value();
    }

    SignatureEncoding encoding() {
        return encoding.value().orElse(SignatureEncoding.DER);
    }

    VerifyOptions verifyOptions() {
        VerifyOptions options = VerifyOptions.DEFAULT.withEncoding(encoding());
        return algorithm().map(options::withAlgorithm).orElse(options);
    }
}
