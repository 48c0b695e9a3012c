package com.example.contracts;

import dev.chancery.CompromiseReport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditedKeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.caller.Caller;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Period;
import java.util.List;
import java.util.Optional;

/** The code of docs/get-started.md, which shows it piece by piece. */
public final class GetStarted {
    private GetStarted() {}

    public static void main(String[] args) throws IOException {
        Path home = Path.of(args.length == 0 ? "." : args[0]);
        Path contract = Files.writeString(home.resolve("contract.txt"), "Alice pays 100 to Bob.\n");
        sign(home, contract);
        verifyElsewhere(home, contract);
        try (KeyStore keys = KeyStores.open(home.resolve("keys"))) {
            Signature old = rotate(keys, contract);
            replace(keys, contract, old);
            meetErrors(keys, old.keyId());
        }
        obeyPolicy(home, args.length < 2 ? Path.of("policy.properties") : Path.of(args[1]));
        record(home, contract);
    }

    private static void sign(Path home, Path contract) throws IOException {
        try (KeyStore keys = KeyStores.open(home.resolve("keys"))) {
            KeyMetadata key = keys.generate(KeyRequest.of(KeySpec.EC_P256, "contracts-2026"));

            Signature signature = keys.signer("contracts-2026").sign(contract);
            Files.write(home.resolve("contract.sig"), signature.value());

            Verification answer = keys.verifier("contracts-2026").verify(contract, signature);
            System.out.println(answer.isValid() + ": " + signature.algorithm() + " by " + key.id());
        }
    }

    private static void verifyElsewhere(Path home, Path contract) throws IOException {
        Verifier verifier = Verifier.ofPem(home.resolve("keys/public/contracts-2026.pub"));
        byte[] signature = Files.readAllBytes(home.resolve("contract.sig"));

        Verification answer = verifier.verify(Files.readAllBytes(contract), signature);
        System.out.println(answer.reason());
    }

    private static Signature rotate(KeyStore keys, Path contract) throws IOException {
        keys.generate(KeyRequest.builder(KeySpec.EC_P384).ring("invoices").build());
        Signer signer = keys.signer("invoices"); // follows every rotation: keep it for the life of the application
        Verifier verifier = keys.verifier("invoices"); // takes the signatures of all keys of the ring

        Signature old = signer.sign(contract);
        Rotation rotation = keys.ring("invoices").rotate();
        Signature recent = signer.sign(contract);

        System.out.println("Now generation " + rotation.generation() + ", whose signature is "
                + verifier.verify(contract, recent).status() + "; the one before is "
                + verifier.verify(contract, old).status() + ".");
        return old;
    }

    private static void replace(KeyStore keys, Path contract, Signature old) throws IOException {
        CompromiseReport report = keys.compromise(old.keyId(), "laptop stolen");

        report.leftToDo().forEach(System.err::println); // what a person has to do now
        Verification answer = keys.verifier("invoices").verify(contract, old);
        System.out.println(answer.status() + ", complete: " + report.isComplete());
    }

    private static void meetErrors(KeyStore keys, KeyId compromised) {
        try {
            keys.signer(compromised).sign(new byte[] {1, 2, 3});
        } catch (KeyStateException e) {
            System.out.println("Refused for its state."); // e.getMessage() says which key, why, and what to do
        } catch (ChanceryException e) {
            System.out.println(e.isRetryable() ? "Try again later." : "A person is needed: " + e.getMessage());
        }
    }

    private static void obeyPolicy(Path home, Path policyFile) {
        KeyStoreOptions options = KeyStoreOptions.builder()
                .policy(KeyPolicy.read(policyFile))
                .rotationPolicy(RotationPolicy.PRODUCTION.withPeriod(Period.ofMonths(6)))
                .build();
        try (KeyStore keys = KeyStores.open(home.resolve("keys"), options)) {
            keys.generate(KeyRequest.of(KeySpec.RSA_2048, "too-short"));
        } catch (PolicyViolationException e) {
            System.out.println("Refused by the policy."); // e.getMessage() names the rule and where it comes from
        }
    }

    private static void record(Path home, Path contract) throws IOException {
        Path file = home.resolve("audit-key.pem"); // better on another disk, or in another store: AuditSigner.of(name, signer)
        AuditSigner auditKey = Files.exists(file) ? AuditSigner.ofFile(file) : AuditSigner.create(file);
        Path log = home.resolve("audit");

        try (KeyStore keys = AuditedKeyStore.wrap(KeyStores.open(home.resolve("keys")), AuditLog.open(log, auditKey));
                Caller.Scope scope = Caller.of("alice").ip("10.0.0.7").enter()) {
            Keyring ring = keys.ring("invoices");
            ring.signer().sign(contract); // throws, and hands nothing out, unless its record is durable
        }

        List<?> problems = AuditVerifier.verify(log, Optional.of(auditKey.verificationKey()), List.of())
                .problems();
        System.out.println("Problems in the log: " + problems.size());
    }
}
