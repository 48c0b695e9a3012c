package dev.chancery.provider.azure;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.azure.client.VaultUri;
import dev.chancery.spi.support.Printable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keys are called: {@code name/version} is a key for ever; a name alone leads to one of its versions, and is a ring's name as well. The vault's
 * URLs mean the same.
 */
record KeyNames(VaultUri uri) {
    private static final String NAME = "[0-9A-Za-z-]{1,127}";
    private static final String VERSION = "[0-9A-Za-z]{1,64}";
    private static final Pattern ID = Pattern.compile(NAME + "(/" + VERSION + ")?");
    private static final Pattern URL = Pattern.compile("https://([^/?#]+)((?:/[^/?#]+)*?)/keys/(" + ID + ")/?");

    /** @throws ConfigurationException if no key of this vault can be called that */
    KeyId parse(String text) {
        if (ID.matcher(text).matches()) {
            return new KeyId(text);
        }
        Matcher url = URL.matcher(text);
        if (!url.matches()) {
            throw new ConfigurationException("'" + Printable.of(text) + "' can be no key of " + uri.location()
                    + ": neither name/version, a name nor the URL of a key.");
        }
        String authority = url.group(1).replaceFirst(":443$", "");
        if (!authority.equalsIgnoreCase(uri.authority().replaceFirst(":443$", ""))
                || !url.group(2).equals(uri.path())) {
            throw new ConfigurationException("The key '" + Printable.of(text) + "' is in another vault than "
                    + uri.location() + ". Put them in agreement.");
        }
        return new KeyId(url.group(3));
    }

    /** What the vault's answer calls a key, wherever the server says that it is. */
    static Optional<KeyId> ofAnswer(String url) {
        Matcher matcher = URL.matcher(url);
        return matcher.matches() ? Optional.of(new KeyId(matcher.group(3))) : Optional.empty();
    }
}
