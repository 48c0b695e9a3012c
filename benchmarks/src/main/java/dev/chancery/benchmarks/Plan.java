package dev.chancery.benchmarks;

import dev.chancery.benchmarks.contenders.Contender;
import dev.chancery.benchmarks.contenders.Workload;
import java.util.List;

/** Prints which forks to start, a line each: workload, its name in {@code openssl speed}, contender, native or java. */
final class Plan {
    private Plan() {}

    /** Arguments: labels of workloads, none for all. */
    public static void main(String[] args) {
        List<String> wanted = List.of(args);
        for (String label : wanted) {
            if (List.of(Workload.values()).stream().noneMatch(w -> w.label().equals(label))) {
                System.err.println("There is no algorithm '" + label + "' here.");
                System.exit(2);
            }
        }
        for (Workload workload : Workload.values()) {
            if (wanted.isEmpty() || wanted.contains(workload.label())) {
                print(workload);
            }
        }
    }

    private static void print(Workload workload) {
        for (Contender contender : Contender.values()) {
            if (contender.takesPartIn(workload)) {
                System.out.println(String.join(
                        " ",
                        workload.label(),
                        workload.opensslName(),
                        contender.label(),
                        contender.isNative() ? "native" : "java"));
            }
        }
    }
}
