package dev.chancery.cli.command;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the providers that come with the command in lists of its own: a search would open each jar of the class path, those of the clouds' SDKs among
 * them, which takes longer than a signature.
 */
public final class KnownServices extends ClassLoader {
    private static final String PLACE = "META-INF/services/";
    private static final Set<String> LISTED = Set.of(
            PLACE + "dev.chancery.spi.KeyStoreProvider",
            PLACE + "dev.chancery.spi.NotifierProvider",
            PLACE + "dev.chancery.spi.signing.JcaProviderOffer",
            PLACE + "dev.chancery.spi.signing.KeyDecoder");
    private static final Set<String> SCHEMES = Set.of("file", "awskms", "azurekms", "gcpkms", "pkcs11");

    private KnownServices(ClassLoader classPath) {
        super(classPath);
    }

    /** Core looks for services through the thread's class loader: from now on through this one. */
    public static void install() {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(new KnownServices(thread.getContextClassLoader()));
    }

    /** Has core search the class path again, where providers are wanted that did not come with the command. */
    public static void searchAll() {
        Thread thread = Thread.currentThread();
        if (thread.getContextClassLoader() instanceof KnownServices here) {
            thread.setContextClassLoader(here.getParent());
        }
    }

    /** The same, if a store is of a scheme that is not listed. */
    static void searchFor(String store) {
        int colon = store.indexOf(':');
        if (colon > 1 && !SCHEMES.contains(store.substring(0, colon).toLowerCase(Locale.ROOT))) {
            searchAll();
        }
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        if (!LISTED.contains(name)) {
            return super.getResources(name);
        }
        URL list = KnownServices.class.getResource("services/" + name.substring(PLACE.length()));
        return Collections.enumeration(List.of(list));
    }
}
