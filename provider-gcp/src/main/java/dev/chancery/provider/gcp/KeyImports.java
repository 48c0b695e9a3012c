package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.ImportCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.ByteString;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyStateException;
import dev.chancery.provider.gcp.client.Kms.Call;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.ImportsKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.RsaAesKeyWrap;
import java.security.PublicKey;
import java.util.Optional;

/** Takes keys in, as versions that come wrapped. */
record KeyImports(Place place, KeyMaker maker) implements ImportsKeys {
    /** The job comes first: without one, no CryptoKey is made that would stay bare. */
    @Override
    public StoredKey importKey(ImportKey order) {
        String name = order.name().value();
        CryptoKey template = maker.template(order.spec(), order.record());
        ProtectionLevel protection = place.requests()
                .cryptoKey(name)
                .orElse(template)
                .getVersionTemplate()
                .getProtectionLevel();
        ProtectionLevel known =
                protection == ProtectionLevel.PROTECTION_LEVEL_UNSPECIFIED ? ProtectionLevel.SOFTWARE : protection;
        ImportJobs jobs = new ImportJobs(place);
        ImportJob job = jobs.require(known);
        String what = "Importing a version of CryptoKey " + name;
        return maker.make(name, template, order.record(), new KeyMaker.Source(false, key -> {
            CryptoKeyVersion made = send(what, key, job, order)
                    .or(() -> send(what, key, jobs.make(known), order)) // the first has expired meanwhile
                    .orElseThrow(() -> new KeyStateException(what + " in " + place.location()
                            + " failed: Google takes no such import for it. Look at it (`gcloud kms keys describe`), or choose"
                            + " another name."));
            return place.requests().requireOf(name, what, made);
        }));
    }

    private Optional<CryptoKeyVersion> send(String what, CryptoKey key, ImportJob job, ImportKey order) {
        byte[] wrapped = RsaAesKeyWrap.wrap(order.privateKey(), wrappingKey(job));
        var request = ImportCryptoKeyVersionRequest.newBuilder()
                .setParent(key.getName())
                .setAlgorithm(key.getVersionTemplate().getAlgorithm())
                .setImportJob(job.getName())
                .setWrappedKey(ByteString.copyFrom(wrapped))
                .build();
        return place.kms()
                .callOnceUnless(
                        Requests.NOT_IN_THIS_STATE,
                        place.uri().deadline(),
                        Call.of(what, client -> client.importCryptoKeyVersionCallable(), request));
    }

    private static PublicKey wrappingKey(ImportJob job) {
        return (job.getImportMethod() == ImportJob.ImportMethod.RSA_OAEP_4096_SHA256_AES_256
                        ? KeySpec.RSA_4096
                        : KeySpec.RSA_3072)
                .publicKey(job.getPublicKey().getPem());
    }
}
