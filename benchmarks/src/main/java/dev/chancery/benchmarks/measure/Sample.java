package dev.chancery.benchmarks.measure;

/**
 * What one fork found: a line of the results.
 *
 * @param round which time
 * @param cell what was measured
 * @param perSecond operations per second, of CPU time unless the operation says otherwise
 * @param bytes bytes allocated for each operation
 */
public record Sample(int round, Cell cell, double perSecond, double bytes) {

    /**
     * What is measured.
     *
     * @param jdk the version of Java, or - where it is not Java or does not matter
     * @param contender who
     * @param workload with what
     * @param operation what is done
     * @param threads by how many threads
     */
    record Cell(String jdk, String contender, String workload, String operation, int threads) {}

    /** Prints what this JVM measured; {@code benchmarks/run} puts the round before it. */
    public static void print(String contender, String workload, String operation, int threads, Measurement found) {
        System.out.printf(
                "%d\t%s\t%s\t%s\t%d\t%.3f\t%.1f%n",
                Runtime.version().feature(),
                contender,
                workload,
                operation,
                threads,
                found.perCpuSecond(),
                found.bytes());
    }

    static Sample parse(String line) {
        String[] field = line.split("\t", -1);
        return new Sample(
                Integer.parseInt(field[0]),
                new Cell(field[1], field[2], field[3], field[4], Integer.parseInt(field[5])),
                Double.parseDouble(field[6]),
                Double.parseDouble(field[7]));
    }
}
