/** Archives of keys that stock gpg and tar read; restore, drill and escrow. */
module dev.chancery.backup {
    requires transitive dev.chancery.audit;
    requires com.fasterxml.jackson.core;
    requires io.nayuki.qrcodegen;
    requires java.desktop;
    requires org.apache.commons.compress;
    requires org.bouncycastle.pg;
    requires org.bouncycastle.provider;
    requires org.jspecify;

    exports dev.chancery.backup;
    exports dev.chancery.backup.archive;
    exports dev.chancery.backup.drill;
    exports dev.chancery.backup.escrow;
    exports dev.chancery.backup.plan;
}
