package dev.chancery.audit;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.audit.internal.writing.Entry;
import dev.chancery.audit.options.AuditMode;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.EventType;
import dev.chancery.caller.Caller;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.interception.SignPurpose;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import dev.chancery.spi.support.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Turns the operations of a store into records, and holds their results back until the records are durable. */
final class AuditInterceptor implements OperationInterceptor {
    private final Recorder log;
    private final AuditOptions options;
    private final Pseudonyms pseudonyms;
    private final List<KeyMemory> memories;

    /** What is on its way into the log of operations that have begun, by their ids. */
    private final Map<String, Entry> announced = new ConcurrentHashMap<>();

    AuditInterceptor(Recorder log, AuditOptions options, List<KeyMemory> memories) {
        this.log = log;
        this.options = options;
        this.memories = memories;
        this.pseudonyms = new Pseudonyms(options.pseudonymKey());
    }

    @Override
    public Optional<CompromisedSince> compromisedSince(
            String store, KeyId key, String fingerprint, KeyAttributes stored) {
        return memories.stream()
                .flatMap(memory -> memory.compare(store, key, fingerprint, stored).stream())
                .reduce(CompromisedSince::earlier);
    }

    // --- before

    @Override
    public void before(Operation operation) {
        switch (operation.type()) {
            case SIGN -> beforeSignature(operation);
            case VERIFY -> {
                // Nothing is used up: the answer is what matters.
            }
            default -> beforeChange(operation);
        }
    }

    private void beforeSignature(Operation operation) {
        requireCaller(operation);
        List<AuditRecord> used = forEachInput(operation, AuditEvent.KEY_USED, "intended");
        if (options.mode() == AuditMode.STRICT) {
            log.write(used);
        } else {
            orLetGo(used, () -> announced.put(operation.id(), log.writeAlong(used)));
        }
    }

    private void requireCaller(Operation operation) {
        boolean somebodyElses =
                operation.purpose().filter(SignPurpose.SELF_TEST::equals).isEmpty();
        if (options.callerRequired() && operation.caller().isEmpty() && somebodyElses) {
            PolicyViolationException refusal =
                    new PolicyViolationException("Key " + operation.keyId().orElse("?") + " in " + operation.store()
                            + " must not sign: the audit log requires a caller. Enter a scope: Caller.of(…).enter().");
            after(operation, new Outcome.Denied(refusal));
            throw refusal;
        }
    }

    private void beforeChange(Operation operation) {
        List<AuditRecord> intended = List.of(
                record(operation, AuditEvent.CHANGE_INTENDED, "intended").build());
        if (mayNotBeHeldUp(operation)) {
            log.writeEventually(intended);
        } else {
            orLetGo(intended, () -> log.write(intended));
        }
        memories.forEach(memory -> memory.begin(operation));
    }

    /** Taking a key out of service comes first, and what follows from a compromise with it. */
    private static boolean mayNotBeHeldUp(Operation operation) {
        OperationType asked = operation.root().type();
        return asked == OperationType.COMPROMISE || asked == OperationType.SUSPEND;
    }

    /** Where the log was told to fail open, what cannot be written is counted, and everything goes on. */
    private void orLetGo(List<AuditRecord> records, Runnable write) {
        try {
            write.run();
        } catch (AuditUnavailableException e) {
            if (options.mode() != AuditMode.FAIL_OPEN) {
                throw e;
            }
            log.countMissing(records.size());
        }
    }

    // --- after

    @Override
    public void after(Operation operation, Outcome outcome) {
        try {
            tell(operation, outcome);
        } finally {
            announced.remove(operation.id());
            if (!operation.type().isUse()) {
                memories.forEach(memory -> memory.end(operation, stateChangeOf(operation, outcome)));
            }
        }
    }

    /** The key whose record says that it has changed its state, or has a mark. */
    private static Optional<KeyMetadata> stateChangeOf(Operation operation, Outcome outcome) {
        if (outcome instanceof Outcome.Changed changed
                && (operation.type() == OperationType.COMPROMISE || hasMoved(changed))) {
            return Optional.of(changed.key());
        }
        return Optional.empty();
    }

    private static boolean hasMoved(Outcome.Changed changed) {
        return changed.from().filter(from -> from != changed.key().state()).isPresent();
    }

