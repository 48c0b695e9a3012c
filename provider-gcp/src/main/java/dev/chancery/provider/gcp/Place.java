package dev.chancery.provider.gcp;

import dev.chancery.error.StoreUnavailableException;
import dev.chancery.options.PublicArchive;
import dev.chancery.provider.gcp.client.Kms;
import dev.chancery.provider.gcp.client.KmsUri;
import dev.chancery.spi.Traits;
import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A key ring: who is asked, what is called how there, and what outlives it. */
record Place(Kms kms, KmsUri uri, KeyNames names, Requests requests, Optional<PublicArchive> archive) {
    private static final Logger LOG = LoggerFactory.getLogger(Place.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);

    static Place of(Kms kms, KmsUri uri, Optional<PublicArchive> archive) {
        KeyNames names = new KeyNames(uri);
        return new Place(kms, uri, names, new Requests(kms, uri, names), archive);
    }

    String location() {
        return uri.location();
    }

    /**
     * Waits until Google has made something: hardware makes an RSA key in seconds, and sometimes in minutes.
     *
     * @param what what it is, the beginning of a sentence
     * @param advice what to do if it takes too long
     * @param look looks at it
     */
    <T> T awaitMade(String what, String advice, Supplier<T> look, Predicate<T> isPending) {
        return Deadline.in(uri.generation())
                .poll(FIRST_PAUSE, () -> {
                    T found = look.get();
                    if (isPending.test(found)) {
                        LOG.info("{} in {} is still being made.", what, location());
                        return Optional.empty();
                    }
                    return Optional.of(found);
                })
                .orElseThrow(() -> new StoreUnavailableException(
                        what + " in " + location() + " is still being made, after " + uri.generation() + ". " + advice
                                + "; wait longer with generation= in the URI.",
                        null));
    }

    Traits.Builder traits() {
        return Traits.ofRemotePlace()
                .writes(Traits.Writes.WHOLE)
                .names(Traits.Names.RING)
                .requests(uri.inFlight(), uri.deadline())
                .diagnosis(Optional.of("gcloud kms keys list --keyring=" + uri.keyRing())
                        .filter(any -> uri.endpoint().isEmpty()));
    }
}
