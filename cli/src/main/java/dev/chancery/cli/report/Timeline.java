package dev.chancery.cli.report;

import dev.chancery.cli.page.Page;
import dev.chancery.cli.report.RingHistory.Generation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Draws the generations of a ring on one scale of time, a bar in each row of a table. */
final class Timeline {
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 16;

    /** What a generation with no end is drawn to beyond the report's day. */
    private static final Duration BEYOND = Duration.ofDays(30);

    private final Instant begin;
    private final Instant end;
    private final Instant now;

    /** Makes the scale: from the first generation to the last end that is known, the day of the report inside. */
    Timeline(RingHistory ring, Instant now) {
        List<Generation> generations = ring.generations();
        this.now = now;
        this.begin = generations.stream()
                .map(Generation::begin)
                .min(Instant::compareTo)
                .orElse(now);
        this.end = Stream.concat(
                        Stream.of(now.plus(BEYOND)),
                        generations.stream().flatMap(generation -> generation.signsUntil().stream()))
                .max(Instant::compareTo)
                .orElse(now);
    }

    /** The legend, once for all rings. */
    static void legend(Page page) {
        page.element(
                "ul",
                () -> {
                    entry(page, "current", "current: new signatures are its own");
                    entry(page, "overlap", "overlap: signs on beside the next one");
                    entry(page, "verifies", "verifies what it has signed");
                    entry(page, "compromised", "compromised");
                },
                "class",
                "legend");
    }

    private static void entry(Page page, String style, String meaning) {
        page.element("li", () -> {
            page.element(
                    "svg",
                    () -> bar(page, style, 0, WIDTH),
                    "viewBox",
                    "0 0 " + WIDTH + " " + HEIGHT,
                    "preserveAspectRatio",
                    "none",
                    "aria-hidden",
                    "true");
            page.text(meaning);
        });
    }

    /** The bar of one generation. */
    void draw(Page page, Generation generation) {
        int from = x(generation.begin());
        int signs = generation.signsUntil().map(this::x).orElse(WIDTH);
        int followed = generation.followed().map(this::x).orElse(signs);
        int current = Math.min(followed, signs);
        page.element(
                "svg",
                () -> {
                    bar(page, "ground", 0, WIDTH);
                    if (generation.compromised()) {
                        bar(page, "compromised", from, WIDTH);
                    } else {
                        bar(page, "verifies", signs, WIDTH);
                        bar(page, "overlap", current, signs);
                        bar(page, "current", from, current);
                    }
                    String x = Integer.toString(x(now));
                    page.element("line", "", "class", "now", "x1", x, "x2", x, "y1", "0", "y2", "" + HEIGHT);
                },
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                describe(generation));
    }

    private static void bar(Page page, String style, int from, int to) {
        if (to > from) {
            page.element(
                    "rect",
                    "",
                    "class",
                    style,
                    "x",
                    "" + from,
                    "y",
                    "0",
                    "width",
                    "" + (to - from),
                    "height",
                    "" + HEIGHT);
        }
    }

    private int x(Instant instant) {
        long all = Duration.between(begin, end).toSeconds();
        long part = Duration.between(begin, instant).toSeconds();
        return all <= 0 ? 0 : (int) Math.max(0, Math.min(WIDTH, WIDTH * part / all));
    }

    private static String describe(Generation generation) {
        StringBuilder text = new StringBuilder("Generation ")
                .append(generation.number())
                .append(" from ")
                .append(Times.day(generation.begin()));
        generation.followed().ifPresent(next -> text.append(", followed on ").append(Times.day(next)));
        generation.signsUntil().ifPresent(until -> text.append(", signs until ").append(Times.day(until)));
        return text.append(generation.compromised() ? ", compromised" : "").toString();
    }

    /** What the scale spans. */
    String span() {
        return Times.day(begin) + " to " + Times.day(end);
    }
}
