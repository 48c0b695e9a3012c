/** Keys in a directory; found by core; no module compiles against it. */
module dev.chancery.provider.file {
    requires dev.chancery.core;
    requires com.fasterxml.jackson.core;
    requires org.bouncycastle.provider;
    requires org.jspecify;
    requires org.slf4j;

    provides dev.chancery.spi.KeyStoreProvider with
            dev.chancery.provider.file.FileKeyStoreProvider;
    provides dev.chancery.spi.signing.KeyDecoder with
            dev.chancery.provider.file.PemKeyDecoder;
    provides dev.chancery.spi.signing.JcaProviderOffer with
            dev.chancery.provider.file.signing.CorrettoOffer,
            dev.chancery.provider.file.signing.BouncyCastleOffer;
}
