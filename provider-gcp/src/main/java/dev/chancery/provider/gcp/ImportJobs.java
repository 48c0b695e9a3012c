package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CreateImportJobRequest;
import com.google.cloud.kms.v1.GetImportJobRequest;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ImportJob.ImportJobState;
import com.google.cloud.kms.v1.ImportJob.ImportMethod;
import com.google.cloud.kms.v1.ListImportJobsRequest;
import com.google.cloud.kms.v1.ProtectionLevel;
import dev.chancery.error.KeyStateException;
import dev.chancery.provider.gcp.client.Kms.Call;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Import jobs: each has a key of Google's that wraps keys for their way there. A job lasts three days and cannot be deleted, so that one that is active is used
 * again: <a href="https://cloud.google.com/kms/docs/key-import">key import</a>.
 */
record ImportJobs(Place place) {
    private static final Set<ImportMethod> METHODS =
            Set.of(ImportMethod.RSA_OAEP_3072_SHA256_AES_256, ImportMethod.RSA_OAEP_4096_SHA256_AES_256);
    private static final long LEAST_LEFT_SECONDS = 60;

    /** One that is active for a while yet; a new one only where there is none. */
    ImportJob require(ProtectionLevel protection) {
        return list().stream()
                .filter(job -> METHODS.contains(job.getImportMethod()) && job.getProtectionLevel() == protection)
                .filter(ImportJobs::isActive)
                .findFirst()
                .orElseGet(() -> make(protection));
    }

    private static boolean isActive(ImportJob job) {
        return job.getState() == ImportJobState.ACTIVE
                && (!job.hasExpireTime()
                        || job.getExpireTime().getSeconds() > Instant.now().getEpochSecond() + LEAST_LEFT_SECONDS);
    }

    private List<ImportJob> list() {
        var request = ListImportJobsRequest.newBuilder().setParent(place.uri().keyRing());
        return place.kms()
                .list(
                        Set.of(),
                        "Listing the import jobs",
                        client -> client.listImportJobsPagedCallable(),
                        token -> request.setPageToken(token).build());
    }

    /** A new job, when Google has made its key. A job whose answer was lost is looked for by its name, which no other has. */
    ImportJob make(ProtectionLevel protection) {
        String id = "chancery-" + UUID.randomUUID();
        var request = CreateImportJobRequest.newBuilder()
                .setParent(place.uri().keyRing())
                .setImportJobId(id)
                .setImportJob(ImportJob.newBuilder()
                        .setImportMethod(ImportMethod.RSA_OAEP_3072_SHA256_AES_256)
                        .setProtectionLevel(protection))
                .build();
        String name = place.uri().keyRing() + "/importJobs/" + id;
        var unused = place.kms()
                .callUnless(
                        Requests.TAKEN,
                        Call.about(name, "Making an import job", client -> client.createImportJobCallable(), request));
        return await(name);
    }

    private ImportJob await(String name) {
        var request = GetImportJobRequest.newBuilder().setName(name).build();
        var look = Call.about(name, "Looking up the import job", client -> client.getImportJobCallable(), request);
        ImportJob made = place.awaitMade(
                "The import job " + name,
                "Try again",
                () -> place.kms().call(look),
                job -> job.getState() == ImportJobState.PENDING_GENERATION);
        if (!isActive(made)) {
            throw new KeyStateException("The import job " + name + " is " + made.getState() + " already. Try again.");
        }
        return made;
    }
}
