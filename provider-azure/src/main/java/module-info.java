/** Keys in Azure Key Vault and Managed HSM; found by core. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.chancery.provider.azure {
    requires transitive dev.chancery.core;
    requires transitive com.azure.core;
    requires com.azure.core.http.jdk.httpclient;
    requires com.azure.identity;
    requires com.azure.security.keyvault.keys;
    requires java.net.http;
    requires org.jspecify;
    requires org.slf4j;
    requires reactor.core;

    exports dev.chancery.provider.azure;

    provides dev.chancery.spi.KeyStoreProvider with
            dev.chancery.provider.azure.AzureKeyStoreProvider;
}