    private void tell(Operation operation, Outcome outcome) {
        if (outcome instanceof Outcome.Signed signed) {
            afterSignature(operation, signed.signatures());
        } else if (outcome instanceof Outcome.Verified verified) {
            afterVerification(operation, verified.verification());
        } else if (outcome instanceof Outcome.Denied denied) {
            afterDenial(operation, denied);
        } else if (outcome instanceof Outcome.Failed failed) {
            afterFailure(operation, failed.why());
        } else {
            afterChange(operation, List.of(recordOfChange(operation, outcome)));
        }
    }

    private void afterSignature(Operation operation, List<Signature> signatures) {
        List<AuditRecord> made = new ArrayList<>();
        for (int i = 0; i < signatures.size(); i++) {
            made.add(signature(operation, AuditEvent.SIGNATURE_GENERATED, "done", i, signatures.get(i))
                    .build());
        }
        try {
            orLetGo(made, () -> log.write(made));
            requireAnnounced(operation);
        } catch (AuditUnavailableException e) {
            List<AuditRecord> withheld = new ArrayList<>();
            for (int i = 0; i < signatures.size(); i++) {
                withheld.add(signature(operation, AuditEvent.SIGNATURE_WITHHELD, "withheld", i, signatures.get(i))
                        .text("reason", e.getMessage())
                        .build());
            }
            log.writeEventually(withheld);
            throw new AuditUnavailableException(
                    "A signature of key " + operation.keyId().orElse("?") + " in " + operation.store()
                            + " is withheld: " + e.getMessage(),
                    e);
        }
    }

    /** The announcement went into the log before, unless the disk failed in between; then it is on record nowhere. */
    private void requireAnnounced(Operation operation) {
        Entry announcement = announced.remove(operation.id());
        boolean failsOpen = options.mode() == AuditMode.FAIL_OPEN; // then its loss is counted, and that is all
        if (announcement == null || announcement.isDurable() || failsOpen) {
            return;
        }
        throw new AuditUnavailableException(
                "The audit log failed in the middle of this: " + announcement.failure() + ".", announcement.failure());
    }

    private void afterVerification(Operation operation, Verification answer) {
        AuditRecord.Builder record = record(
                        operation,
                        AuditEvent.VERIFICATION_PERFORMED,
                        answer.status().name().toLowerCase(Locale.ROOT),
                        answer.key().or(operation::key))
                .text("digest", operation.digests().stream().findFirst())
                .text("signature_sha256", operation.signature().map(AuditInterceptor::sha256))
                .text("key_state", answer.state().map(KeyState::name));
        if (!answer.isValid()) {
            record.text("reason", answer.reason());
        }
        List<AuditRecord> performed = List.of(record.build());
        orLetGo(performed, () -> {
            if (options.verificationsAwaited()) {
                log.write(performed);
            } else {
                log.writeLater(performed);
            }
        });
    }

    private void afterDenial(Operation operation, Outcome.Denied denied) {
        AuditRecord.Builder record = record(operation, AuditEvent.DENIED, "denied")
                .text("reason", denied.why().getMessage());
        operation
                .key()
                .ifPresent(key -> record.text("key_state", key.state().name())
                        .text("compromised_since", key.compromisedSince().map(CompromisedSince::toString)));
        List<AuditRecord> refused = List.of(record.build());
        if (operation.type().isUse() && !mayNotBeHeldUp(operation)) {
            orLetGo(refused, () -> log.writeLater(refused));
        } else {
            afterChange(operation, refused);
        }
    }

    private void afterFailure(Operation operation, Throwable why) {
        AuditEvent event = operation.type().isUse() ? AuditEvent.OPERATION_FAILED : AuditEvent.CHANGE_FAILED;
        List<AuditRecord> failed = List.of(record(operation, event, "failed")
                .text("reason", why.getMessage() == null ? why.getClass().getName() : why.getMessage())
                .build());
        if (operation.type().isUse()) {
            orLetGo(failed, () -> log.writeLater(failed));
        } else {
            afterChange(operation, failed);
        }
    }

    private void afterChange(Operation operation, List<AuditRecord> records) {
        if (mayNotBeHeldUp(operation)) {
            log.writeEventually(records);
        } else {
            orLetGo(records, () -> log.write(records));
        }
    }

