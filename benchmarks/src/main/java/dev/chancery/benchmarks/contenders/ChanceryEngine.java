package dev.chancery.benchmarks.contenders;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import dev.chancery.signature.VerifyOptions;

/** Chancery's file store. */
record ChanceryEngine(Signer signer, Verifier verifier, VerifyOptions options) implements Engine {

    static Contender.Session open(SigningKeys keys, Workload workload, String jcaProvider, VerifyAfterSign rule) {
        KeyStore store = KeyStores.open(
                keys.directory(),
                KeyStoreOptions.builder()
                        .jcaProvider(jcaProvider)
                        .policy(KeyPolicy.DEFAULT.withVerifyAfterSign(rule))
                        .build());
        KeyId id = store.resolve(SigningKeys.name(workload.spec()));
        Engine engine = new ChanceryEngine(
                store.signer(id, workload.algorithm()),
                store.verifier(id),
                VerifyOptions.DEFAULT.withAlgorithm(workload.algorithm()));
        return new Contender.Session() {
            @Override
            public Engine engine() {
                return engine;
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }

    @Override
    public byte[] sign(byte[] message) {
        return signer.sign(message).value();
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
        return verifier.verify(message, signature, options).isValid();
    }
}
