package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditRecord;
import dev.chancery.interception.SignPurpose;

/** Signatures over core's own random bytes: health checks at night, by a monitor. Core says so, no caller can. */
final class SelfTests {
    private SelfTests() {}

    static boolean includes(AuditRecord record) {
        return record.field("purpose")
                .filter(SignPurpose.SELF_TEST.name()::equals)
                .isPresent();
    }
}
