package dev.chancery.cli.keys;

import dev.chancery.Capability;
import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.KeyJson;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shows one key: everything but its private half. */
public final class ShowCommand extends Command {
    private final KeyArgument id = new KeyArgument(this);
    private final Argument<Boolean> json = json();
    private final AttestationFile attestation = new AttestationFile(this);

    public ShowCommand(GlobalOptions options) {
        super(options, "Shows a key: state, dates, ring, fingerprint, history.");
        example("chancery show release");
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = terminal();
        try (KeyStore store = options().open()) {
            KeyMetadata key = find(store, id.find(store, terminal));
            Optional<String> attested = attestation.write(store, key);
            if (json.isSet()) {
                terminal.json(generator -> KeyJson.write(generator, key));
            } else {
                if (!store.capabilities().contains(Capability.LIFECYCLE)) {
                    fact(
                            terminal,
                            "pinned key",
                            "the state is what the place itself says; dates and rings are not kept, and nothing can be"
                                    + " changed");
                }
                facts(key).forEach((name, value) -> fact(terminal, name, value));
                attested.ifPresent(how -> fact(terminal, "attestation", how));
                key.history()
                        .forEach(change -> fact(
                                terminal, change.at(), change.from() + " → " + change.to() + ": " + change.reason()));
            }
        }
        return ExitStatus.DONE;
    }

    /** An unproven key is shown as a list shows it; nothing else is done with it. */
    private static KeyMetadata find(KeyStore store, KeyId id) {
        try {
            return store.get(id);
        } catch (KeyAccessException e) {
            return store.list().stream()
                    .filter(key -> key.id().equals(id) && !key.proven())
                    .findFirst()
                    .orElseThrow(() -> e);
        }
    }

    private static void fact(Terminal terminal, Object name, Object value) {
        terminal.line(String.format("%-18s %s", name, value));
    }

    private static Map<String, Object> facts(KeyMetadata key) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("id", key.id());
        facts.put("spec", key.spec());
        facts.put("state", key.state());
        key.compromisedSince().ifPresent(since -> facts.put("compromised since", since));
        key.ring().ifPresent(ring -> facts.put("ring", ring.ring() + ", generation " + ring.generation()));
        facts.put("created", key.created());
        key.signFrom().ifPresent(from -> facts.put("signs from", from));
        key.signUntil().ifPresent(until -> facts.put("signs until", until));
        key.verifyUntil().ifPresent(until -> facts.put("verifies until", until));
        facts.put("origin", key.origin());
        facts.put("protection", key.protection());
        facts.put("fingerprint", key.fingerprint());
        if (key.leftOver()) {
            facts.put("private half", "still there: repeat `chancery destroy " + key.id() + "`");
        }
        if (!key.proven()) {
            facts.put(
                    "proven",
                    "no: another hand may have put the public half there. The key's own signature proves it, or"
                            + " `chancery trust`");
        }
        facts.put("default algorithm", key.defaultAlgorithm());
        facts.put("algorithms", key.algorithms().stream().map(Enum::name).collect(Collectors.joining(", ")));
        new TreeMap<>(key.attributes().labels()).forEach((name, value) -> facts.put("label " + name, value));
        return facts;
    }
}
