package dev.chancery.spi.records;

import java.util.Set;
import java.util.regex.Pattern;

/** What the fields of a record are called. A value that is too long for one field goes on in {@code name.2}, {@code name.3}, … */
final class FieldNames {
    static final String VERSION = "version";
    static final String STATE = "state";
    static final String CREATED = "created";
    static final String ORIGIN = "origin";
    static final String SIGN_FROM = "sign-from";
    static final String SIGN_UNTIL = "sign-until";
    static final String VERIFY_UNTIL = "verify-until";
    static final String COMPROMISED_SINCE = "compromised-since";
    static final String RING = "ring";
    static final String GENERATION = "generation";
    static final String ALGORITHM = "algorithm";
    static final String REVISION = "revision";
    static final String FINGERPRINT = "fingerprint";
    static final String HELD = "held";
    static final String SUCCESSOR = "successor";
    static final String EMERGENCY_FOR = "emergency-for";
    static final String WITHDRAWN = "withdrawn";
    static final String ROTATING = "rotating";
    static final String NOTE = "note.";
    static final String PUBLIC_KEY = "public-key";

    /** Texts of many lines, whose first piece is numbered too. */
    static final String LABELS = "labels";

    static final String HISTORY = "history";

    private static final Set<String> ALL = Set.of(
            VERSION,
            STATE,
            CREATED,
            ORIGIN,
            SIGN_FROM,
            SIGN_UNTIL,
            VERIFY_UNTIL,
            COMPROMISED_SINCE,
            RING,
            GENERATION,
            ALGORITHM,
            REVISION,
            FINGERPRINT,
            HELD,
            SUCCESSOR,
            EMERGENCY_FOR,
            WITHDRAWN,
            ROTATING,
            PUBLIC_KEY,
            LABELS,
            HISTORY);

    private static final Pattern PIECE = Pattern.compile("\\.[1-9][0-9]{0,4}$");

    private FieldNames() {}

    static boolean isOurs(String name) {
        return name.startsWith(NOTE) || ALL.contains(PIECE.matcher(name).replaceFirst(""));
    }

    static String piece(String name, int number) {
        return name + "." + number;
    }

    /** A note's name has no dot of its own, which would look like a piece's number. */
    static String note(String name) {
        return NOTE + QEncoding.encode(name).replace(".", "=2E");
    }
}
