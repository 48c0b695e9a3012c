package dev.chancery.examples.pkcs12;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.HoldsClaims;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.TakesImports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** A PKCS#12 file is a store like any other. */
class Pkcs12KeyStoreContractTest extends KeyStoreContract
        implements TakesImports,
                KeepsStates,
                SharesRecords,
                KeepsRings,
                HoldsClaims,
                RefusesReencryption,
                LeavesNoOrphans {
    private static final String PASSPHRASE = "correct horse battery staple";

    @TempDir
    Path directory;

    @Override
    public String store() {
        return "pkcs12://" + directory.resolve("keys.p12").toUri().getRawPath();
    }

    @Override
    public KeyStoreProvider provider() {
        return new Pkcs12KeyStoreProvider();
    }

    @Override
    public KeyBackend openHurried(KeyStoreConfig config) {
        Path path = directory.resolve("keys.p12");
        Pkcs12File file = new Pkcs12File(path, PASSPHRASE.toCharArray(), config.localKeys());
        return new Pkcs12Backend(
                config, file, Pkcs12KeyStoreProvider.records(path).withPatience(Duration.ofMillis(50)));
    }

    @Override
    public KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .passphrases(id -> Optional.of(PASSPHRASE.toCharArray()))
                .build();
    }

    /** The longer RSA keys take seconds to make: the contract on files tries them. */
    @Override
    public Set<KeySpec> signingSpecs() {
        return EnumSet.of(KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P384, KeySpec.EC_P521, KeySpec.ED25519);
    }

    @Override
    public Set<String> secrets() {
        Set<String> secrets = new HashSet<>(Set.of(PASSPHRASE));
        try {
            KeyStore keys = keys();
            for (String alias : Collections.list(keys.aliases())) {
                byte[] half = keys.getKey(alias, PASSPHRASE.toCharArray()).getEncoded();
                secrets.add(Base64.getEncoder().encodeToString(half));
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
        return secrets;
    }

    /** As somebody who deletes the alias with keytool, and all files that name it. */
    @Override
    public void lose(KeyId key) {
        try {
            KeyStore keys = keys();
            keys.deleteEntry(key.value());
            try (OutputStream out = Files.newOutputStream(directory.resolve("keys.p12"))) {
                keys.store(out, PASSPHRASE.toCharArray());
            }
            try (Stream<Path> files = Files.walk(directory.resolve("keys.p12.records"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (file.endsWith(key + ".txt")
                            || Files.readString(file).strip().equals(key.value())) {
                        Files.delete(file);
                    }
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public AutoCloseable holdPlace() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread writer = new Thread(() -> Pkcs12KeyStoreProvider.records(directory.resolve("keys.p12"))
                .alone("Hanging", () -> {
                    held.countDown();
                    return await(done);
                }));
        writer.start();
        held.await();
        return () -> {
            done.countDown();
            writer.join();
        };
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private KeyStore keys() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve("keys.p12"))) {
            keys.load(in, PASSPHRASE.toCharArray());
        }
        return keys;
    }
}
