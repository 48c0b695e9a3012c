package dev.chancery.audit.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells SLF4J of each checkpoint in one line, {@code AUDIT_CHECKPOINT … note=…}, the note in base64. Where log lines leave the
 * machine, they are the anchor: {@code chancery audit verify --anchor FILE} takes a file of them.
 */
final class Slf4jAnchor implements AnchorSink {
    private static final Logger LOG = LoggerFactory.getLogger("dev.chancery.audit.checkpoints");

    @Override
    public void anchor(Checkpoint checkpoint) {
        LOG.info(
                "AUDIT_CHECKPOINT origin={} size={} note={}",
                checkpoint.origin(),
                checkpoint.size(),
                Base64.getEncoder().encodeToString(checkpoint.note().getBytes(StandardCharsets.UTF_8)));
    }
}
