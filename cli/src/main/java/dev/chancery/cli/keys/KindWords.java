package dev.chancery.cli.keys;

import dev.chancery.algorithm.KeySpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The words that mean a kind of key, and those that were meant to. */
final class KindWords {
    private static final Map<String, KeySpec> TYPES =
            Map.of("rsa", KeySpec.RSA_3072, "ecdsa", KeySpec.EC_P256, "ed25519", KeySpec.ED25519);

    /** Other names of the types. */
    private static final Map<String, String> OTHERS = Map.of("ec", "ecdsa", "ecc", "ecdsa", "eddsa", "ed25519");

    /** As rsa4096, RSA-4096, p384, EC_P384, secp384r1, ML-DSA-65. */
    private static final Pattern EXACT =
            Pattern.compile("(rsa|ecdsa|ec|p|ecp|nistp|secp|prime|mldsa)(\\d{2,5})(r1|k1|v1)?");

    private KindWords() {}

    /** The kind that a type stands for. */
    static Optional<KeySpec> type(String word) {
        return Optional.ofNullable(TYPES.get(word.toLowerCase(Locale.ROOT)));
    }

    /** What to write instead of a word that is no type and looks like one. */
    static Optional<String> meant(String word) {
        String plain = word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
        Matcher exact = EXACT.matcher(plain);
        if (exact.matches()) {
            return Arrays.stream(KeySpec.values())
                    .filter(spec -> ends(spec, exact.group(2)))
                    .map(spec -> "--spec " + spec)
                    .findFirst()
                    .or(() -> Optional.of("--spec"));
        }
        if (OTHERS.containsKey(plain)) {
            return Optional.of(OTHERS.get(plain));
        }
        return Stream.concat(TYPES.keySet().stream(), Stream.of("eddsa"))
                .filter(type -> isOneSlipFrom(type, plain))
                .map(type -> OTHERS.getOrDefault(type, type))
                .findFirst();
    }

    private static boolean ends(KeySpec spec, String number) {
        return spec.name().replaceAll("\\D", "").equals(number);
    }

    /** One letter more, less or other, or two that changed places. */
    private static boolean isOneSlipFrom(String type, String word) {
        if (word.length() < Math.min(type.length(), 4)) {
            return false; // two letters are a name
        }
        int start = 0;
        int shorter = Math.min(type.length(), word.length());
        while (start < shorter && type.charAt(start) == word.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && type.charAt(type.length() - 1 - end) == word.charAt(word.length() - 1 - end)) {
            end++;
        }
        String ofType = type.substring(start, type.length() - end);
        String ofWord = word.substring(start, word.length() - end);
        return ofType.length() <= 1 && ofWord.length() <= 1
                || ofType.length() == 2 && ofWord.contentEquals(new StringBuilder(ofType).reverse());
    }
}
