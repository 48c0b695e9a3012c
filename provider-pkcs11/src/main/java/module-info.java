/** Keys on PKCS#11 tokens; core finds them, and no module compiles against them. */
// The wrapper's jar has no module name of its own, and the standard is called PKCS #11.
@SuppressWarnings({"requires-automatic", "module"})
module dev.chancery.provider.pkcs11 {
    requires dev.chancery.core;
    requires ipkcs11wrapper;
    requires org.jnrproject.jffi;
    requires org.jspecify;
    requires org.slf4j;

    provides dev.chancery.spi.KeyStoreProvider with
            dev.chancery.provider.pkcs11.Pkcs11KeyStoreProvider;
}
