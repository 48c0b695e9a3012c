package dev.chancery.internal.discovery;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys whose id says in which cloud they are and where there, so that {@code CRYPTO_KMS_KEY_ID} alone leads to them. */
final class KmsKeys {
    /**
     * How a cloud's ids look, and the store that has such a key.
     *
     * @param id what matches an id
     * @param store the store's URI, with {@code $1} for the first group of the id
     */
    private record Form(Pattern id, String store) {
        Optional<String> storeOf(String key) {
            Matcher matcher = id.matcher(key);
            return matcher.matches() ? Optional.of(matcher.replaceFirst(store)) : Optional.empty();
        }
    }

    /** {@code https://<vault>/keys/<name>}, with or without a version. */
    private static final Form AZURE = new Form(
            Pattern.compile("https://([^/?#\\s]+(?:/[^/?#\\s]+)*?)/keys/[^/?#\\s]+(?:/[^/?#\\s]+)?/?"),
            "azurekms://$1/?pinned=true");

    /** {@code projects/…/cryptoKeys/<name>}, with or without {@code /cryptoKeyVersions/<number>}. */
    private static final Form GOOGLE = new Form(
            Pattern.compile("(projects/[^/?#\\s]+/locations/[^/?#\\s]+/keyRings/[^/?#\\s]+)/cryptoKeys/[^/?#\\s]+"
                    + "(?:/cryptoKeyVersions/[^/?#\\s]+)?"),
            "gcpkms://$1?pinned=true");

    private static final List<Form> FORMS = List.of(AZURE, GOOGLE);

    private KmsKeys() {}

    /** The store of a key, pinned to it; empty where its id does not tell. */
    static Optional<String> storeOf(String key) {
        return FORMS.stream().flatMap(form -> form.storeOf(key).stream()).findFirst();
    }
}
