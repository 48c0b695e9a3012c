/** What a provider is tested with: the contract, stores in memory, faults, a clock, OpenSSL. */
module dev.chancery.testkit {
    requires transitive dev.chancery.core;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires transitive org.junit.jupiter.params;

    exports dev.chancery.testkit;
    exports dev.chancery.testkit.chapters;
    exports dev.chancery.testkit.faults;
    exports dev.chancery.testkit.memory;
    exports dev.chancery.testkit.rules;
    exports dev.chancery.testkit.store;
    exports dev.chancery.testkit.witness;

    // JUnit calls what opens and closes the store under test, which is nobody else's to call.
    opens dev.chancery.testkit to
            org.junit.platform.commons;

    provides dev.chancery.spi.KeyStoreProvider with
            dev.chancery.testkit.faults.FaultyKeyStoreProvider,
            dev.chancery.testkit.memory.BesideMemoryProvider,
            dev.chancery.testkit.memory.FieldwiseMemoryProvider,
            dev.chancery.testkit.memory.LockedMemoryProvider,
            dev.chancery.testkit.memory.VersionedMemoryProvider;
}
