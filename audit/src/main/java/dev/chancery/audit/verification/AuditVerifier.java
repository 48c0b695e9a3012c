package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.writing.LogIdentity;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Shows whether a log is what was written, and names the first wrong line of each chain. With the verification key, only a holder
 * of the audit key can have written what a checkpoint covers; with the audit key itself, any line at all. With an anchor, a checkpoint
 * that has left the log, not even that holder can have removed or changed what that covers.
 */
public final class AuditVerifier {
    private final Path log;
    private final Trust trust;
    private final Claims claims = new Claims();
    private final Findings findings = new Findings();

    private AuditVerifier(Path log, Trust trust) {
        this.log = log;
        this.trust = trust;
    }

    /**
     * Looks at a whole log. One that is being written to may be looked at; what comes meanwhile is left out.
     *
     * @param log the log's directory
     * @param key the verification key, or empty to check no signatures
     * @param anchors checkpoints that have left the log ({@link Anchors#read}), or none; those of other logs are passed over
     * @return what was found
     * @throws ConfigurationException if the directory holds no log, or one of the first edition, or no anchor is one of this log's
     * @throws UncheckedIOException if a file cannot be read
     */
    public static AuditReport verify(Path log, Optional<VerificationKey> key, List<Checkpoint> anchors) {
        return verify(log, key, Optional.empty(), false, anchors);
    }

    /**
     * The same with the audit key itself, which proves each line, not only those that a checkpoint covers.
     *
     * @param log the log's directory
     * @param signer the audit key
     * @param anchors checkpoints that have left the log ({@link Anchors#read}), or none; those of other logs are passed over
     * @return what was found
     * @throws ConfigurationException if the directory holds no log, or one of the first edition, or no anchor is one of this log's
     * @throws UncheckedIOException if a file cannot be read
     */
    public static AuditReport verify(Path log, AuditSigner signer, List<Checkpoint> anchors) {
        return verify(log, Optional.of(signer.verificationKey()), Optional.of(signer), false, anchors);
    }

    /**
     * The same with the verification key of earlier, where the audit key was rotated: the log itself says to which. After a theft that
     * proves nothing, for a thief can rotate, too.
     *
     * @param log the log's directory
     * @param key the verification key, of now or earlier
     * @param anchors checkpoints that have left the log ({@link Anchors#read}), or none; those of other logs are passed over
     * @return what was found
     * @throws ConfigurationException if the directory holds no log, or one of the first edition, or no anchor is one of this log's
     * @throws UncheckedIOException if a file cannot be read
     */
    public static AuditReport verifyAndFollow(Path log, VerificationKey key, List<Checkpoint> anchors) {
        return verify(log, Optional.of(key), Optional.empty(), true, anchors);
    }

