package dev.chancery.cli.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.WitnessKey;
import dev.chancery.audit.witness.AuditWitness;
import dev.chancery.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far witnesses have seen a log's own chain.
 *
 * @param quorum how many of them must have cosigned
 * @param last each one's last checkpoint
 */
record Cosignatures(int quorum, Map<WitnessKey, Optional<Checkpoint>> last) {

    static Cosignatures read(Path log, Witnesses witnesses) {
        Map<WitnessKey, Optional<Checkpoint>> last = new LinkedHashMap<>();
        for (WitnessKey witness : witnesses.keys()) {
            last.put(witness, AuditWitness.lastCosigned(log, witness));
        }
        return new Cosignatures(witnesses.quorum(), last);
    }

    /** Up to where as many as are needed have seen the chain; empty if too few have. */
    private Optional<Long> reach() {
        return last.values().stream()
                .flatMap(Optional::stream)
                .map(Checkpoint::size)
                .sorted(Comparator.reverseOrder())
                .skip(Math.max(0, quorum - 1))
                .findFirst();
    }

    boolean isEnough() {
        return quorum == 0 || reach().isPresent();
    }

    void print(Terminal terminal) {
        last.forEach((witness, checkpoint) -> terminal.line(checkpoint
                .map(seen -> "witnessed by " + witness.name() + " up to record " + seen.size() + " of chain 0, at "
                        + seen.cosignedBy(witness).orElseThrow())
                .orElse("not witnessed by " + witness.name())));
        if (last.size() > 1) {
            terminal.line(reach().map(size ->
                            "witnessed by " + quorum + " of " + last.size() + " up to record " + size + " of chain 0")
                    .orElse("not witnessed by " + quorum + " of " + last.size()));
        }
    }

    void write(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("witnesses");
        for (Map.Entry<WitnessKey, Optional<Checkpoint>> one : last.entrySet()) {
            json.writeStartObject();
            json.writeStringField("name", one.getKey().name());
            json.writeNumberField("size", one.getValue().map(Checkpoint::size).orElse(0L));
            Optional<String> time = one.getValue()
                    .flatMap(seen -> seen.cosignedBy(one.getKey()))
                    .map(Object::toString);
            if (time.isPresent()) {
                json.writeStringField("time", time.get());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("quorum", quorum);
        json.writeNumberField("witnessed", reach().filter(size -> quorum > 0).orElse(0L));
    }
}
