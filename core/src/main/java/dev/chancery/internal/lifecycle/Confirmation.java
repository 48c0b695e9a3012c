package dev.chancery.internal.lifecycle;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.interception.OperationType;
import dev.chancery.internal.state.Judge;
import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.Steps;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import java.security.PublicKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a person vouches for a public half that no signature proves. */
public final class Confirmation {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    private final StoreContext context;
    private final RecordWriter writer;

    public Confirmation(StoreContext context, RecordWriter writer) {
        this.context = context;
        this.writer = writer;
    }

    /** Takes a fingerprint for the key's own, if it is that of a half that is there. */
    public KeyMetadata confirm(KeyId id, String text) {
        String fingerprint = parse(text);
        Judge judge = context.judge();
        long started = context.ticks();
        StoredKey read = context.require(id);
        List<String> found = halves(read).stream().map(KeyMetadata::fingerprint).toList();
        if (!found.contains(fingerprint)) {
            throw new IntegrityException("The public half of key " + read.id() + " in " + context.location()
                    + " is not the one that you confirm: its fingerprint is " + String.join(" or ", found)
                    + ". Nothing was done. Find out who replaced it, and put the right one back.");
        }
        StoredKey confirmed = read;
        if (context.abilities().keepsRecords().isPresent()) {
            confirmed = context.steps()
                    .change(OperationType.UPDATE, read.id(), () -> {
                        judge.noteProof(read.id(), fingerprint);
                        StoredKey written = writer.change(
                                read,
                                started,
                                record -> record.fingerprint().isPresent()
                                        ? record
                                        : record.toBuilder()
                                                .fingerprint(fingerprint)
                                                .build());
                        return new Steps.Changed(
                                written,
                                Optional.of(judge.record(read).attributes().state()));
                    })
                    .key();
        } else {
            judge.noteProof(read.id(), fingerprint);
        }
        return context.handles().take(confirmed, started);
    }

    private List<PublicKey> halves(StoredKey read) {
        if (read.publicHalf() instanceof PublicHalf.Unvouched unvouched) {
            return unvouched.candidates();
        }
        return List.of(context.judge().snapshot(read).metadata().publicKey());
    }

    private static String parse(String text) {
        String digits = text.strip().replace(":", "").toLowerCase(Locale.ROOT);
        if (!FINGERPRINT.matcher(digits).matches()) {
            throw new ConfigurationException(
                    "A fingerprint is the SHA-256 of a SubjectPublicKeyInfo, 64 hexadecimal digits"
                            + " (`openssl pkey -pubin -in key.pem -outform DER | sha256sum`).");
        }
        return digits;
    }
}