    private static AuditReport verify(
            Path log,
            Optional<VerificationKey> key,
            Optional<AuditSigner> signer,
            boolean follow,
            List<Checkpoint> anchors) {
        try {
            KeySuccession succession = new KeySuccession(log);
            List<VerificationKey> keys =
                    key.map(trusted -> succession.of(trusted, follow)).orElse(List.of());
            AuditVerifier verifier = new AuditVerifier(log, new Trust(keys, signer, succession));
            if (key.isPresent() && !follow) {
                succession.successor(key.get()).ifPresent(verifier::reportRotation);
            }
            return verifier.verify(anchors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reportRotation(VerificationKey successor) {
        findings.problem(
                log,
                0,
                "The audit key was rotated, says the log, to " + successor
                        + ". Verify with that, once you know by another way that it is the right one.");
    }

    private AuditReport verify(List<Checkpoint> anchors) throws IOException {
        List<ChainDirectory> directories = ChainDirectory.all(log);
        for (ChainDirectory directory : directories) {
            for (Path segment : directory.segments()) {
                LogIdentity.requireThisEdition(segment);
            }
        }
        List<Checkpoint> counted = takeAnchors(anchors);
        // The log's own chain before all others: what it says of them was there before.
        List<ChainJudge> chains = new ArrayList<>();
        for (ChainDirectory directory : directories) {
            ChainJudge chain = new ChainJudge(directory, trust, claims, findings);
            if (chain.takeStatements()) {
                if (directory.number() == ChainDirectory.OWN) {
                    chain.judge();
                    takeHeads(chain.ofOtherChains());
                }
                chains.add(chain);
            }
        }
        requireOneLog(chains);
        for (ChainJudge chain : chains) {
            if (chain.directory().number() != ChainDirectory.OWN) {
                chain.judge();
            }
        }
        requireNoChainMissing(chains);
        return report(chains, counted);
    }

    private AuditReport report(List<ChainJudge> chains, List<Checkpoint> anchors) {
        Map<Origin, Long> anchored = new HashMap<>();
        anchors.forEach(anchor -> anchored.merge(anchor.origin(), anchor.size(), Math::max));
        List<StoredRecord> removals = chains.stream()
                .filter(chain -> chain.directory().number() == ChainDirectory.OWN)
                .flatMap(chain -> chain.ofOtherChains().stream())
                .filter(stored -> stored.record().event() == AuditEvent.SEGMENTS_REMOVED)
                .toList();
        List<AuditReport.ChainReport> reports = new ArrayList<>();
        for (ChainJudge chain : chains) {
            chain.requireRecordedStart(removals);
            chain.requireCheckpoints(anchors);
            reports.add(chain.report(anchored.getOrDefault(chain.origin(), 0L)));
        }
        return findings.report(reports, trust.checksSignatures(), trust.signer().isPresent());
    }

    // --- what leads here from elsewhere

    /** The anchors that count. One file may hold those of several logs, and who can write to it can put any line there. */
    private List<Checkpoint> takeAnchors(List<Checkpoint> anchors) throws IOException {
        Set<String> ids = LogIdentity.readAll(log);
        List<Checkpoint> counted = new ArrayList<>();
        for (Checkpoint anchor : anchors) {
            boolean ofThisLog = ids.isEmpty() || ids.contains(anchor.origin().log());
            if (ofThisLog && trust.believes(anchor)) {
                counted.add(anchor);
                claims.addAnchor(anchor);
            } else if (ofThisLog) {
                findings.notice(
                        log,
                        0,
                        "The anchor holds a checkpoint of this log, of record " + anchor.size() + " of "
                                + anchor.origin() + ", that the audit key has not signed.");
            }
        }
        if (!anchors.isEmpty() && counted.isEmpty()) {
            throw new ConfigurationException(
                    "The anchor holds no checkpoint of the log in " + log
                            + " that the audit key has signed. Give the right anchor and key, or find out who replaced the log.");
        }
        requireNoFork(counted);
        return counted;
    }

    private Optional<String> idOfLog() throws IOException {
        return LogIdentity.read(log);
    }

    /** Only a holder of the audit key can sign two roots of one size. */
    private void requireNoFork(List<Checkpoint> anchors) {
        Map<String, String> roots = new HashMap<>();
        for (Checkpoint anchor : anchors) {
            String before = roots.putIfAbsent(anchor.origin() + " " + anchor.size(), anchor.root());
            if (before != null && !before.equals(anchor.root())) {
                findings.problem(
                        log,
                        0,
                        "FORK: the anchor has two checkpoints of record " + anchor.size() + " of " + anchor.origin()
                                + " that contradict each other, both signed.");
            }
        }
    }

    private void takeHeads(List<StoredRecord> own) {
        for (StoredRecord stored : own) {
            if (stored.record().event() == AuditEvent.CHAIN_HEAD) {
                Optional<Origin> origin = stored.record().field("origin").flatMap(Origin::parse);
                long size = stored.record().number("size").orElse(0);
                String by = stored.file() + ", line " + stored.line() + ",";
                if (origin.isPresent() && size > 0) {
                    claims.add(
                            origin.get(),
                            new Claims.Claim(size, stored.record().field("root").orElse(""), by));
                }
            }
        }
    }

    // --- which chains there are

    private void requireOneLog(List<ChainJudge> chains) throws IOException {
        Path directory = log.resolve(ChainDirectory.CHAINS);
        for (Path stranger : ChainDirectory.strangers(log)) {
            findings.problem(stranger, 0, "This is no directory of a chain, but a link or a file in its place.");
        }
        Optional<String> id = idOfLog();
        if (chains.isEmpty() || id.isEmpty()) {
            findings.problem(
                    directory, 0, chains.isEmpty() ? "There is no chain here." : "The log's own chain, 0, is missing.");
        }
        Set<Origin> origins = new HashSet<>();
        for (ChainJudge chain : chains) {
            Origin origin = chain.origin();
            boolean ours = id.isEmpty() || origin.log().equals(id.get());
            if (!ours || origin.slot() != chain.directory().number() || !origins.add(origin)) {
                chain.disown("This is a copy of a chain, or another log's: it calls itself " + origin + ".");
            }
        }
    }

    private void requireNoChainMissing(List<ChainJudge> chains) {
        Set<Origin> there = new HashSet<>();
        chains.forEach(chain -> there.add(chain.origin()));
        for (Origin origin : claims.chains()) {
            if (!there.contains(origin)) {
                Claims.Claim last = claims.of(origin).lastEntry().getValue().get(0);
                findings.problem(
                        log.resolve(ChainDirectory.CHAINS),
                        0,
                        "The chain " + origin + " is missing, of which " + last.by() + " says that it had "
                                + last.size() + " records.");
            }
        }
    }
}
