package dev.chancery.internal.jca;

import dev.chancery.algorithm.KeySpec;
import java.security.KeyPair;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One pair of each kind, made once: RSA keys take seconds. */
public final class TestKeys {
    private static final Map<KeySpec, KeyPair> PAIRS = new EnumMap<>(KeySpec.class);

    private TestKeys() {}

    public static KeyPair pair(KeySpec spec) {
        return PAIRS.computeIfAbsent(spec, new JcaKeys(new JcaProviders(List.of(), Optional.empty()))::generate);
    }
}
