package dev.chancery.backup.internal.contents;

import dev.chancery.backup.internal.layout.KeyDocument;
import dev.chancery.backup.internal.layout.KeyFacts;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.backup.internal.layout.PublicHalf;
import dev.chancery.spi.support.Sha256;
import java.security.PublicKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A key of an archive: which files it has, and how far it had come. Filled while the archive is read. */
public final class ArchivedKey {
    private final String id;
    private final Map<Kind, String> hashes = new EnumMap<>(Kind.class);
    private KeyFacts facts = KeyFacts.FOREIGN;
    private boolean legible;
    private Optional<KeyFacts.Place> place = Optional.empty();
    private Optional<String> recorded = Optional.empty();
    private Optional<byte[]> publicPem = Optional.empty();
    private Optional<String> published = Optional.empty();
    private Optional<String> problem = Optional.empty();

    public ArchivedKey(String id) {
        this.id = id;
    }

    /** Takes in one of its files. */
    public void take(LayoutPath path, byte[] content) {
        hashes.put(path.kind(), Sha256.hex(content));
        if (path.kind() == Kind.METADATA) {
            Optional<KeyDocument> document = KeyDocument.parse(content);
            legible = document.isPresent();
            facts = document.map(KeyDocument::facts).orElseGet(() -> KeyDocument.legible(content));
            place = document.flatMap(KeyDocument::place);
            recorded = document.flatMap(KeyDocument::fingerprint);
            if (document.isPresent() && !document.get().id().equals(id)) {
                problem = Optional.of("Its metadata is of " + document.get().id() + ".");
            }
        } else if (path.kind() == Kind.PUBLIC) {
            publicPem = Optional.of(content.clone());
            published = PublicHalf.fingerprint(content);
        }
    }

    public String id() {
        return id;
    }

    public boolean has(Kind kind) {
        return hashes.containsKey(kind);
    }

    public Optional<String> sha256(Kind kind) {
        return Optional.ofNullable(hashes.get(kind));
    }

    public boolean hasPrivate() {
        return has(Kind.PRIVATE) || has(Kind.DISABLED);
    }

    public boolean hasPem() {
        return hasPrivate() || has(Kind.PUBLIC);
    }

    public KeyFacts facts() {
        return facts;
    }

    /** Whether its metadata makes sense. */
    public boolean isLegible() {
        return legible;
    }

    public Optional<KeyFacts.Place> place() {
        return place;
    }

    public Optional<PublicKey> publicKey() {
        return publicPem.flatMap(PublicHalf::read);
    }

    public Optional<String> fingerprint() {
        return published.or(() -> recorded);
    }

    /** Why it is no key that could be restored. */
    public Optional<String> problem() {
        boolean foreign = published.isPresent() && recorded.isPresent() && !recorded.equals(published);
        return foreign ? Optional.of("Its public half is another key's than its metadata says.") : problem;
    }
}
