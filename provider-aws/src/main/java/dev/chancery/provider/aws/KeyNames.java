package dev.chancery.provider.aws;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.RingPosition;
import dev.chancery.spi.support.Printable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keys are called: KMS's own ids, our names (aliases under the prefix, never re-pointed), the generations of rings (the like),
 * and aliases that are the user's own business.
 */
final class KeyNames {
    private static final Pattern NATIVE =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}");
    private static final Pattern ALIAS = Pattern.compile("alias/[A-Za-z0-9/_-]{1,250}");
    private static final Pattern ARN = Pattern.compile(
            "arn:aws[a-z-]*:kms:([a-z0-9-]{1,40}):[0-9]{12}:(key/[A-Za-z0-9-]{1,64}|alias/[A-Za-z0-9/_-]{1,250})");
    private static final Pattern GENERATION = Pattern.compile("[1-9][0-9]{0,17}");

    private final StoreUri uri;
    private final String prefix;
    private final String rings;

    KeyNames(StoreUri uri) {
        this.uri = uri;
        this.prefix = "alias/" + uri.prefix() + "/";
        this.rings = prefix + "ring/";
    }

    /** @throws ConfigurationException if no key of KMS can be called that */
    KeyId parse(String text) {
        if (NATIVE.matcher(text).matches() || ALIAS.matcher(text).matches()) {
            return new KeyId(text);
        }
        Matcher arn = ARN.matcher(text);
        if (arn.matches()) {
            requireRegion(arn.group(1));
            return new KeyId(text);
        }
        try {
            return new KeyId(alias(new KeyName(text)));
        } catch (ConfigurationException e) {
            throw new ConfigurationException(
                    "'" + Printable.of(text) + "' can be no key of " + uri.location()
                            + ": neither a key id, an ARN of KMS, an alias nor a name.",
                    e);
        }
    }

    private void requireRegion(String region) {
        if (uri.endpoint().isEmpty() && !region.equals(uri.region())) {
            throw new ConfigurationException("The key is in the region " + region + ", and " + uri.location() + " asks "
                    + uri.region() + ". Put them in agreement (CRYPTO_KMS_REGION, or region= in the URI).");
        }
    }

    String alias(KeyName name) {
        return prefix + name;
    }

    String alias(RingPosition position) {
        return rings + position.ring() + "/" + position.generation();
    }

    /** The name that an alias gives a key of this store; empty for others. */
    Optional<KeyName> name(String alias) {
        return alias.startsWith(prefix) ? keyName(alias.substring(prefix.length())) : Optional.empty();
    }

    /** The generation that an alias stands for; empty for others. */
    Optional<RingPosition> position(String alias) {
        if (!alias.startsWith(rings)) {
            return Optional.empty();
        }
        String[] parts = alias.substring(rings.length()).split("/", -1);
        if (parts.length != 2 || !GENERATION.matcher(parts[1]).matches()) {
            return Optional.empty();
        }
        return keyName(parts[0]).map(ring -> new RingPosition(ring, Long.parseLong(parts[1])));
    }

    private static Optional<KeyName> keyName(String text) {
        try {
            return Optional.of(new KeyName(text));
        } catch (ConfigurationException e) {
            return Optional.empty();
        }
    }

    /** A UUID would be taken for a key's own id. */
    static void requireName(KeyName name) {
        if (NATIVE.matcher(name.value()).matches()) {
            throw new ConfigurationException("A key of AWS KMS cannot be named like a key id: '" + name + "'.");
        }
    }

    /** An alias outside the prefix is its owner's to re-point. */
    boolean isForeignAlias(KeyId id) {
        String text = id.value();
        String alias = text.startsWith("arn:") ? text.substring(text.lastIndexOf(':') + 1) : text;
        return alias.startsWith("alias/") && !(alias.startsWith(prefix) && !text.startsWith("arn:"));
    }

    static boolean isArn(KeyId id) {
        return id.value().startsWith("arn:");
    }

    /** The key id in an ARN, or the id itself. */
    static String bare(String idOrArn) {
        return idOrArn.substring(idOrArn.lastIndexOf('/') + 1);
    }
}
