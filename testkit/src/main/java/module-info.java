/** What a provider is tested with: the contract, an in-memory store, a clock, OpenSSL. */
module dev.chancery.testkit {
    requires transitive dev.chancery.core;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires transitive org.junit.jupiter.params;

    exports dev.chancery.testkit;

    // The rules are package-private interfaces whose methods JUnit calls.
    opens dev.chancery.testkit to
            org.junit.platform.commons;

    provides dev.chancery.spi.KeyStoreProvider with
            dev.chancery.testkit.InMemoryKeyStoreProvider;
}
