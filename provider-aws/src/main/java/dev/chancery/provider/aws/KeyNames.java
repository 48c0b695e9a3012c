package dev.chancery.provider.aws;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.aws.client.StoreUri;
import dev.chancery.spi.support.Printable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keys are called: KMS's own ids, and aliases. Those under the prefix are never re-pointed; all others are the user's own business.
 *
 * <pre>
 *   alias/&lt;prefix&gt;/&lt;name&gt;                      a name
 *   alias/&lt;prefix&gt;/ring/&lt;ring&gt;/&lt;generation&gt;    the claim of a generation
 *   alias/&lt;prefix&gt;/ring/&lt;ring&gt;/waiting-&lt;n&gt;     a key that waits for its generation ({@link WaitingKeys})
 * </pre>
 */
final class KeyNames {
    private static final Pattern NATIVE =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}");
    private static final Pattern ALIAS = Pattern.compile("alias/[A-Za-z0-9/_-]{1,250}");
    private static final Pattern ARN = Pattern.compile(
            "arn:aws[a-z-]*:kms:([a-z0-9-]{1,40}):[0-9]{12}:(key/[A-Za-z0-9-]{1,64}|alias/[A-Za-z0-9/_-]{1,250})");
    private static final Pattern CLAIM = Pattern.compile("([^/]+)/([1-9][0-9]{0,17})");
    private static final Pattern WAITING = Pattern.compile("[^/]+/waiting-[0-9]+");

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
        if (!region.equals(uri.region())) {
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

    /** One of the places where a key of a ring waits. */
    String waiting(KeyName ring, int slot) {
        return rings + ring + "/waiting-" + slot;
    }

    /** Whether an alias is one of this store's, and so never another's to make. */
    boolean isOurs(String alias) {
        return name(alias).isPresent()
                || position(alias).isPresent()
                || (alias.startsWith(rings)
                        && WAITING.matcher(alias.substring(rings.length())).matches());
    }

    /** The name that an alias gives a key of this store; empty for others. */
    Optional<KeyName> name(String alias) {
        return alias.startsWith(prefix) ? keyName(alias.substring(prefix.length())) : Optional.empty();
    }

    /** The generation that an alias stands for; empty for others. */
    Optional<RingPosition> position(String alias) {
        Matcher claim = CLAIM.matcher(alias.startsWith(rings) ? alias.substring(rings.length()) : "");
        return claim.matches()
                ? keyName(claim.group(1)).map(ring -> new RingPosition(ring, Long.parseLong(claim.group(2))))
                : Optional.empty();
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

    /** Whether a key may have replicas: its id is the same in each of their regions. */
    static boolean isMultiRegion(KeyId id) {
        return id.value().startsWith("mrk-");
    }

    /** The key id in an ARN, or the id itself. */
    static String bare(String idOrArn) {
        return idOrArn.substring(idOrArn.lastIndexOf('/') + 1);
    }
}
