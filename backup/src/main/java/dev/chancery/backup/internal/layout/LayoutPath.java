package dev.chancery.backup.internal.layout;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    private static final Pattern GENERATION = Pattern.compile("([a-z0-9][a-z0-9-]{0,62})/[1-9][0-9]{0,17}");
    private static final Pattern ENTRY = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}/([^/]+)");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/-]+");
    private static final Pattern DEVICE = Pattern.compile("con|prn|aux|nul|com[0-9]|lpt[0-9]");
    private static final int LONGEST_DEVICE = 4;
    private static final int LONGEST_ID = 63;
    private static final List<Kind> KINDS = List.of(Kind.values());

    /** Directory of what the archive says of itself. */
    public static final String OURS = "backup";

    /** What a file is. */
    public enum Kind {
        /** A private half. */
        PRIVATE("private/", ".pem", 1 << 16, "rw-------"),
        /** A private half that was moved aside by hand. */
        DISABLED("private/", ".pem.disabled", 1 << 16, "rw-------"),
        /** A public half. */
        PUBLIC("public/", ".pub", 1 << 16, "rw-r--r--"),
        /** What is known of a key. */
        METADATA("", ".json", 1 << 20, "rw-r--r--"),
        /** That a key was half-made. */
        MARKER("", ".creating", 1 << 10, "rw-r--r--"),
        /** Which key holds a generation. */
        CLAIM("rings/", ".json", 1 << 20, "rw-r--r--"),
        /** That a key is of a ring. */
        WAITING("rings/", ".waiting", 1 << 10, "rw-r--r--"),
        /** That no such entry is missing. */
        INDEXED("rings/", ".indexed", 1 << 10, "rw-r--r--"),
        /** What the archive says of itself. */
        OF_ARCHIVE(OURS + "/", "", Integer.MAX_VALUE, "rw-r--r--"),
        /** Anything else: it is left out. */
        OTHER("", "", Integer.MAX_VALUE, "rw-------");

        private final String before;
        private final String after;
        private final int largest;
        private final String mode;

        Kind(String before, String after, int largest, String mode) {
            this.before = before;
            this.after = after;
            this.largest = largest;
            this.mode = mode;
        }

        /** The path of a key's file. */
        private LayoutPath of(String id) {
            return isId(id) && !isDevice(id)
                    ? new LayoutPath(this, before + id + after, id)
                    : LayoutPath.of(before + id + after);
        }

        /** Whether a path can be of this kind. */
        private boolean encloses(String path) {
            return path.length() >= before.length() + after.length() && path.startsWith(before) && path.endsWith(after);
        }

        /** What a path of this kind is of, by what stands between; empty where it is of another kind. */
        private Optional<String> name(String between) {
            return switch (this) {
                case PRIVATE, DISABLED, PUBLIC, METADATA, MARKER ->
                    isId(between) ? Optional.of(between) : Optional.empty();
                case CLAIM -> group(GENERATION.matcher(between));
                case WAITING -> group(ENTRY.matcher(between)).filter(LayoutPath::isId);
                case INDEXED -> between.isEmpty() ? Optional.of("") : Optional.empty();
                case OF_ARCHIVE -> PLAIN.matcher(between).matches() ? Optional.of("") : Optional.empty();
                case OTHER -> Optional.of("");
            };
        }

        private static Optional<String> group(Matcher matcher) {
            return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
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
        for (Kind kind : KINDS) {
            if (kind.encloses(path)) {
                Optional<String> name =
                        kind.name(path.substring(kind.before.length(), path.length() - kind.after.length()));
                if (name.isPresent()) {
                    return isDevice(name.get())
                            ? new LayoutPath(Kind.OTHER, path, "")
                            : new LayoutPath(kind, path, name.get());
                }
            }
        }
        throw new IllegalStateException("The last kind takes every path.");
    }

    /** Without a pattern: there can be a million. */
    private static boolean isId(String text) {
        int length = text.length();
        if (length == 0 || length > LONGEST_ID || text.contains("..") || text.charAt(length - 1) == '.') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!plain && (i == 0 || c != '.' && c != '_' && c != '-')) {
                return false;
            }
        }
        return true;
    }

    /** What Windows opens as a device, with any extension. */
    private static boolean isDevice(String name) {
        int dot = name.indexOf('.');
        int length = dot < 0 ? name.length() : dot;
        return length <= LONGEST_DEVICE
                && DEVICE.matcher(name.substring(0, length)).matches();
    }

    public static LayoutPath metadata(String id) {
        return Kind.METADATA.of(id);
    }

    public static LayoutPath privateKey(String id) {
        return Kind.PRIVATE.of(id);
    }

    public static LayoutPath disabledKey(String id) {
        return Kind.DISABLED.of(id);
    }

    public static LayoutPath publicKey(String id) {
        return Kind.PUBLIC.of(id);
    }

    public static LayoutPath marker(String id) {
        return Kind.MARKER.of(id);
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
