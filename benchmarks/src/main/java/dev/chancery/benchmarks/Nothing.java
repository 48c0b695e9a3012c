package dev.chancery.benchmarks;

/** What any Java program costs before it does anything. */
final class Nothing {
    private Nothing() {}

    /** Does nothing. */
    public static void main(String[] args) {}
}
