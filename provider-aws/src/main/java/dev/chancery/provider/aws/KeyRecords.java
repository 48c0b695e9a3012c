package dev.chancery.provider.aws;

import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.aws.client.Kms;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.TagResourceRequest;

/** Writes records into tags: one request with what differs from what was read. */
record KeyRecords(Place place, KmsKeys keys, WaitingKeys waiting, KeySwitches switches) implements KeepsRecords {
    /** What KMS answers where a key would get more tags than it may have. */
    private static final Set<String> NO_ROOM = Set.of("LimitExceededException", "TagException");

    /** Where there is no room for all that may not be left out, the mark goes alone. */
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        KeyTags before = tagsOf(read);
        List<KeyTags> attempts = Stream.of(before.with(changed), before.withMark(changed))
                .flatMap(Optional::stream)
                .toList();
        for (KeyTags after : attempts) {
            if (write(read, after.changesSince(before))) {
                return new PutResult.Written(read.withRecord(after.record()));
            }
        }
        return new PutResult.Full("KMS takes " + KeyTags.MOST + " tags for a key, and others than Chancery's take "
                + before.others() + " of them. Remove some.");
    }

    private KeyTags tagsOf(StoredKey read) {
        if (read.record() instanceof StoredRecord.Present present) {
            return KeyTags.ofVersion(present.version());
        }
        return read.record() instanceof StoredRecord.Damaged damaged
                ? KeyTags.ofVersion(damaged.version())
                : keys.tags(read.id());
    }

    private boolean write(StoredKey read, List<Tag> difference) {
        String id = read.id().value();
        Kms kms = place.kms();
        return difference.isEmpty()
                || switches.outsideSchedule(
                        read.id(),
                        read.service(),
                        () -> kms.callUnless(
                                        NO_ROOM,
                                        "Writing the tags of key",
                                        id,
                                        TagResourceRequest.builder()
                                                .keyId(id)
                                                .tags(difference)
                                                .build(),
                                        KmsClient::tagResource)
                                .isPresent());
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        return waiting.of(ring);
    }

    @Override
    public Set<KeyName> rings() {
        return place.aliases().all().keySet().stream()
                .flatMap(alias -> place.names().position(alias).stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }
}
