package dev.chancery.backup.internal.layout;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of a directory of keys, by its path in it. Only what has a place in the layout becomes a path on a disk.
 *
 * @param kind what it is
 * @param path its path, with slashes
 * @param name the key's id, of a claim the ring's name, else empty
 */
public record LayoutPath(Kind kind, String path, String name) {
    private static final String ID = "[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9_-])?";
    private static final String RING = "[a-z0-9][a-z0-9-]{0,62}";
    private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    /** Directory of what the archive says of itself. */
    public static final String OURS = "backup";

    /** What a file is. */
    public enum Kind {
        /** What is known of a key. */
        METADATA("(" + ID + ")\\.json", 1 << 20, "rw-r--r--"),
        /** A private half. */
        PRIVATE("private/(" + ID + ")\\.pem", 1 << 16, "rw-------"),
        /** A private half that was moved aside by hand. */
        DISABLED("private/(" + ID + ")\\.pem\\.disabled", 1 << 16, "rw-------"),
        /** A public half. */
        PUBLIC("public/(" + ID + ")\\.pub", 1 << 16, "rw-r--r--"),
        /** Which key holds a generation. */
        CLAIM("rings/(" + RING + ")/[1-9][0-9]{0,17}\\.json", 1 << 20, "rw-r--r--"),
        /** That a key is of a ring. */
        WAITING("rings/" + RING + "/(" + ID + ")\\.waiting", 1 << 10, "rw-r--r--"),
        /** That no such entry is missing. */
        INDEXED("rings/\\.indexed()", 1 << 10, "rw-r--r--"),
        /** That a key was half-made. */
        MARKER("(" + ID + ")\\.creating", 1 << 10, "rw-r--r--"),
        /** What the archive says of itself. */
        OF_ARCHIVE(OURS + "/[A-Za-z0-9._/-]+()", Integer.MAX_VALUE, "rw-r--r--"),
        /** Anything else: it is left out. */
        OTHER("(?s).*()", Integer.MAX_VALUE, "rw-------");

        private final Pattern pattern;
        private final int largest;
        private final String mode;

        Kind(String pattern, int largest, String mode) {
            this.pattern = Pattern.compile(pattern);
            this.largest = largest;
            this.mode = mode;
        }

        /** How many bytes it may have. */
        public int largest() {
            return largest;
        }

        /** The mode that it is made with, such as {@code rw-------}. */
        public String mode() {
            return mode;
        }

        /** Whether it is one of the files of a key. */
        public boolean isOfKey() {
            return this == METADATA || isPrivate() || this == PUBLIC;
        }

        public boolean isPrivate() {
            return this == PRIVATE || this == DISABLED;
        }
    }

    /** Where a path belongs. */
    public static LayoutPath of(String path) {
        for (Kind kind : Kind.values()) {
            Matcher matcher = kind.pattern.matcher(path);
            if (matcher.matches()) {
                String name = matcher.group(1);
                boolean sound = !name.contains("..") && !DEVICE.matcher(name).matches();
                return sound ? new LayoutPath(kind, path, name) : new LayoutPath(Kind.OTHER, path, "");
            }
        }
        throw new IllegalStateException("The last kind takes every path.");
    }

    public static LayoutPath metadata(String id) {
        return of(id + ".json");
    }

    public static LayoutPath privateKey(String id) {
        return of("private/" + id + ".pem");
    }

    public static LayoutPath disabledKey(String id) {
        return of("private/" + id + ".pem.disabled");
    }

    public static LayoutPath publicKey(String id) {
        return of("public/" + id + ".pub");
    }

    public static LayoutPath marker(String id) {
        return of(id + ".creating");
    }

    /** Of a claim: the generation. */
    public long generation() {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return Long.parseLong(file.substring(0, file.length() - ".json".length()));
    }

    /** The same on a file system that does not tell capitals from small letters. */
    public static String folded(String path) {
        return java.text.Normalizer.normalize(path, java.text.Normalizer.Form.NFC)
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return path;
    }
}
