package dev.chancery.cli.command;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The file with the audit key.
 *
 * @param path where it is
 * @param named whether the user has named it; only one that the user did not name is made where it does not exist
 */
public record AuditKeyFile(Path path, boolean named) {

    /** The user's own, in the place that the XDG Base Directory Specification has for configuration. */
    static AuditKeyFile ofUser(Map<String, String> variables) {
        Path configuration = directory("XDG_CONFIG_HOME", variables)
                .orElseGet(() -> directory("HOME", variables)
                        .orElseGet(() -> Path.of(System.getProperty("user.home"))) // as the user database has it
                        .resolve(".config"));
        return new AuditKeyFile(configuration.resolve("chancery").resolve("audit-key.pem"), false);
    }

    private static Optional<Path> directory(String variable, Map<String, String> variables) {
        return Optional.ofNullable(variables.get(variable))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of)
                .filter(Path::isAbsolute);
    }

    /** The key; the user's own is made on first use. */
    public AuditSigner signer(Terminal terminal) {
        if (Files.exists(path)) {
            return AuditSigner.ofFile(path);
        }
        if (named) {
            throw new ConfigurationException("There is no audit key " + path
                    + ". Check the path, or make one: (umask 077 && openssl genpkey -algorithm ed25519 -out " + path
                    + ")");
        }
        AuditSigner made;
        try {
            made = AuditSigner.create(path);
        } catch (KeyAccessException e) {
            if (Files.exists(path)) { // another first command was quicker
                return AuditSigner.ofFile(path);
            }
            throw e;
        }
        terminal.error(
                "hint: Made the audit key " + path
                        + ". Who holds it and the log can write both anew: better keep it elsewhere, and name it with --audit-key.");
        return made;
    }

    /** The key of a log that is there already, for which a new one would be the wrong one. */
    public AuditSigner existing() {
        if (!named && !Files.exists(path)) {
            throw new ConfigurationException(
                    "There is no audit key " + path + ". Name the one that the log is kept with: --audit-key.");
        }
        return AuditSigner.ofFile(path);
    }

    /** The key, if the file exists. */
    public Optional<AuditSigner> signerIfThere() {
        return named || Files.exists(path) ? Optional.of(AuditSigner.ofFile(path)) : Optional.empty();
    }

    /** What verifies, if the file exists. */
    public Optional<VerificationKey> verificationKey() {
        return signerIfThere().map(AuditSigner::verificationKey);
    }
}
