package dev.chancery.provider.aws;

/** Text from outside, safe to stand in a message: one line of ASCII, not too long. */
final class Printable {
    private static final int MOST = 200;

    private Printable() {}

    static String of(String text) {
        String safe = text.replaceAll("[^ -~]", "?");
        return safe.length() > MOST ? safe.substring(0, MOST) + "…" : safe;
    }
}
