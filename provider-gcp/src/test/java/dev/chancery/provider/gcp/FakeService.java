package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.AsymmetricSignResponse;
import com.google.cloud.kms.v1.ChecksummedData;
import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.CreateImportJobRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.DestroyCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.Digest.DigestCase;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.GetImportJobRequest;
import com.google.cloud.kms.v1.GetPublicKeyRequest;
import com.google.cloud.kms.v1.ImportCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.KeyManagementServiceGrpc.KeyManagementServiceImplBase;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsResponse;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import com.google.cloud.kms.v1.ListCryptoKeysResponse;
import com.google.cloud.kms.v1.ListImportJobsRequest;
import com.google.cloud.kms.v1.ListImportJobsResponse;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.cloud.kms.v1.PublicKey;
import com.google.cloud.kms.v1.RestoreCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyVersionRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Timestamp;
import dev.chancery.provider.gcp.FakeCryptoKey.FakeVersion;
import dev.chancery.provider.gcp.Faults.Fault;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.bouncycastle.crypto.InvalidCipherTextException;

/** What the fake KMS answers. A request that Google would not take is refused, and noted where a client of ours must not send it. */
final class FakeService extends KeyManagementServiceImplBase {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,63}");
    private static final Pattern LABEL_KEY = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final Pattern LABEL_VALUE = Pattern.compile("[a-z0-9_-]{0,63}");
    private static final Pattern RESOURCE = Pattern.compile(
            Pattern.quote(FakeKms.KEY_RING) + "/cryptoKeys/([a-zA-Z0-9_-]{1,63})(?:/cryptoKeyVersions/([1-9][0-9]*))?");
    private static final int MOST_LABELS = 64;
    private static final int LONGEST_DATA = 65536;
    private static final long LEAST_WINDOW = 86_400;

    private final FakeKms kms;

    FakeService(FakeKms kms) {
        this.kms = kms;
    }

    // --- how a request is answered

    private <A> void answer(String operation, StreamObserver<A> out, Function<Optional<Fault>, A> work) {
        kms.count(operation);
        kms.begin();
        Runnable send;
        try {
            kms.faults().takeMeanwhile(operation).ifPresent(Runnable::run);
            Optional<StatusRuntimeException> refusal = kms.faults().refusal(operation);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            if (kms.denied.contains(operation)) {
                throw Status.PERMISSION_DENIED
                        .withDescription(
                                "Permission 'cloudkms." + operation + "' denied on resource (or it may not exist).")
                        .asRuntimeException();
            }
            Optional<Fault> fault = kms.faults().take(operation);
            if (fault.equals(Optional.of(Fault.LOST_BEFORE))) {
                throw Status.UNAVAILABLE.withDescription("io exception").asRuntimeException();
            }
            A answer = kms.locked(() -> work.apply(fault));
            kms.faults().delay();
            if (fault.equals(Optional.of(Fault.HANG))) {
                kms.end();
                return;
            }
            if (fault.equals(Optional.of(Fault.LOST_AFTER_COMMIT))) {
                throw Status.UNAVAILABLE
                        .withDescription("Connection reset by peer")
                        .asRuntimeException();
            }
            send = () -> {
                out.onNext(answer);
                out.onCompleted();
            };
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT && kms.labels) {
                kms.problems().add(operation + ": " + e.getStatus().getDescription());
            }
            send = () -> out.onError(e);
        } catch (RuntimeException | Error e) {
            kms.problems().add(operation + " broke the fake: " + e);
            send = () -> out.onError(Status.INTERNAL.withCause(e).asRuntimeException());
        }
        kms.end(); // before the client knows, who may ask again at once
        send.run();
    }

    private static StatusRuntimeException invalid(String why) {
        return Status.INVALID_ARGUMENT.withDescription(why).asRuntimeException();
    }

    private static StatusRuntimeException precondition(String why) {
        return Status.FAILED_PRECONDITION.withDescription(why).asRuntimeException();
    }

    private static StatusRuntimeException notFound(String resource) {
        return Status.NOT_FOUND.withDescription(resource + " not found.").asRuntimeException();
    }

    private FakeCryptoKey cryptoKey(String resource) {
        Matcher matcher = RESOURCE.matcher(resource);
        if (!matcher.matches() || matcher.group(2) != null) {
            throw invalid("'" + resource + "' names no CryptoKey.");
        }
        FakeCryptoKey key = kms.cryptoKeys().get(matcher.group(1));
        if (key == null) {
            throw notFound(resource);
        }
        return key;
    }

    private FakeVersion version(String resource) {
        Matcher matcher = RESOURCE.matcher(resource);
        if (!matcher.matches() || matcher.group(2) == null) {
            throw invalid("'" + resource + "' names no CryptoKeyVersion.");
        }
        FakeCryptoKey key = kms.cryptoKeys().get(matcher.group(1));
        int number = Integer.parseInt(matcher.group(2));
        if (key == null || number > key.versions.size()) {
            throw notFound(resource);
        }
        return key.versions.get(number - 1);
    }

    private static boolean stale(Optional<Fault> fault) {
        return fault.equals(Optional.of(Fault.STALE));
    }

    private static String named(String resource, Optional<Fault> fault) {
        return fault.equals(Optional.of(Fault.WRONG_NAME)) ? resource + "9" : resource;
    }

    // --- looking

    @Override
    public void getCryptoKey(GetCryptoKeyRequest request, StreamObserver<CryptoKey> out) {
        answer("GetCryptoKey", out, fault -> {
            CryptoKey key = cryptoKey(request.getName()).shown(stale(fault));
            return key.toBuilder().setName(named(key.getName(), fault)).build();
        });
    }

    @Override
    public void getCryptoKeyVersion(GetCryptoKeyVersionRequest request, StreamObserver<CryptoKeyVersion> out) {
        answer("GetCryptoKeyVersion", out, fault -> {
            FakeVersion version = version(request.getName());
            if (version.pendingLooks > 0 && --version.pendingLooks == 0) {
                version.now = version.now.toBuilder()
                        .setState(CryptoKeyVersionState.ENABLED)
                        .build();
            }
            return version.now.toBuilder()
                    .setName(named(version.now.getName(), fault))
                    .build();
        });
    }

    @Override
    public void listCryptoKeys(ListCryptoKeysRequest request, StreamObserver<ListCryptoKeysResponse> out) {
        answer("ListCryptoKeys", out, fault -> {
            if (!request.getParent().equals(FakeKms.KEY_RING)) {
                throw notFound(request.getParent());
            }
            List<CryptoKey> all = kms.cryptoKeys().values().stream()
                    .map(key -> key.shown(stale(fault)))
                    .sorted(Comparator.comparing(CryptoKey::getName))
                    .toList();
            int from = offset(request.getPageToken());
            int to = Math.min(all.size(), from + kms.pageSize);
            return ListCryptoKeysResponse.newBuilder()
                    .addAllCryptoKeys(all.subList(from, to))
                    .setNextPageToken(to < all.size() ? "from-" + to : "")
                    .setTotalSize(all.size())
                    .build();
        });
    }

    @Override
    public void listCryptoKeyVersions(
            ListCryptoKeyVersionsRequest request, StreamObserver<ListCryptoKeyVersionsResponse> out) {
        answer("ListCryptoKeyVersions", out, fault -> {
            // In the order of letters, as Google lists: 1, 10, 2.
            List<CryptoKeyVersion> all = cryptoKey(request.getParent()).versions.stream()
                    .map(version -> version.now)
                    .sorted(Comparator.comparing(CryptoKeyVersion::getName))
                    .toList();
            int from = offset(request.getPageToken());
            int to = Math.min(all.size(), from + kms.pageSize);
            return ListCryptoKeyVersionsResponse.newBuilder()
                    .addAllCryptoKeyVersions(all.subList(from, to))
                    .setNextPageToken(to < all.size() ? "from-" + to : "")
                    .setTotalSize(all.size())
                    .build();
        });
    }

    private static int offset(String token) {
        if (!token.isEmpty() && !token.matches("from-[0-9]+")) {
            throw invalid("This is no page token of ours: " + token);
        }
        return token.isEmpty() ? 0 : Integer.parseInt(token.substring("from-".length()));
    }

    @Override
    public void getPublicKey(GetPublicKeyRequest request, StreamObserver<PublicKey> out) {
        answer("GetPublicKey", out, fault -> {
            FakeVersion version = version(request.getName());
            requireEnabled(version);
            String pem = FakeImports.pem(version.material.pair().getPublic());
            boolean raw = version.now.getAlgorithm().name().startsWith("PQ_");
            if (raw != (request.getPublicKeyFormat() == PublicKey.PublicKeyFormat.NIST_PQC)) {
                throw invalid(version.now.getAlgorithm() + " has no public key in this format.");
            }
            PublicKey.Builder answer = PublicKey.newBuilder()
                    .setName(named(request.getName(), fault))
                    .setPem(pem)
                    .setAlgorithm(version.now.getAlgorithm())
                    .setProtectionLevel(version.now.getProtectionLevel())
                    .setPemCrc32C(checksum(ByteString.copyFromUtf8(pem), fault));
            if (raw) {
                ByteString bytes = version.material.rawPublicKey();
                answer.clearPem()
                        .clearPemCrc32C()
                        .setPublicKeyFormat(request.getPublicKeyFormat())
                        .setPublicKey(
                                ChecksummedData.newBuilder().setData(bytes).setCrc32CChecksum(checksum(bytes, fault)));
            }
            return fault.equals(Optional.of(Fault.NO_CHECKSUM))
                    ? answer.clearPemCrc32C().build()
                    : answer.build();
        });
    }

    private static void requireEnabled(FakeVersion version) {
        if (version.now.getState() != CryptoKeyVersionState.ENABLED) {
            throw precondition(
                    version.now.getName() + " is not enabled, current state is: " + version.now.getState() + ".");
        }
    }

    /** Computed here, so that a mistake of the client's is none of the fake's. */
    private static Int64Value checksum(ByteString bytes, Optional<Fault> fault) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.toByteArray());
        return Int64Value.of(
                fault.equals(Optional.of(Fault.WRONG_CHECKSUM)) ? checksum.getValue() ^ 1 : checksum.getValue());
    }

    // --- making

    @Override
    public void createCryptoKey(CreateCryptoKeyRequest request, StreamObserver<CryptoKey> out) {
        answer("CreateCryptoKey", out, fault -> {
            CryptoKey wanted = request.getCryptoKey();
            if (!request.getParent().equals(FakeKms.KEY_RING)) {
                throw notFound(request.getParent());
            }
            if (!NAME.matcher(request.getCryptoKeyId()).matches()) {
                throw invalid("crypto_key_id must match " + NAME);
            }
            if (kms.cryptoKeys().containsKey(request.getCryptoKeyId())) {
                throw Status.ALREADY_EXISTS
                        .withDescription("CryptoKey " + request.getCryptoKeyId() + " already exists.")
                        .asRuntimeException();
            }
            if (!kms.labels && wanted.getLabelsCount() > 0) {
                throw Status.UNIMPLEMENTED
                        .withDescription("field not supported: crypto_key.labels")
                        .asRuntimeException();
            }
            if (wanted.getPurpose() != CryptoKeyPurpose.ASYMMETRIC_SIGN
                    || wanted.getVersionTemplate().getAlgorithm()
                            == CryptoKeyVersionAlgorithm.CRYPTO_KEY_VERSION_ALGORITHM_UNSPECIFIED
                    || wanted.hasPrimary()
                    || wanted.hasRotationPeriod()) {
                throw invalid("A key that signs has a purpose and an algorithm, and neither primary nor rotation.");
            }
            if (wanted.hasDestroyScheduledDuration()
                    && wanted.getDestroyScheduledDuration().getSeconds() < LEAST_WINDOW) {
                throw invalid("destroy_scheduled_duration is 24 hours at least.");
            }
            requireLabels(wanted.getLabelsMap());
            FakeCryptoKey made = new FakeCryptoKey(wanted.toBuilder()
                    .setName(FakeKms.KEY_RING + "/cryptoKeys/" + request.getCryptoKeyId())
                    .setCreateTime(now())
                    .build());
            kms.cryptoKeys().put(request.getCryptoKeyId(), made);
            if (!request.getSkipInitialVersionCreation()) {
                addVersion(kms, made);
            }
            return made.now;
        });
    }

    static CryptoKey newCryptoKey(String name, CryptoKeyVersionAlgorithm algorithm, ProtectionLevel protection) {
        return CryptoKey.newBuilder()
                .setName(FakeKms.KEY_RING + "/cryptoKeys/" + name)
                .setPurpose(CryptoKeyPurpose.ASYMMETRIC_SIGN)
                .setVersionTemplate(CryptoKeyVersionTemplate.newBuilder()
                        .setAlgorithm(algorithm)
                        .setProtectionLevel(protection))
                .build();
    }

    static void add(FakeKms kms, String name, CryptoKey wanted) {
        FakeCryptoKey key = new FakeCryptoKey(wanted);
        kms.cryptoKeys().put(name, key);
        addVersion(kms, key);
    }

    static FakeVersion addVersion(FakeKms kms, FakeCryptoKey key) {
        CryptoKeyVersionAlgorithm algorithm = key.now.getVersionTemplate().getAlgorithm();
        String kind = FakeMaterial.kind(algorithm);
        KeyPair pair = FakeMaterial.pair(kind, kms.nextNumber(kind));
        return addVersion(kms, key, new FakeMaterial(algorithm, pair), CryptoKeyVersionState.PENDING_GENERATION);
    }

    private static FakeVersion addVersion(
            FakeKms kms, FakeCryptoKey key, FakeMaterial material, CryptoKeyVersionState pending) {
        FakeVersion version = new FakeVersion(
                material,
                CryptoKeyVersion.newBuilder()
                        .setName(key.now.getName() + "/cryptoKeyVersions/" + (key.versions.size() + 1))
                        .setState(kms.pendingLooks > 0 ? pending : CryptoKeyVersionState.ENABLED)
                        .setAlgorithm(material.algorithm())
                        .setProtectionLevel(key.now.getVersionTemplate().getProtectionLevel())
                        .setCreateTime(now())
                        .build(),
                kms.pendingLooks);
        key.versions.add(version);
        return version;
    }

    private static Timestamp now() {
        Instant now = Instant.now();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    @Override
    public void createCryptoKeyVersion(CreateCryptoKeyVersionRequest request, StreamObserver<CryptoKeyVersion> out) {
        answer("CreateCryptoKeyVersion", out, fault -> {
            if (!request.getCryptoKeyVersion().equals(CryptoKeyVersion.getDefaultInstance())) {
                throw invalid("A version of a key in Google's own hands is described by its CryptoKey alone.");
            }
            return addVersion(kms, cryptoKey(request.getParent())).now;
        });
    }

    private static void requireLabels(Map<String, String> labels) {
        if (labels.size() > MOST_LABELS) {
            throw invalid("There are " + labels.size() + " labels; a resource has 64 at most.");
        }
        labels.forEach((key, value) -> {
            if (!LABEL_KEY.matcher(key).matches() || !LABEL_VALUE.matcher(value).matches()) {
                throw invalid("No label of Google's: " + key + "=" + value);
            }
        });
    }

    // --- changing

    @Override
    public void updateCryptoKey(UpdateCryptoKeyRequest request, StreamObserver<CryptoKey> out) {
        answer("UpdateCryptoKey", out, fault -> {
            FakeCryptoKey key = cryptoKey(request.getCryptoKey().getName());
            if (request.getUpdateMask().getPathsList().equals(List.of("version_template.algorithm"))) {
                key.now = key.now.toBuilder()
                        .setVersionTemplate(key.now.getVersionTemplate().toBuilder()
                                .setAlgorithm(request.getCryptoKey()
                                        .getVersionTemplate()
                                        .getAlgorithm()))
                        .build();
            } else if (kms.labels && request.getUpdateMask().getPathsList().equals(List.of("labels"))) {
                requireLabels(request.getCryptoKey().getLabelsMap());
                key.setLabels(request.getCryptoKey().getLabelsMap());
            } else {
                throw invalid("unsupported update path: " + request.getUpdateMask());
            }
            return key.now;
        });
    }

    @Override
    public void updateCryptoKeyVersion(UpdateCryptoKeyVersionRequest request, StreamObserver<CryptoKeyVersion> out) {
        answer("UpdateCryptoKeyVersion", out, fault -> {
            FakeVersion version = version(request.getCryptoKeyVersion().getName());
            CryptoKeyVersionState to = request.getCryptoKeyVersion().getState();
            if (!request.getUpdateMask().getPathsList().equals(List.of("state"))
                    || Stream.of(CryptoKeyVersionState.ENABLED, CryptoKeyVersionState.DISABLED)
                            .noneMatch(to::equals)) {
                throw invalid("Only the state can be updated, to ENABLED or DISABLED.");
            }
            requireSwitchable(version);
            version.now = version.now.toBuilder().setState(to).build();
            return version.now;
        });
    }

    private static void requireSwitchable(FakeVersion version) {
        CryptoKeyVersionState from = version.now.getState();
        if (from != CryptoKeyVersionState.ENABLED && from != CryptoKeyVersionState.DISABLED) {
            throw precondition(version.now.getName() + " has the state " + from + ".");
        }
    }

    @Override
    public void destroyCryptoKeyVersion(DestroyCryptoKeyVersionRequest request, StreamObserver<CryptoKeyVersion> out) {
        answer("DestroyCryptoKeyVersion", out, fault -> {
            FakeVersion version = version(request.getName());
            requireSwitchable(version);
            version.now = version.now.toBuilder()
                    .setState(CryptoKeyVersionState.DESTROY_SCHEDULED)
                    .setDestroyTime(now())
                    .build();
            return version.now;
        });
    }

    @Override
    public void restoreCryptoKeyVersion(RestoreCryptoKeyVersionRequest request, StreamObserver<CryptoKeyVersion> out) {
        answer("RestoreCryptoKeyVersion", out, fault -> {
            FakeVersion version = version(request.getName());
            if (version.now.getState() != CryptoKeyVersionState.DESTROY_SCHEDULED) {
                throw precondition(version.now.getName() + " is not scheduled for destruction.");
            }
            version.now = version.now.toBuilder()
                    .setState(CryptoKeyVersionState.DISABLED)
                    .clearDestroyTime()
                    .build();
            return version.now;
        });
    }

    // --- taking in

    @Override
    public void listImportJobs(ListImportJobsRequest request, StreamObserver<ListImportJobsResponse> out) {
        answer(
                "ListImportJobs",
                out,
                fault -> ListImportJobsResponse.newBuilder()
                        .addAllImportJobs(kms.imports.jobs.values())
                        .build());
    }

    @Override
    public void getImportJob(GetImportJobRequest request, StreamObserver<ImportJob> out) {
        answer("GetImportJob", out, fault -> {
            ImportJob job = kms.imports.look(request.getName());
            if (job == null) {
                throw notFound(request.getName());
            }
            return job.toBuilder().setName(named(job.getName(), fault)).build();
        });
    }

    @Override
    public void createImportJob(CreateImportJobRequest request, StreamObserver<ImportJob> out) {
        answer("CreateImportJob", out, fault -> {
            String name = request.getParent() + "/importJobs/" + request.getImportJobId();
            if (kms.imports.jobs.containsKey(name)) {
                throw Status.ALREADY_EXISTS.asRuntimeException();
            }
            if (!request.getParent().equals(FakeKms.KEY_RING)
                    || !NAME.matcher(request.getImportJobId()).matches()
                    || request.getImportJob().getImportMethod() == ImportJob.ImportMethod.IMPORT_METHOD_UNSPECIFIED
                    || request.getImportJob().getProtectionLevel() == ProtectionLevel.PROTECTION_LEVEL_UNSPECIFIED) {
                throw invalid("An import job has a name, a method and a protection level.");
            }
            return kms.imports.make(name, request.getImportJob());
        });
    }

    @Override
    public void importCryptoKeyVersion(ImportCryptoKeyVersionRequest request, StreamObserver<CryptoKeyVersion> out) {
        answer("ImportCryptoKeyVersion", out, fault -> {
            FakeCryptoKey key = cryptoKey(request.getParent());
            ImportJob job = kms.imports.jobs.get(request.getImportJob());
            if (job == null) {
                throw notFound(request.getImportJob());
            }
            ProtectionLevel own = key.now.getVersionTemplate().getProtectionLevel();
            if (job.getState() != ImportJob.ImportJobState.ACTIVE
                    || (own != ProtectionLevel.PROTECTION_LEVEL_UNSPECIFIED && own != job.getProtectionLevel())) {
                throw precondition("The import job is " + job.getState() + ", for " + job.getProtectionLevel() + ".");
            }
            try {
                FakeMaterial material = kms.imports.unwrap(
                        request.getImportJob(), request.getWrappedKey().toByteArray(), request.getAlgorithm());
                return addVersion(kms, key, material, CryptoKeyVersionState.PENDING_IMPORT).now;
            } catch (InvalidCipherTextException e) {
                throw invalid("The wrapped key cannot be unwrapped: " + e.getMessage());
            }
        });
    }

    // --- signing

    @Override
    public void asymmetricSign(AsymmetricSignRequest request, StreamObserver<AsymmetricSignResponse> out) {
        answer("AsymmetricSign", out, fault -> {
            FakeVersion version = version(request.getName());
            requireEnabled(version);
            ByteString input = input(request, version.now.getAlgorithm());
            ByteString signature = ByteString.copyFrom(version.material.sign(input.toByteArray()));
            if (fault.equals(Optional.of(Fault.WRONG_SIGNATURE))) {
                signature = turnBit(signature);
            }
            AsymmetricSignResponse.Builder answer = AsymmetricSignResponse.newBuilder()
                    .setName(named(request.getName(), fault))
                    .setSignatureCrc32C(checksum(signature, fault))
                    .setSignature(fault.equals(Optional.of(Fault.CORRUPTED_SIGNATURE)) ? turnBit(signature) : signature)
                    .setVerifiedDigestCrc32C(request.hasDigestCrc32C())
                    .setVerifiedDataCrc32C(request.hasDataCrc32C())
                    .setProtectionLevel(version.now.getProtectionLevel());
            if (fault.equals(Optional.of(Fault.NO_CHECKSUM))) {
                answer.clearSignatureCrc32C();
            }
            if (fault.equals(Optional.of(Fault.NOT_VERIFIED))) {
                answer.setVerifiedDigestCrc32C(false).setVerifiedDataCrc32C(false);
            }
            return answer.build();
        });
    }

    private static ByteString turnBit(ByteString bytes) {
        byte[] turned = bytes.toByteArray();
        turned[turned.length - 1] ^= 1;
        return ByteString.copyFrom(turned);
    }

    /** Exactly one of digest and data, the one that the algorithm wants, with its checksum. */
    private static ByteString input(AsymmetricSignRequest request, CryptoKeyVersionAlgorithm algorithm) {
        boolean wantsData = algorithm.name().startsWith("RSA_SIGN_RAW")
                || algorithm.name().contains("ED25519")
                || algorithm.name().startsWith("PQ_");
        if (request.hasDigest() == !request.getData().isEmpty() && !wantsData) {
            throw invalid("Exactly one of digest and data must be set.");
        }
        if (request.hasDigest() == wantsData) {
            throw invalid(algorithm + " takes " + (wantsData ? "data" : "a digest") + ".");
        }
        if (wantsData && request.getData().size() > LONGEST_DATA) {
            throw invalid("The data is too long.");
        }
        ByteString input = wantsData ? request.getData() : digest(request, algorithm);
        boolean sent = wantsData ? request.hasDataCrc32C() : request.hasDigestCrc32C();
        Int64Value crc = wantsData ? request.getDataCrc32C() : request.getDigestCrc32C();
        if (!sent || !crc.equals(checksum(input, Optional.empty()))) {
            throw invalid("The checksum of the input is missing or wrong.");
        }
        return input;
    }

    private static ByteString digest(AsymmetricSignRequest request, CryptoKeyVersionAlgorithm algorithm) {
        DigestCase wanted =
                DigestCase.valueOf(algorithm.name().substring(algorithm.name().lastIndexOf('_') + 1));
        if (request.getDigest().getDigestCase() != wanted) {
            throw invalid(algorithm + " takes a digest of " + wanted + ".");
        }
        return switch (wanted) {
            case SHA256 -> request.getDigest().getSha256();
            case SHA384 -> request.getDigest().getSha384();
            default -> request.getDigest().getSha512();
        };
    }
}
