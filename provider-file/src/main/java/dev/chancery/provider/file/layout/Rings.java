package dev.chancery.provider.file.layout;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.file.formats.MalformedException;
import dev.chancery.spi.Claim;
import dev.chancery.spi.files.RefusedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which key holds which generation of a ring: one small file each, written once. */
public record Rings(StoreDirectory directory, Disk disk) {
    /** As {@link KeyName} has it; a directory of another name is none of ours. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private static final Pattern GENERATION = Pattern.compile("([1-9][0-9]{0,17})\\.json");

    /** Under the store's lock: writes the claim unless there is one, and returns the one that stands. */
    public Claim claim(Path root, RingPosition position, KeyId candidate) throws IOException {
        if (directory.entry(root, claim(position)).isPresent()) {
            return read(position);
        }
        Path ring = directory.makeDirectory(root, StoreDirectory.ring(position.ring()));
        Claim claim = new Claim(position, candidate);
        disk.replace(
                ring.resolve(claim(position).getFileName()),
                MetadataJson.write(claim),
                directory.rules().publicFile());
        return claim;
    }

    private static Path claim(RingPosition position) {
        return StoreDirectory.claim(position.ring(), position.generation());
    }

    /** All claims of a ring, highest generation first. */
    public List<Claim> claims(KeyName ring) throws IOException {
        List<Claim> claims = new ArrayList<>();
        for (RingPosition position : positions(ring)) {
            claims.add(read(position));
        }
        return claims;
    }

    /** The key that holds the highest generation. */
    Optional<KeyId> newest(KeyName ring) throws IOException {
        Optional<RingPosition> highest = positions(ring).stream().findFirst();
        return highest.isEmpty() ? Optional.empty() : holder(highest.get());
    }

    /** Which key holds a generation. */
    public Optional<KeyId> holder(RingPosition position) throws IOException {
        boolean claimed = directory.entry(claim(position)).isPresent();
        return claimed ? Optional.of(read(position).holder()) : Optional.empty();
    }

    /** The rings in which a key holds a generation. */
    public Set<KeyName> names() throws IOException {
        Set<KeyName> rings = new LinkedHashSet<>();
        for (KeyName ring : directories()) {
            if (!positions(ring).isEmpty()) {
                rings.add(ring);
            }
        }
        return rings;
    }

    /** The rings that have a directory. */
    List<KeyName> directories() throws IOException {
        return directory.names(StoreDirectory.RINGS).stream()
                .filter(name -> NAME.matcher(name).matches())
                .map(KeyName::new)
                .toList();
    }

    /** Whether a key holds a generation of any ring; a claim that cannot be read is an error, for it may be the key's. */
    public boolean isHolder(KeyId id) throws IOException {
        for (KeyName ring : directories()) {
            if (claims(ring).stream().anyMatch(claim -> claim.holder().equals(id))) {
                return true;
            }
        }
        return false;
    }

    /** A claim of each key that holds a generation; one that cannot be read names no key that could be told, and is left out. */
    public Map<KeyId, Path> evidence() throws IOException {
        Map<KeyId, Path> evidence = new HashMap<>();
        for (KeyName ring : directories()) {
            for (RingPosition position : positions(ring)) {
                try {
                    evidence.put(read(position).holder(), claim(position));
                } catch (IntegrityException | UnsupportedException | RefusedFileException illegible) {
                    // Whose claim it is cannot be told.
                }
            }
        }
        return evidence;
    }

    /** The generations that are claimed, highest first. */
    private List<RingPosition> positions(KeyName ring) throws IOException {
        return directory.names(StoreDirectory.ring(ring)).stream()
                .map(GENERATION::matcher)
                .filter(Matcher::matches)
                .map(generation -> new RingPosition(ring, Long.parseLong(generation.group(1))))
                .sorted(Comparator.comparing(RingPosition::generation).reversed())
                .toList();
    }

    private Claim read(RingPosition position) throws IOException {
        Path relative = claim(position);
        String name = relative + " in " + directory.location();
        try {
            Claim claim = MetadataJson.readClaim(
                    disk.read(directory.require(relative), JsonObject.MAX_BYTES).bytes());
            if (!claim.position().equals(position)) {
                throw new MalformedException(
                        "it claims generation " + claim.position().generation() + " of "
                                + claim.position().ring());
            }
            return claim;
        } catch (MalformedException e) {
            throw new IntegrityException(
                    name + ": " + e.getMessage() + ". Restore it from a backup: it says which key holds this generation"
                            + " of the ring.",
                    e);
        } catch (UnsupportedException e) {
            throw new UnsupportedException(name + ": " + e.getMessage() + ".", e);
        }
    }
}
