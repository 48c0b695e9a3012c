package dev.chancery.audit.internal.reading;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.SegmentStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The segments of a chain, by what their first lines say. One is found by halving, so that few of those lines are read, however many
 * segments there are. One that does not begin as a segment does is passed over. Not thread-safe.
 */
public final class SegmentStarts {
    private final ChainDirectory chain;
    private final List<Path> segments;
    private final Map<Integer, Optional<SegmentStart>> starts = new HashMap<>();

    /** The segments that a chain has now. */
    public SegmentStarts(ChainDirectory chain) throws IOException {
        this.chain = chain;
        this.segments = chain.segments();
    }

    /** How many segments there are. */
    public int count() {
        return segments.size();
    }

    /**
     * What a segment begins with.
     *
     * @param index which one, counted from 0
     */
    public Optional<SegmentStart> start(int index) throws IOException {
        Optional<SegmentStart> start = starts.get(index);
        if (start == null) {
            start = SegmentStart.of(segments.get(index), chain.number());
            starts.put(index, start);
        }
        return start;
    }

    /** The first that there is. */
    public Optional<SegmentStart> first() throws IOException {
        Optional<SegmentStart> first = Optional.empty();
        for (int i = 0; i < count() && first.isEmpty(); i++) {
            first = start(i);
        }
        return first;
    }

    /** The one that holds a line, or should. */
    public Optional<SegmentStart> holding(long number) throws IOException {
        int index = last(start -> start.number() <= number);
        return index < 0 ? Optional.empty() : start(index);
    }

    /** The index of the last one for which something holds that holds for all before it, too; -1 if it holds for none. */
    public int last(Predicate<SegmentStart> holds) throws IOException {
        int found = -1;
        int from = 0;
        int to = count();
        while (from < to) {
            int middle = (from + to) >>> 1;
            int index = middle;
            while (index > from && start(index).isEmpty()) {
                index--;
            }
            Optional<SegmentStart> start = start(index);
            if (start.isEmpty() || holds.test(start.get())) {
                found = start.isEmpty() ? found : index;
                from = middle + 1;
            } else {
                to = index;
            }
        }
        return found;
    }
}