    private AuditRecord recordOfChange(Operation operation, Outcome outcome) {
        if (outcome instanceof Outcome.Changed changed) {
            KeyState to = changed.key().state();
            return record(operation, eventOf(operation.type(), hasMoved(changed)), "done", Optional.of(changed.key()))
                    .text("from_state", changed.from().map(KeyState::name))
                    .text("to_state", to.name())
                    .text("compromised_since", changed.key().compromisedSince().map(CompromisedSince::toString))
                    .build();
        }
        if (outcome instanceof Outcome.Promoted promoted) {
            boolean won =
                    operation.keyId().map(promoted.holder().value()::equals).orElse(true);
            return record(operation, AuditEvent.KEY_ROTATED, won ? "done" : "lost")
                    .number("generation", promoted.position().generation())
                    .text("holder", promoted.holder().value())
                    .build();
        }
        String detail = ((Outcome.Done) outcome).detail();
        return record(operation, eventOf(operation.type(), false), "done")
                .text("detail", detail)
                .build();
    }

    private static AuditEvent eventOf(OperationType type, boolean moved) {
        return switch (type) {
            case GENERATE -> AuditEvent.KEY_GENERATED;
            case IMPORT -> AuditEvent.KEY_IMPORTED;
            case COMPROMISE -> AuditEvent.KEY_COMPROMISED;
            case PROMOTE, ROTATE -> AuditEvent.KEY_ROTATED;
            case DISCARD -> AuditEvent.KEY_DISCARDED;
            case REENCRYPT -> AuditEvent.KEY_REENCRYPTED;
            case BACK_UP -> AuditEvent.KEY_BACKED_UP;
            case ATTEST -> AuditEvent.KEY_ATTESTED;
            default -> moved ? AuditEvent.KEY_STATE_CHANGED : AuditEvent.KEY_UPDATED;
        };
    }

    // --- the fields

    private List<AuditRecord> forEachInput(Operation operation, AuditEvent event, String outcome) {
        List<AuditRecord> records = new ArrayList<>();
        for (String digest : operation.digests()) {
            records.add(record(operation, event, outcome).text("digest", digest).build());
        }
        return records;
    }

    private AuditRecord.Builder signature(
            Operation operation, AuditEvent event, String outcome, int index, Signature signature) {
        return record(operation, event, outcome)
                .text("digest", operation.digests().get(index))
                .text("signature_sha256", sha256(signature.value()))
                .text("provider_request_id", signature.requestId());
    }

    private AuditRecord.Builder record(Operation operation, AuditEvent event, String outcome) {
        return record(operation, event, outcome, operation.key());
    }

    private AuditRecord.Builder record(
            Operation operation, AuditEvent event, String outcome, Optional<KeyMetadata> key) {
        AuditRecord.Builder record = AuditRecord.builder(now(), event)
                .text("operation", lower(operation.type()))
                .text("op_id", operation.id())
                .text("parent_op_id", operation.parent().map(Operation::id))
                .text("parent_operation", operation.parent().map(parent -> lower(parent.type())))
                .text("outcome", outcome)
                .text("purpose", operation.purpose().map(SignPurpose::name))
                .text("store", operation.store())
                .text("key_id", key.map(known -> known.id().value()).or(operation::keyId))
                .text("fingerprint", key.map(KeyMetadata::fingerprint))
                .text("ring", operation.ring().map(KeyName::value))
                .text("algorithm", operation.algorithm().map(SignatureAlgorithm::name));
        operation.caller().ifPresent(caller -> caller(record, caller));
        if (!event.type().equals(EventType.KEY_USAGE)) {
            record.text("reason", operation.reason());
        }
        return record;
    }

    private void caller(AuditRecord.Builder record, Caller caller) {
        record.text("user_id", pseudonyms.of("user_id", caller.userId()))
                .text("ip_address", caller.ip().map(ip -> pseudonyms.of("ip_address", ip)))
                .text("user_agent", caller.userAgent().map(agent -> pseudonyms.of("user_agent", agent)))
                .text("correlation_id", caller.correlationId());
    }

    private Instant now() {
        return options.clock().instant();
    }

    private static String lower(OperationType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static String sha256(byte[] signature) {
        return Sha256.hex(signature);
    }
}
