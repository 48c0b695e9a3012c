package dev.chancery.provider.pkcs11.records;

import dev.chancery.error.ConfigurationException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.support.Printable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data object that says where records are, and stays: who opens the token without their directory would take a compromised key for an active
 * one. It is the first thing that is left on a token. That keeps tpm2-pkcs11 (1.9) sound too, which gives one handle to two objects once its first
 * object has been destroyed.
 */
public final class RecordsMark {
    private static final Logger LOG = LoggerFactory.getLogger(RecordsMark.class);
    private static final String LABEL = "records";
    private static final String HERE = "on the token";

    private final String location;
    private final String where;
    private volatile boolean left;

    private RecordsMark(String location, String where) {
        this.location = location;
        this.where = where;
    }

    /** The mark of a token that has its records itself. */
    public static RecordsMark here(String location) {
        return new RecordsMark(location, HERE);
    }

    /** The mark of a token whose records are in a directory. */
    public static RecordsMark in(Path directory, String location) {
        return new RecordsMark(location, directory.toAbsolutePath().toString());
    }

    /** The directory of the records, if a mark names one. */
    public static Optional<String> findElsewhere(TokenSession session) throws CkException {
        List<Long> found = session.find(template());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        byte[] value = session.cryptoki()
                .read(found.get(0), Ck.CKA_CLASS, Ck.CKA_VALUE)
                .bytes(Ck.CKA_VALUE);
        String text = value == null ? "" : new String(value, StandardCharsets.UTF_8);
        return text.equals(HERE) ? Optional.empty() : Optional.of(Printable.of(text));
    }

    void leave(TokenSession session) throws CkException {
        if (left) {
            return;
        }
        if (session.find(template()).isEmpty()) {
            try {
                session.cryptoki()
                        .create(template()
                                .with(Ck.CKA_TOKEN, true)
                                .with(Ck.CKA_PRIVATE, true)
                                .with(Ck.CKA_VALUE, where.getBytes(StandardCharsets.UTF_8)));
            } catch (CkException e) {
                LOG.debug("{} takes no object that tells where its records are.", location, e);
            }
        }
        left = true;
    }

    /** What to tell who opens the token without its records. */
    public static ConfigurationException refusal(String location, String directory) {
        return new ConfigurationException(
                "The records of the keys in " + location + " are in a directory, '" + directory
                        + "' where they were begun: without them, a retired or compromised key would look active. Add"
                        + " chancery-metadata=file:/directory to the URI. If they are given up for good, remove the data object '"
                        + LABEL
                        + "' with `pkcs11-tool --login --delete-object --type data --application-label chancery`.");
    }

    private static CkAttributes template() {
        return TokenRecords.template().with(Ck.CKA_LABEL, LABEL);
    }
}
