package dev.chancery.cli.keys;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.key.KeyMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a key: what the words say, RSA where they say nothing. */
public final class GenerateCommand extends Command {
    private final Argument<String> first = optionalParameter("TYPE", "The kind of key: rsa, ecdsa or ed25519.");
    private final Argument<String> second = optionalParameter("ID", "What to call the key.");
    private final Argument<KeySpec> spec =
            option("--spec", "SPEC", KeySpec.class, "The exact kind: ${COMPLETION-CANDIDATES}.");
    private final Argument<String> ring = option(
            "--ring",
            "RING",
            String.class,
            "The ring to put the key into. The first key of a ring is its current one.");
    private final Argument<Boolean> plain = plain();
    private final Argument<Boolean> json = json();

    public GenerateCommand(GlobalOptions options) {
        super(options, "Makes a key and prints its id.");
        example("chancery generate ecdsa --ring release");
        footer(
                "Without TYPE and --spec: RSA_3072. ecdsa is EC_P256. A first word that is no type is the ID.",
                "Without ID: <type>-<yyyy>-<mm>, or <ring>-<yyyy>-<mm>, then the same with -2, -3, ...");
    }

    @Override
    public Integer call() throws IOException {
        KeyRequest request = request();
        try (KeyStore store = options().openOrCreate(plain.isSet())) {
            KeyMetadata key = Progress.during(
                    "Generating an " + request.spec() + " key", terminal(), () -> store.generate(request));
            NewKey.print(key, json, terminal());
        }
        return ExitStatus.DONE;
    }

    private KeyRequest request() {
        List<String> rest = new ArrayList<>();
        first.value().ifPresent(rest::add);
        second.value().ifPresent(rest::add);
        Optional<String> type =
                rest.stream().findFirst().filter(word -> KindWords.type(word).isPresent());
        if (type.isPresent()) {
            rest.remove(0);
        } else if (rest.size() == 1) {
            requireName(rest.get(0));
        }
        if (rest.size() > 1) {
            throw misused("'" + rest.get(0) + "' is no type of key; rsa, ecdsa and ed25519 are. One ID is enough.");
        }
        KeyRequest.Builder request = KeyRequest.builder(specOf(type));
        rest.forEach(request::name);
        ring.value().ifPresent(request::ring);
        return request.build();
    }

    /** A slip in the type would otherwise be the name of an RSA key. */
    private void requireName(String word) {
        KindWords.meant(word).ifPresent(meant -> {
            throw misused("'" + word + "' looks like a kind of key: did you mean " + meant
                    + "? To give a key such a name, put its type first: `generate rsa NAME`.");
        });
    }

    private KeySpec specOf(Optional<String> type) {
        KeySpec named = type.flatMap(KindWords::type).orElse(KeySpec.RSA_3072);
        KeySpec exact = spec.value().orElse(named);
        if (type.isPresent() && named.algorithm() != exact.algorithm()) {
            throw misused("'" + type.get() + "' and --spec " + exact + " contradict each other. Leave one out.");
        }
        return exact;
    }
}
