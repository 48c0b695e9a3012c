package dev.chancery.provider.pkcs11.records;

import dev.chancery.error.ConfigurationException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.support.Printable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A data object that says where records are, and stays: who opens the token without their directory would take a compromised key for an active
 * one. It is the first thing that is left on a token. That keeps tpm2-pkcs11 (1.9) sound too, which gives one handle to two objects once its first
 * object has been destroyed.
 */
public final class RecordsMark {
    private static final String LABEL = "records";
    private static final String HERE = "on the token";

    private final String where;
    private volatile boolean left;

    private RecordsMark(String where) {
        this.where = where;
    }

    /** The mark of a token that has its records itself. */
    public static RecordsMark here() {
        return new RecordsMark(HERE);
    }

    /** The mark of a token whose records are in a directory. */
    public static RecordsMark in(Path directory) {
        return new RecordsMark(directory.toAbsolutePath().toString());
    }

    /** The directory of the records, if a mark names one. */
    public static Optional<String> findElsewhere(TokenSession session) throws CkException {
        return find(session).stream().filter(text -> !text.equals(HERE)).findFirst();
    }

    private static List<String> find(TokenSession session) throws CkException {
        List<String> found = new ArrayList<>();
        for (long handle : session.find(template())) {
            byte[] value =
                    session.cryptoki().read(handle, Ck.CKA_CLASS, Ck.CKA_VALUE).bytes(Ck.CKA_VALUE);
            found.add(Printable.of(new String(value, StandardCharsets.UTF_8)));
        }
        return found;
    }

    /** A token that takes no data objects, such as NSS, cannot tell. */
    void leave(TokenSession session) throws CkException {
        if (!left && find(session).stream().allMatch(text -> text.equals(HERE) != where.equals(HERE))) {
            CkAttributes mark = template()
                    .with(Ck.CKA_TOKEN, true)
                    .with(Ck.CKA_PRIVATE, true)
                    .with(Ck.CKA_VALUE, where.getBytes(StandardCharsets.UTF_8));
            try {
                session.cryptoki().create(mark);
            } catch (CkException e) {
                // A token that takes no mark tells the next store nothing.
            }
        }
        left = true;
    }

    /** What to tell who opens the token without its records. */
    public static ConfigurationException refusal(String location, String directory) {
        return new ConfigurationException("The records of the keys in " + location + " are in a directory ('"
                + directory
                + "' at first), without which a compromised key would look active: add chancery-metadata=file:/directory. To give them up"
                + " for good, remove the data object '" + LABEL + "' of the application 'chancery' with pkcs11-tool.");
    }

    private static CkAttributes template() {
        return TokenRecords.template().with(Ck.CKA_LABEL, LABEL);
    }
}
