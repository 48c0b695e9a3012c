package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Shows whether a log is what was written, and names the first wrong line of each chain. With the audit key, only a holder
 * of its private half can have written what a checkpoint covers. With an anchor, a checkpoint that has left the log, not even
 * that holder can have removed or changed what that covers.
 */
public final class AuditVerifier {
    private final Path log;
    private final Optional<VerificationKey> key;
    private final Claims claims = new Claims();
    private final List<AuditReport.Problem> problems = new ArrayList<>();
    private final List<AuditReport.Notice> notices = new ArrayList<>();
    private final Map<AuditEvent, Long> counts = new EnumMap<>(AuditEvent.class);
    private final Map<String, List<ChainVerifier.Removal>> removals = new HashMap<>();

    private AuditVerifier(Path log, Optional<VerificationKey> key) {
        this.log = log;
        this.key = key;
    }

    /**
     * Looks at a whole log. One that is being written to may be looked at; what comes meanwhile is left out.
     *
     * @param log the log's directory
     * @param key the audit key, or empty to check no signatures
     * @param anchors checkpoints that have left the log ({@link Anchors#read}), or none
     * @return what was found
     * @throws ConfigurationException if the directory holds no log, or an anchor is not signed by the audit key
     * @throws UncheckedIOException if a file cannot be read
     */
    public static AuditReport verify(Path log, Optional<VerificationKey> key, List<Checkpoint> anchors) {
        try {
            return new AuditVerifier(log, key).verify(anchors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AuditReport verify(List<Checkpoint> anchors) throws IOException {
        Map<String, Long> anchored = takeAnchors(anchors);
        List<ChainVerifier> chains = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (ChainDirectory directory : ChainDirectory.all(log)) {
            ChainVerifier chain = new ChainVerifier(directory, key, claims, problems, notices, counts, removals);
            if (chain.takeFirstLines()) {
                chains.add(chain);
                if (!ids.add(chain.id())) {
                    problems.add(new AuditReport.Problem(
                            directory.path(), 0, "The chain " + chain.id() + " is there twice."));
                }
            }
        }
        for (ChainVerifier chain : chains) {
            chain.verify();
        }
        requireNoChainMissing(ids);
        compareChains(chains, ids);
        List<AuditReport.ChainReport> reports = new ArrayList<>();
        for (ChainVerifier chain : chains) {
            chain.requireRecordedStart();
            chain.requireCheckpoints(anchors);
            reports.add(chain.report(anchored.getOrDefault(chain.id(), 0L)));
        }
        return new AuditReport(reports, problems, notices, counts, key.isPresent());
    }

    private Map<String, Long> takeAnchors(List<Checkpoint> anchors) {
        Map<String, Long> reach = new HashMap<>();
        for (Checkpoint anchor : anchors) {
            if (key.isPresent() && !anchor.isSignedBy(key.get())) {
                throw new ConfigurationException("The anchor holds a checkpoint that the audit key "
                        + key.get().name() + " has not signed. Give the right key, or find out who wrote the anchor.");
            }
            claims.addAnchor(anchor);
            reach.merge(anchor.chain(), anchor.records(), Math::max);
        }
        return reach;
    }

    private void compareChains(List<ChainVerifier> chains, Set<String> ids) {
        for (Claims.OfOtherChain claim : claims.ofOtherChains()) {
            if (chains.stream().noneMatch(chain -> chain.hasBegun(claim.segment()))) {
                continue; // the line that says so is not in order itself
            }
            chains.stream()
                    .filter(chain -> chain.id().equals(claim.chain()))
                    .forEach(chain -> chain.requireAsSaid(claim));
            if (ids.add(claim.chain())) {
                problems.add(missing(claim.chain(), claim.segment() + ", line 1,", claim.records()));
            }
        }
    }

    private AuditReport.Problem missing(String chain, String by, long records) {
        return new AuditReport.Problem(
                log.resolve(ChainDirectory.CHAINS),
                0,
                "The chain " + chain + " is missing, of which " + by + " says that it had " + records + " records.");
    }

    private void requireNoChainMissing(Set<String> ids) {
        for (String chain : claims.chains()) {
            if (ids.add(chain)) {
                Claims.Claim last = claims.of(chain).lastEntry().getValue().get(0);
                problems.add(missing(chain, last.by(), last.records()));
            }
        }
    }
}
