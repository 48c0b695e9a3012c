package dev.chancery.provider.gcp;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.gcp.client.KmsUri;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.support.Printable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keys are called: {@code cryptoKey/version} is a key for ever; a CryptoKey alone leads to one of its versions, and is a ring's name as well. Google's
 * resource names mean the same.
 */
record KeyNames(KmsUri uri) {
    private static final String NAME = "[A-Za-z0-9_-]{1,63}";
    private static final String VERSION = "[1-9][0-9]{0,9}";
    private static final Pattern ID = Pattern.compile(NAME + "(/" + VERSION + ")?");
    private static final Pattern RESOURCE = Pattern.compile(
            "(" + KmsUri.KEY_RING + ")/cryptoKeys/(" + NAME + ")(?:/cryptoKeyVersions/(" + VERSION + "))?");

    /** @throws ConfigurationException if no key of this key ring can be called that */
    KeyId parse(String text) {
        if (ID.matcher(text).matches()) {
            return new KeyId(text);
        }
        Matcher resource = RESOURCE.matcher(text);
        if (!resource.matches()) {
            throw new ConfigurationException("'" + Printable.of(text) + "' can be no key of " + uri.location()
                    + ": neither cryptoKey/version, a CryptoKey's name nor the resource name of one of them.");
        }
        if (!resource.group(1).equals(uri.keyRing())) {
            throw new ConfigurationException("The key '" + Printable.of(text) + "' is in another key ring than "
                    + uri.location() + ". Put them in agreement.");
        }
        return resource.group(3) == null
                ? new KeyId(resource.group(2))
                : new KeyId(resource.group(2) + "/" + resource.group(3));
    }

    /** The number of a version: versions are in the order of their numbers, not of their letters. */
    static long number(KeyId id) {
        return Long.parseLong(VersionedId.version(id));
    }

    static KeyId version(String name, long number) {
        return new KeyId(name + "/" + number);
    }

    /** What an answer calls a key of this key ring; empty for any other. */
    Optional<KeyId> ofAnswer(String resource) {
        Matcher matcher = RESOURCE.matcher(resource);
        return matcher.matches() && matcher.group(1).equals(uri.keyRing())
                ? Optional.of(parse(resource))
                : Optional.empty();
    }

    /** What Google calls a CryptoKey. */
    String cryptoKey(String name) {
        return uri.keyRing() + "/cryptoKeys/" + name;
    }

    /** What Google calls a version. */
    String version(KeyId id) {
        return cryptoKey(VersionedId.name(id)) + "/cryptoKeyVersions/" + number(id);
    }
}
