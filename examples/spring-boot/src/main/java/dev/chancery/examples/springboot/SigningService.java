package dev.chancery.examples.springboot;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Keyring;
import dev.chancery.RotationSchedule;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditedKeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Opens the audited store once, for the life of the application, and rotates its ring when that is due. */
@SpringBootApplication
@EnableConfigurationProperties(SigningService.Settings.class)
public class SigningService {

    /**
     * What {@code application.properties} says.
     *
     * @param store the keys' URI or directory
     * @param ring the ring that signs; an operator made its first key: {@code chancery generate ecdsa --ring documents}
     * @param auditLog the log's directory
     * @param auditKey the log's key, which lies elsewhere than the log: {@code openssl genpkey -algorithm ed25519}
     */
    @ConfigurationProperties("chancery")
    public record Settings(String store, String ring, Path auditLog, Path auditKey) {}

    public static void main(String[] args) {
        SpringApplication.run(SigningService.class, args);
    }

    /** Closing the store, which Spring does, closes the log. */
    @Bean
    KeyStore keys(Settings settings) {
        AuditLog log = AuditLog.open(settings.auditLog(), AuditSigner.ofFile(settings.auditKey()));
        return AuditedKeyStore.wrap(KeyStores.open(settings.store()), log);
    }

    @Bean
    Keyring ring(KeyStore keys, Settings settings) {
        return keys.ring(settings.ring());
    }

    @Bean
    RotationSchedule rotation(Keyring ring) {
        return RotationSchedule.start(ring, ring.rotationPolicy(), Duration.ofHours(1));
    }
}
