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
 * A data object that says that records are in a directory: who opens the token without it would take a compromised key for an active one. Left
 * where the token takes data objects, with the first record.
 */
public final class ElsewhereMark {
    private static final Logger LOG = LoggerFactory.getLogger(ElsewhereMark.class);
    private static final String LABEL = "records elsewhere";

    private final String location;
    private volatile boolean left;

    /** The mark of the token of a location. */
    public ElsewhereMark(String location) {
        this.location = location;
    }

    /** Where the records are, if somebody left a mark. */
    public Optional<String> find(TokenSession session) throws CkException {
        List<Long> found = session.find(template());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        byte[] value = session.cryptoki()
                .read(found.get(0), Ck.CKA_CLASS, Ck.CKA_VALUE)
                .bytes(Ck.CKA_VALUE);
        return Optional.of(value == null ? "" : Printable.of(new String(value, StandardCharsets.UTF_8)));
    }

    void leave(TokenSession session, Path directory) throws CkException {
        if (left) {
            return;
        }
        if (session.find(template()).isEmpty()) {
            byte[] where = directory.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
            try {
                session.cryptoki()
                        .create(template()
                                .with(Ck.CKA_TOKEN, true)
                                .with(Ck.CKA_PRIVATE, true)
                                .with(Ck.CKA_VALUE, where));
            } catch (CkException e) {
                LOG.debug("{} takes no object that tells where its records are.", location, e);
            }
        }
        left = true;
    }

    /** What to tell who opens the token without its records. */
    public ConfigurationException refusal(String directory) {
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
