package dev.chancery.provider.azure.client;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.ProtectionLevel;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What a vault signs, by kind of key: <a href="https://learn.microsoft.com/azure/key-vault/general/service-limits">its quotas for keys in hardware</a>, given
 * for ten seconds; those in software have twice as much.
 */
final class Quotas {
    private static final double SECONDS = 10;
    private static final int OTHERS = 2000;
    private static final Map<KeySpec, Integer> IN_HARDWARE = Map.of(
            KeySpec.RSA_2048, 2000,
            KeySpec.RSA_3072, 500,
            KeySpec.RSA_4096, 250);

    private Quotas() {}

    /** What the vault counts together. */
    static String operation(KeySpec spec, ProtectionLevel protection) {
        return "sign " + spec + (protection == ProtectionLevel.HSM ? " in hardware" : "");
    }

    /** Signatures a second, by what the vault counts together. */
    static Map<String, Double> perSecond() {
        Map<String, Double> quotas = new HashMap<>();
        for (KeySpec spec : EnumSet.allOf(KeySpec.class)) {
            double hardware = IN_HARDWARE.getOrDefault(spec, OTHERS) / SECONDS;
            quotas.put(operation(spec, ProtectionLevel.HSM), hardware);
            quotas.put(operation(spec, ProtectionLevel.REMOTE), 2 * hardware);
        }
        return quotas;
    }
}
