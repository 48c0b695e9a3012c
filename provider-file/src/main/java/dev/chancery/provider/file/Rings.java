package dev.chancery.provider.file;

import dev.chancery.IntegrityException;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.RingPosition;
import dev.chancery.UnsupportedException;
import dev.chancery.spi.Claim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which key holds which generation of a ring: one small file each, written once. Called on {@link FileThreads} only. */
final class Rings {
    /** As {@link KeyName} has it; a directory of another name is none of ours. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private static final Pattern GENERATION = Pattern.compile("([1-9][0-9]{0,17})\\.json");

    private final StoreDirectory directory;
    private final Disk disk;

    Rings(StoreDirectory directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** Under the store's lock: writes the claim unless there is one, and returns the one that stands. */
    Claim claim(Path root, RingPosition position, KeyId candidate) throws IOException {
        Path relative = StoreDirectory.claim(position.ring(), position.generation());
        Path ring = directory.makeDirectory(root, StoreDirectory.ring(position.ring()));
        Path file = directory.resolve(root, relative);
        if (disk.stat(file).isPresent()) {
            return read(file, position);
        }
        Claim claim = new Claim(position, candidate);
        disk.replace(
                ring.resolve(relative.getFileName()),
                MetadataJson.write(claim),
                directory.rules().publicFile());
        return claim;
    }

    /** All claims of a ring, highest generation first. */
    List<Claim> claims(KeyName ring) throws IOException {
        List<Claim> claims = new ArrayList<>();
        Optional<Path> root = directory.root();
        Optional<Path> there = root.isEmpty() ? Optional.empty() : directory(root.get(), StoreDirectory.ring(ring));
        if (there.isPresent()) {
            for (String name : disk.names(there.get())) {
                Matcher generation = GENERATION.matcher(name);
                if (generation.matches()) {
                    RingPosition position = new RingPosition(ring, Long.parseLong(generation.group(1)));
                    Path file = directory.resolve(root.get(), StoreDirectory.claim(ring, position.generation()));
                    claims.add(read(file, position));
                }
            }
        }
        claims.sort(Comparator.comparing((Claim claim) -> claim.position().generation())
                .reversed());
        return claims;
    }

    /** The rings in which somebody holds a generation. */
    Set<KeyName> names() throws IOException {
        Set<KeyName> rings = new LinkedHashSet<>();
        Optional<Path> root = directory.root();
        Optional<Path> there = root.isEmpty() ? Optional.empty() : directory(root.get(), StoreDirectory.RINGS);
        if (there.isPresent()) {
            for (String name : disk.names(there.get())) {
                if (NAME.matcher(name).matches() && hasClaims(root.get(), new KeyName(name))) {
                    rings.add(new KeyName(name));
                }
            }
        }
        return rings;
    }

    /** The keys that hold a generation of any ring. */
    Set<KeyId> holders() throws IOException {
        Set<KeyId> holders = new HashSet<>();
        for (KeyName ring : names()) {
            claims(ring).forEach(claim -> holders.add(claim.holder()));
        }
        return holders;
    }

    private boolean hasClaims(Path root, KeyName ring) throws IOException {
        Optional<Path> there = directory(root, StoreDirectory.ring(ring));
        return there.isPresent()
                && disk.names(there.get()).stream()
                        .anyMatch(name -> GENERATION.matcher(name).matches());
    }

    /** A directory of rings, the one above it checked too. */
    private Optional<Path> directory(Path root, Path relative) throws IOException {
        Path parent = relative.getParent();
        if (parent != null && directory.directory(root, parent).isEmpty()) {
            return Optional.empty();
        }
        return directory.directory(root, relative);
    }

    private Claim read(Path file, RingPosition position) throws IOException {
        String name = StoreDirectory.claim(position.ring(), position.generation()) + " in " + directory.location();
        try {
            Claim claim =
                    MetadataJson.readClaim(disk.read(file, JsonObject.MAX_BYTES).bytes());
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
