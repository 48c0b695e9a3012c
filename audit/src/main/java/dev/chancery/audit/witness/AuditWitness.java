package dev.chancery.audit.witness;

import dev.chancery.audit.AuditCheckpoints;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.WitnessKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.reading.ChainTree;
import dev.chancery.audit.internal.writing.LogIdentity;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Asks a witness to cosign how far the log's own chain has come. A witness remembers, and cosigns nothing that is shorter than or
 * contradicts what it has cosigned: after that, not even a holder of the audit key can put the log back unnoticed.
 *
 * <p>Source: <a href="https://c2sp.org/tlog-witness">c2sp.org/tlog-witness</a>, add-checkpoint.
 */
public final class AuditWitness {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI url;
    private final WitnessKey key;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /**
     * A witness.
     *
     * @param url its submission prefix: {@code add-checkpoint} is put behind it
     * @param key what its cosignatures are checked with
     */
    public AuditWitness(URI url, WitnessKey key) {
        this.url = URI.create(url + (url.toString().endsWith("/") ? "" : "/") + "add-checkpoint");
        this.key = key;
    }

    /**
     * Makes a checkpoint of every chain, puts their heads into the log's own, and has the witness cosign that. The cosignature is kept with the
     * checkpoint, and goes to the anchors.
     *
     * @param log the log's directory
     * @param signer the audit key
     * @param options how to keep the log
     * @return the checkpoint with its cosignature
     * @throws IntegrityException if the witness has seen more of the log than there is, or something else, or cosigns wrongly: a finding, and
     *     no reason to try again
     * @throws StoreUnavailableException if the witness cannot be reached
     * @throws ConfigurationException if the witness does not know the log or its key, or the directory holds no log
     */
    public Checkpoint cosign(Path log, AuditSigner signer, AuditOptions options) {
        Checkpoint checkpoint = AuditCheckpoints.make(log, signer, options).get(0);
        try {
            long seen = lastCosigned(log, key).map(Checkpoint::size).orElse(0L);
            if (seen == checkpoint.size()) {
                return lastCosigned(log, key).orElseThrow();
            }
            ChainTree tree = new ChainTree(ChainDirectory.of(log, ChainDirectory.OWN));
            List<byte[]> proof = seen == 0 ? List.of() : tree.consistency(seen, checkpoint.size());
            Checkpoint cosigned = checkpoint.withSignatures(send(checkpoint, seen, proof));
            if (cosigned.cosignedBy(key).isEmpty()) {
                throw new IntegrityException(
                        "The witness " + key.name() + " answered with a cosignature that is not its own.");
            }
            AuditCheckpoints.keep(log, signer, options, cosigned);
            return cosigned;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The last checkpoint of a log's own chain that a witness has cosigned, by what is kept in the log.
     *
     * @param log the log's directory
     * @param witness the witness's key
     * @return the checkpoint; empty if there is none
     */
    public static Optional<Checkpoint> lastCosigned(Path log, WitnessKey witness) {
        Optional<Checkpoint> last = Optional.empty();
        try {
            Optional<String> id = LogIdentity.read(log);
            for (Path file : ChainDirectory.of(log, ChainDirectory.OWN).checkpointFiles()) {
                for (Checkpoint checkpoint : CheckpointFile.read(file).checkpoints()) {
                    boolean longer = last.map(Checkpoint::size).orElse(0L) < checkpoint.size();
                    // Of another log, it was put here by an outsider.
                    boolean own = checkpoint.origin().slot() == ChainDirectory.OWN
                            && id.equals(Optional.of(checkpoint.origin().log()));
                    if (own && longer && checkpoint.cosignedBy(witness).isPresent()) {
                        last = Optional.of(checkpoint);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return last;
    }

    private String send(Checkpoint checkpoint, long seen, List<byte[]> proof) {
        StringBuilder body = new StringBuilder("old ").append(seen).append('\n');
        proof.forEach(
                node -> body.append(Base64.getEncoder().encodeToString(node)).append('\n'));
        body.append('\n').append(checkpoint.note());
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return cosignatures(answer, checkpoint);
        } catch (IOException e) {
            throw new StoreUnavailableException("The witness " + key.name() + " cannot be reached at " + url + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Asking the witness " + key.name() + " was interrupted.", e);
        }
    }

    private String cosignatures(HttpResponse<String> answer, Checkpoint checkpoint) {
        return switch (answer.statusCode()) {
            case 200 -> answer.body();
            case 409 ->
                throw new IntegrityException(
                        "The witness " + key.name() + " has seen "
                                + answer.body().strip().replaceAll("[^0-9]", "")
                                + " lines of the log's own chain, and this log has " + checkpoint.size()
                                + " and does not know that: it was put back to an older state. Look with `chancery audit verify`.");
            case 422 ->
                throw new IntegrityException("The witness " + key.name()
                        + " says that the log's own chain is not the continuation of what it has seen: there are two logs of this"
                        + " name. Keep the directory for the investigation.");
            case 403, 404 ->
                throw new ConfigurationException("The witness " + key.name() + " does not know the log "
                        + checkpoint.origin() + " or its audit key: register it there.");
            default ->
                throw new StoreUnavailableException(
                        "The witness " + key.name() + " answered " + answer.statusCode() + " at " + Instant.now() + ".",
                        null);
        };
    }
}
