/** Every use of a key on record: tamper-evident, and durable before a signature is released. */
module dev.chancery.audit {
    requires transitive dev.chancery.core;
    requires com.fasterxml.jackson.core;
    requires org.jspecify;
    requires java.net.http;
    requires org.slf4j;

    exports dev.chancery.audit;
    exports dev.chancery.audit.alerts;
    exports dev.chancery.audit.anchor;
    exports dev.chancery.audit.checkpoint;
    exports dev.chancery.audit.export;
    exports dev.chancery.audit.health;
    exports dev.chancery.audit.options;
    exports dev.chancery.audit.reading;
    exports dev.chancery.audit.receipt;
    exports dev.chancery.audit.reconciliation;
    exports dev.chancery.audit.record;
    exports dev.chancery.audit.verification;
    exports dev.chancery.audit.witness;
}
