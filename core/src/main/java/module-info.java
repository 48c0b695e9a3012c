/** Keys that sign: the API of applications, and the SPI of providers. JCA only. */
module dev.chancery.core {
    requires transitive org.jspecify;
    requires static transitive jdk.httpserver;
    requires org.slf4j;

    exports dev.chancery;
    exports dev.chancery.algorithm;
    exports dev.chancery.caller;
    exports dev.chancery.error;
    exports dev.chancery.health;
    exports dev.chancery.interception;
    exports dev.chancery.inventory;
    exports dev.chancery.key;
    exports dev.chancery.options;
    exports dev.chancery.policy;
    exports dev.chancery.readiness;
    exports dev.chancery.rotation;
    exports dev.chancery.signature;
    exports dev.chancery.spi;
    exports dev.chancery.spi.directory;
    exports dev.chancery.spi.files;
    exports dev.chancery.spi.records;
    exports dev.chancery.spi.replicas;
    exports dev.chancery.spi.signing;
    exports dev.chancery.spi.support;

    uses dev.chancery.spi.signing.JcaProviderOffer;
    uses dev.chancery.spi.signing.KeyDecoder;
    uses dev.chancery.spi.KeyStoreProvider;
    uses dev.chancery.spi.NotifierProvider;
}
