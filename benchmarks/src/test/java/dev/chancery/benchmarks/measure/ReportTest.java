package dev.chancery.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table, and the goals beneath it. */
class ReportTest {
    @TempDir
    private Path directory;

    @Test
    void takes_ratios_within_a_round_and_their_median() throws Exception {
        String report = report(
                "1\t17\tchancery-corretto\tec-p256\tsign\t1\t50\t300",
                "2\t17\tchancery-corretto\tec-p256\tsign\t1\t100\t308",
                "3\t17\tchancery-corretto\tec-p256\tsign\t1\t90\t300",
                "1\t17\tjca-corretto\tec-p256\tsign\t1\t50\t100",
                "2\t17\tjca-corretto\tec-p256\tsign\t1\t100\t100",
                "3\t17\tjca-corretto\tec-p256\tsign\t1\t100\t100",
                "1\t-\topenssl\tecdsap256\tsign\t1\t100\t0",
                "2\t-\topenssl\tecdsap256\tsign\t1\t50\t0");

        assertThat(report)
                .contains("| 17 | 1 | ec-p256 | sign | corretto | 90 | 50 – 100 | 1.00 | 1.25 |  |  |  | 300 | 100 |");
        assertThat(report)
                .contains("signs at least as fast as OpenSSL, with AmazonCorrettoCryptoProvider: met in 1 of 1");
    }

    @Test
    void says_which_goals_are_missed_and_by_how_much() throws Exception {
        String report = report(
                "1\t17\tchancery-bouncycastle\ted25519\tsign\t1\t80\t400",
                "1\t17\tjca-bouncycastle\ted25519\tsign\t1\t100\t100");

        assertThat(report)
                .contains("as raw JCA with the same provider: met in 0 of 1 settings")
                .contains("missed by ed25519, bouncycastle, JDK 17, 1 thread: 0.80 (0.80 – 0.80)")
                .contains("missed by ed25519, bouncycastle, JDK 17, 1 thread: 300 bytes more");
    }

    @Test
    void tells_what_is_done_once_in_time() throws Exception {
        String report = report(
                "1\t-\tchancery\tprocess\tclock\t1\t4\t0",
                "1\t-\tempty-jvm\tprocess\tclock\t1\t10\t0",
                "1\t17\tchancery\t10-keys\topen\t1\t500\t0",
                "1\t17\tchancery\t1000-keys\topen\t1\t400\t0");

        assertThat(report)
                .contains("| clock | 250.0 ms (250.0 – 250.0) | 100.0 ms (100.0 – 100.0) | 2.50 |")
                .contains("| 17 | 1000 | 2.5 ms (2.5 – 2.5) | 1.25 |");
    }

    private String report(String... lines) throws Exception {
        Path file = Files.write(directory.resolve("results.tsv"), List.of(lines));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new Report(Results.read(file), new PrintStream(printed, true, StandardCharsets.UTF_8)).print();
        return printed.toString(StandardCharsets.UTF_8);
    }
}
