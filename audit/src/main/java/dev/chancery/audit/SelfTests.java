package dev.chancery.audit;

import dev.chancery.interception.SignPurpose;

/** Signatures over core's own random bytes: health checks at night, by whoever watches. Core says so, no caller can. */
final class SelfTests {
    private SelfTests() {}

    static boolean includes(AuditRecord record) {
        return record.field("purpose")
                .filter(SignPurpose.SELF_TEST.name()::equals)
                .isPresent();
    }
}
