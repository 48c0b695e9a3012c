package dev.chancery.provider.gcp;

import dev.chancery.error.ChanceryException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.spi.records.KeyRecord;
import java.util.List;
import java.util.Optional;

/**
 * Room among a CryptoKey's 64 labels, where there is none: first history and users' labels give way, then the records of candidates that are gone and
 * of destroyed versions that the archive has.
 */
record LabelRoom(Place place) {

    /**
     * Leaves labels out until the rest fits, oldest version first.
     *
     * @param spare how many labels more shall be free
     * @param own the version that the labels are written for, whose own give way last
     * @return labels that fit; empty if there is no room
     */
    Optional<KeyLabels> make(KeyLabels labels, int spare, String name, long own) {
        List<Long> others =
                labels.versions().stream().filter(version -> version != own).toList();
        KeyLabels fitting = labels;
        for (long version : others) {
            fitting = fits(fitting, spare) ? fitting : fitting.curtail(version);
        }
        fitting = fits(fitting, spare) ? fitting : fitting.curtail(own);
        for (long version : others) {
            boolean stays = fits(fitting, spare) || !isExpendable(labels, name, version);
            fitting = stays ? fitting : fitting.without(version);
        }
        return Optional.of(fitting).filter(result -> fits(result, spare));
    }

    private static boolean fits(KeyLabels labels, int spare) {
        return labels.all().size() + spare <= KeyLabels.MOST;
    }

    private boolean isExpendable(KeyLabels labels, String name, long version) {
        return labels.record(version)
                .legible()
                .filter(record -> record.withdrawn()
                        || (record.attributes().state() == KeyState.DESTROYED && isArchived(record, name, version)))
                .isPresent();
    }

    private boolean isArchived(KeyRecord record, String name, long version) {
        try {
            return place.archive()
                    .flatMap(archive -> archive.find(place.location(), KeyNames.version(name, version)))
                    .map(KeyMetadata::attributes)
                    .filter(kept -> kept.state() == KeyState.DESTROYED)
                    .filter(kept -> hasMark(kept, record.attributes().compromisedSince()))
                    .isPresent();
        } catch (ChanceryException e) { // what cannot be read keeps nothing
            return false;
        }
    }

    private static boolean hasMark(KeyAttributes kept, Optional<CompromisedSince> mark) {
        return mark.isEmpty()
                || kept.compromisedSince()
                        .filter(since -> since.earlier(mark.get()).equals(since))
                        .isPresent();
    }
}
