package dev.chancery.benchmarks;

/**
 * What one fork found: a line of the results.
 *
 * @param round which time
 * @param jdk the version of Java, or - where there is none
 * @param contender who
 * @param workload with what
 * @param operation what was done
 * @param threads by how many threads
 * @param perCpuSecond operations per second of CPU time
 * @param bytes bytes allocated for each operation
 */
record Sample(
        int round,
        String jdk,
        String contender,
        String workload,
        String operation,
        int threads,
        double perCpuSecond,
        double bytes) {

    /** Prints what this JVM measured; {@code benchmarks/run} puts the round before it. */
    static void print(String contender, String workload, String operation, int threads, Measurement found) {
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
                field[1],
                field[2],
                field[3],
                field[4],
                Integer.parseInt(field[5]),
                Double.parseDouble(field[6]),
                Double.parseDouble(field[7]));
    }
}
