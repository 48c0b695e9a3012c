package dev.chancery.spi.records;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The fields of a record that labels keep in a few letters: each a letter, and the value. */
@SuppressWarnings("ImmutableEnumChecker") // the functions are references to static methods
enum LabelToken {
    CREATED('c', FieldNames.CREATED, LabelValues::writeInstant, LabelValues::readInstant),
    ORIGIN('o', FieldNames.ORIGIN, LabelValues::writeConstant, LabelValues::readConstant),
    SIGN_FROM('f', FieldNames.SIGN_FROM, LabelValues::writeInstant, LabelValues::readInstant),
    SIGN_UNTIL('u', FieldNames.SIGN_UNTIL, LabelValues::writeInstant, LabelValues::readInstant),
    VERIFY_UNTIL('v', FieldNames.VERIFY_UNTIL, LabelValues::writeInstant, LabelValues::readInstant),
    RING('r', FieldNames.RING, UnaryOperator.identity(), UnaryOperator.identity()),
    GENERATION('g', FieldNames.GENERATION, UnaryOperator.identity(), UnaryOperator.identity()),
    ALGORITHM('a', FieldNames.ALGORITHM, LabelValues::writeConstant, LabelValues::readConstant),
    REVISION('n', FieldNames.REVISION, UnaryOperator.identity(), UnaryOperator.identity()),
    FINGERPRINT('p', FieldNames.FINGERPRINT, LabelValues::writeFingerprint, LabelValues::readFingerprint),
    HELD('h', FieldNames.HELD, LabelValues::writeText, LabelValues::readText),
    SUCCESSOR('s', FieldNames.SUCCESSOR, LabelValues::writeSuccessor, LabelValues::readSuccessor),
    EMERGENCY_FOR('e', FieldNames.EMERGENCY_FOR, LabelValues::writeText, LabelValues::readText),
    WITHDRAWN('w', FieldNames.WITHDRAWN, UnaryOperator.identity(), UnaryOperator.identity()),
    ROTATING('t', FieldNames.ROTATING, LabelValues::writeText, LabelValues::readText),
    /** Last, so that a label that is lost is missed. */
    END('z', "", UnaryOperator.identity(), UnaryOperator.identity());

    final char letter;
    final String field;
    private final UnaryOperator<String> writer;
    private final UnaryOperator<String> reader;

    LabelToken(char letter, String field, UnaryOperator<String> writer, UnaryOperator<String> reader) {
        this.letter = letter;
        this.field = field;
        this.writer = writer;
        this.reader = reader;
    }

    static Optional<LabelToken> of(char letter) {
        return Arrays.stream(values()).filter(token -> token.letter == letter).findFirst();
    }

    String write(String value) {
        return letter + writer.apply(value);
    }

    String read(String value) {
        return reader.apply(value);
    }
}
