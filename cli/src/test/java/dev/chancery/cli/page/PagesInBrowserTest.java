package dev.chancery.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.Shell;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages are in a browser, with an accessibility checker in it. */
@Tag("one-jdk")
class PagesInBrowserTest {
    private static final int PHONE = 390;
    private static final int DESK = 1280;
    private static final String ATTACK =
            "</td></table><script>document.title='taken'</script><img src=x onerror='document.title=1'>";

    @TempDir
    Path directory;

    private Shell shell;
    private Chromium chromium;
    private Object[] audited;

    @BeforeEach
    void makeKeys() throws IOException {
        shell = new Shell(directory);
        chromium = new Chromium(directory);
        Path auditKey = shell.makeAuditKey();
        audited = new Object[] {"--audit", shell.file("log"), "--audit-key", auditKey};
        run("generate", "rsa", "old", "--spec", "RSA_2048");
        run("generate", "ecdsa", "--ring", "certs", "--as", ATTACK);
        run("rotate", "certs");
        run("sign", "--key", "certs", shell.write("file", "hello"), "--as", ATTACK);
        run("suspend", "old", "--reason", ATTACK);
    }

    private void run(Object... words) {
        shell.chancery(Shell.join(words, audited)).expect(ExitStatus.DONE);
    }

    @Test
    void the_report_reads_well_on_a_phone_and_on_a_dark_desk_and_nothing_in_it_runs() throws IOException {
        Path page = shell.file("report.html");
        run("report", "--out", page);
        for (boolean dark : new boolean[] {false, true}) {
            assertGood(chromium.look(page, dark ? DESK : PHONE, dark), dark ? DESK : PHONE, dark);
        }
    }

    @Test
    void a_drills_page_reads_well_on_a_dark_phone() throws IOException {
        Path passphrase = shell.writeSecret("passphrase", "correct horse\n");
        Path archive = shell.file("archive.gpg");
        Path page = shell.file("drill.html");
        run("backup", "--out", archive, "--passphrase-file", passphrase);
        run("drill", archive, "--passphrase-file", passphrase, "--page", page);
        assertGood(chromium.look(page, PHONE, true), PHONE, true);
    }

    private static void assertGood(Map<String, Object> look, int width, boolean dark) {
        assertThat(look.get("violations")).isEqualTo(List.of());
        assertThat(((Number) look.get("passes")).intValue())
                .as("rules that axe applied")
                .isGreaterThan(15);
        assertThat(look.get("dark")).isEqualTo(dark);
        assertThat(((Number) look.get("width")).intValue()).isEqualTo(width);
        assertThat(((Number) look.get("content")).intValue())
                .as("nothing is wider than the window")
                .isLessThanOrEqualTo(width);
        assertThat(((Number) look.get("scripts")).intValue())
                .as("the checker's own two")
                .isEqualTo(2);
        assertThat(((Number) look.get("images")).intValue()).isZero();
        assertThat(look.get("title").toString()).matches("(Signing keys of|Restore drill:) .*");
    }
}
