package dev.chancery.backup.internal.tar;

import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.support.Printable;
import java.util.HashMap;
import java.util.Map;

/** The names of an archive's entries: none leads out of it, none comes twice, none differs from another by capitals alone. Not thread-safe. */
final class EntryNames {
    private static final int LONGEST = 1024;

    /** By the name without capitals: the name, with a slash behind a directory's. */
    private final Map<String, String> seen = new HashMap<>();

    /** Checks a name, and returns it without a leading {@code ./}; empty for the archive's root. */
    String take(String name, boolean directory) {
        String path = name;
        while (path.startsWith("./")) {
            path = path.substring(2);
        }
        if (path.equals(".")) {
            path = "";
        }
        if (directory && path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (path.isEmpty()) {
            if (directory) {
                return path;
            }
            throw refused(name, "an entry without a name");
        }
        check(name, path);
        remember(name, path, directory);
        return path;
    }

    private static void check(String name, String path) {
        if (path.length() > LONGEST) {
            throw refused(name, "a name of more than " + LONGEST + " characters");
        }
        if (path.startsWith("/") || path.matches("[A-Za-z]:.*")) {
            throw refused(name, "an absolute path");
        }
        if (path.contains("\\") || path.chars().anyMatch(Character::isISOControl)) {
            throw refused(name, "a name with a backslash or control character");
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                throw refused(name, "a path that leads out of it");
            }
            if (part.isEmpty() || part.equals(".")) {
                throw refused(name, "a path that is not plain");
            }
        }
    }

    private void remember(String name, String path, boolean directory) {
        String shown = directory ? path + "/" : path;
        String before = seen.putIfAbsent(LayoutPath.folded(path), shown);
        if (before == null || (directory && before.equals(shown))) {
            return;
        }
        throw refused(
                name,
                before.equals(shown)
                        ? "an entry that comes twice"
                        : "two entries that differ by capitals or kind alone");
    }

    static IntegrityException refused(String name, String why) {
        return new IntegrityException("The archive is refused: it has " + why + ", '" + Printable.of(name)
                + "'. Nothing was written. Find out who made it.");
    }
}
