package dev.chancery.cli;

import dev.chancery.KeyMetadata;
import dev.chancery.KeyRequest;
import dev.chancery.KeySpec;
import dev.chancery.KeyStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a key: what the words say, RSA where they say nothing. */
@Command(
        name = "generate",
        description = "Makes a key and prints its id.",
        customSynopsis = "chancery generate [OPTIONS] [rsa|ecdsa|ed25519] [ID]",
        footer = {
            "",
            "Without TYPE and --spec: RSA_3072. ecdsa is EC_P256. A first word that is no type is the ID.",
            "Without ID: <type>-<yyyy>-<mm>, or <ring>-<yyyy>-<mm>, then the same with -2, -3, ..."
        })
final class GenerateCommand implements Callable<Integer> {
    private static final Map<String, KeySpec> TYPES =
            Map.of("rsa", KeySpec.RSA_3072, "ecdsa", KeySpec.EC_P256, "ed25519", KeySpec.ED25519);

    private final Chancery chancery;

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(
            arity = "0..2",
            paramLabel = "TYPE, ID",
            description = "The kind of key: rsa, ecdsa or ed25519; and what to call it.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--spec", paramLabel = "SPEC", description = "The exact kind: ${COMPLETION-CANDIDATES}.")
    private @Nullable KeySpec spec;

    @Option(
            names = "--ring",
            paramLabel = "RING",
            description = "The ring to put the key into. The first key of a ring is its current one.")
    private @Nullable String ring;

    @Mixin
    private final JsonOption json = new JsonOption();

    GenerateCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public Integer call() throws IOException {
        KeyRequest request = request();
        try (KeyStore store = chancery.open()) {
            KeyMetadata key = Progress.during(
                    "Generating an " + request.spec() + " key", chancery.terminal(), () -> store.generate(request));
            NewKey.print(key, json, chancery.terminal());
        }
        return ExitStatus.DONE;
    }

    private KeyRequest request() {
        List<String> rest = new ArrayList<>(words);
        Optional<String> type = rest.stream()
                .findFirst()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(TYPES::containsKey);
        type.ifPresent(word -> rest.remove(0));
        if (rest.size() > 1) {
            throw misused("'" + rest.get(0) + "' is no type of key; rsa, ecdsa and ed25519 are. One ID is enough.");
        }
        KeyRequest.Builder request = KeyRequest.builder(specOf(type));
        rest.forEach(request::name);
        if (ring != null) {
            request.ring(ring);
        }
        return request.build();
    }

    private KeySpec specOf(Optional<String> type) {
        KeySpec named = type.map(TYPES::get).orElse(KeySpec.RSA_3072);
        if (spec == null) {
            return named;
        }
        if (type.isPresent() && named.algorithm() != spec.algorithm()) {
            throw misused("'" + type.get() + "' and --spec " + spec + " contradict each other. Leave one out.");
        }
        return spec;
    }

    private ParameterException misused(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }
}
