package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.Shell.Outcome;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("one-jdk")
class BackupCommandsTest {
    @TempDir
    Path directory;

    private Shell shell;
    private Path passphrase;
    private Path archive;
    private Path restored;

    @BeforeEach
    void makeKeys() throws IOException {
        shell = new Shell(directory);
        passphrase = shell.writeSecret("archive-passphrase", "correct horse\n");
        archive = shell.file("archive.gpg");
        restored = shell.file("restored");
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        shell.chancery("generate", "ecdsa", "--ring", "ca").expect(ExitStatus.DONE);
    }

    private Outcome backUp(Object... more) {
        return shell.chancery(
                Stream.concat(Stream.of("backup", "--out", archive, "--passphrase-file", passphrase), Stream.of(more))
                        .toArray());
    }

    private Outcome opened(String command, Object... more) {
        return shell.chancery(
                Stream.concat(Stream.of(command, archive, "--passphrase-file", passphrase), Stream.of(more))
                        .toArray());
    }

    @Test
    void a_store_is_backed_up_drilled_and_restored_and_all_of_it_is_on_record() throws IOException {
        Path log = shell.file("log");
        Path auditKey = shell.makeAuditKey();
        Object[] audited = {"--audit", log, "--audit-key", auditKey};
        assertThat(backUp(audited).expect(ExitStatus.DONE).line()).contains("2 keys", archive.toString());

        Outcome drill = opened(
                "drill",
                Stream.concat(
                                Stream.of("--page", shell.file("drill.html"), "--report", shell.file("drill.json")),
                                Stream.of(audited))
                        .toArray());
        assertThat(drill.expect(ExitStatus.DONE).raw()).contains("mine signs", "Everything would recover");
        assertThat(shell.file("drill.html")).content().contains("everything would recover");
        assertThat(shell.file("drill.json")).content().contains("\"good\" : true");

        // What happens to the key afterwards is in the live store and in the log.
        shell.chancery("compromise", "mine", "--audit", log, "--audit-key", auditKey);
        Outcome plan = opened("restore", "--into", restored, "--dry-run", "--audit", log, "--audit-key", auditKey);
        assertThat(plan.expect(ExitStatus.DONE).raw())
                .contains("signed by the audit key", "restore   mine: As COMPROMISED", "rings/ca/1");
        assertThat(restored).doesNotExist();
        Outcome done = opened("restore", "--into", restored, "--audit", log, "--audit-key", auditKey);
        assertThat(done.expect(ExitStatus.DONE).output()).isEqualTo(plan.output());
        assertThat(shell.chanceryElsewhere("--store", restored, "list", "--json")
                        .raw())
                .contains("COMPROMISED");

        Outcome shown = shell.chanceryElsewhere("audit", "show", log, "--json", "--audit-key", auditKey);
        assertThat(shown.raw()).contains("BACKUP_MADE", "DRILL_PERFORMED", "KEY_RESTORED");
        shell.chanceryElsewhere("audit", "verify", log, "--audit-key", auditKey).expect(ExitStatus.DONE);
    }

    @Test
    void the_audit_log_alone_knows_what_was_compromised() throws IOException {
        Path log = shell.file("log");
        Path auditKey = shell.makeAuditKey();
        backUp("--audit-key", auditKey).expect(ExitStatus.DONE);
        // In this process, for the command would take its class path from the launcher.
        shell.chancery("deactivate", "mine", "--reason", "done with", "--audit", log, "--audit-key", auditKey)
                .expect(ExitStatus.DONE);
        Outcome done = run(
                "restore",
                archive,
                "--store",
                restored,
                "--passphrase-file",
                passphrase,
                "--log",
                log,
                "--audit-key",
                auditKey);
        assertThat(done.expect(ExitStatus.DONE).raw()).contains("As DEACTIVATED", "the audit log (");
    }

    private static Outcome run(Object... words) {
        return Shell.run("", Stream.of(words).map(Object::toString).toArray(String[]::new));
    }

    @Test
    void custodians_open_what_they_keep_together() throws IOException {
        backUp().expect(ExitStatus.DONE);
        Path shared = shell.file("shared.gpg");
        Outcome made = shell.chancery("backup", "--out", shared, "--custodians", 5, "--threshold", 3);
        assertThat(made.expect(ExitStatus.DONE).raw()).contains("Shares in " + shared + ".shares");
        Path shares = shell.file("shared.gpg.shares");
        try (Stream<Path> files = Files.list(shares)) {
            assertThat(files)
                    .hasSize(10)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        List<Path> texts = List.of(
                shares.resolve("share-1-of-5.txt"),
                shares.resolve("share-3-of-5.txt"),
                shares.resolve("share-5-of-5.txt"));
        String asked = Files.readString(texts.get(1))
                .lines()
                .filter(line -> line.startsWith("CHANCERY-SHARE"))
                .findFirst()
                .orElseThrow();
        Outcome restore = shell.chanceryWithInput(
                asked.substring(0, asked.length() - 1) + (asked.endsWith("0") ? "1" : "0") + "\n" + asked + "\n",
                "restore",
                shared,
                "--into",
                restored,
                "--share-file",
                texts.get(0),
                "--share-file",
                texts.get(2));
        assertThat(restore.expect(ExitStatus.DONE).errors()).contains("line 1 is damaged", "Still needed: 0");
        Outcome twoOfThree = shell.chanceryWithInput(
                asked + "\n", "restore", shared, "--into", shell.file("other"), "--share-file", texts.get(0));
        assertThat(twoOfThree.expect(ExitStatus.USAGE).errors())
                .contains("does not open yet. Still needed: 1 of 3 (given: 1, 3). Ask another custodian");
        shell.chancery("restore", archive, "--into", shell.file("other"), "--share-file", texts.get(0))
                .expectError(ExitStatus.USAGE, "another archive");
    }

    @Test
    void old_archives_of_a_directory_go() throws IOException {
        Path backups = Files.createDirectory(shell.file("backups"));
        for (String name :
                List.of("chancery-20200101T000000Z.tar.gz.gpg", "chancery-20200102T000000Z.tar.gz.gpg", "mine.gpg")) {
            Files.writeString(backups.resolve(name), "x");
        }
        Outcome made =
                shell.chancery("backup", "--out", backups, "--keep", "2d", "--passphrase-file", passphrase, "--json");
        assertThat(made.expect(ExitStatus.DONE).raw()).contains("chancery-20200101T000000Z.tar.gz.gpg\"]");
        try (Stream<Path> left = Files.list(backups)) {
            assertThat(left).hasSize(3);
        }
        shell.chancery("drill", "--latest", backups, "--passphrase-file", passphrase)
                .expect(ExitStatus.DONE);
    }

    @Test
    void a_private_half_that_is_cut_off_keeps_the_older_archives_and_comes_back_from_one() throws IOException {
        backUp().expect(ExitStatus.DONE);
        Path half = shell.store().resolve("private/mine.pem");
        String whole = Files.readString(half);
        Files.writeString(half, whole.substring(0, 60));
        Path backups = Files.createDirectory(shell.file("backups"));
        Path old = Files.writeString(backups.resolve("chancery-20200101T000000Z.tar.gz.gpg"), "x");

        Outcome made = shell.chancery("backup", "--out", backups, "--keep", "1d", "--passphrase-file", passphrase);

        assertThat(made.expect(ExitStatus.NEGATIVE).raw()).contains("mine. Its file is cut off.");
        assertThat(old).exists();
        assertThat(opened("restore", "--into", shell.store())
                        .expect(ExitStatus.DONE)
                        .raw())
                .contains("repair    mine: As ACTIVE. What is missing comes back: its private half.");
        assertThat(half).hasContent(whole);
    }

    @Test
    void a_drill_of_another_store_or_of_no_file_says_nothing_of_this_one() throws IOException {
        Object[] audited = {"--audit", shell.file("log"), "--audit-key", shell.makeAuditKey()};
        backUp(audited).expect(ExitStatus.DONE);
        shell.chancery(Shell.join(
                        new Object[] {"drill", shell.file("nothing.gpg"), "--passphrase-file", passphrase}, audited))
                .expect(ExitStatus.USAGE);
        assertThat(shell.chanceryElsewhere("audit", "show", shell.file("log")).raw())
                .doesNotContain("DRILL_PERFORMED");

        opened("drill", audited).expect(ExitStatus.DONE);
        Path other = shell.file("other");
        shell.chanceryElsewhere("--store", other, "generate", "ecdsa", "theirs").expect(ExitStatus.DONE);
        assertThat(report(audited, "--store", shell.store())).contains("The last drill that went well was on");
        assertThat(report(audited, "--store", other)).contains("No drill that went well is on record");
    }

    private static String report(Object[] audited, Object... store) {
        return run(Shell.join(Shell.join(store, "report", "--json"), audited))
                .expect(ExitStatus.DONE)
                .raw();
    }

    @Test
    void what_makes_no_sense_is_refused() throws IOException {
        shell.chancery("backup", "--out", archive).expectError(ExitStatus.USAGE, "--passphrase-file");
        backUp("--custodians", 5, "--threshold", 3).expectError(ExitStatus.USAGE, "not several");
        shell.chancery("backup", "--out", archive, "--custodians", 5).expectError(ExitStatus.USAGE, "belong together");
        backUp("--keep", "7d").expectError(ExitStatus.USAGE, "--keep");
        shell.chancery("restore", archive).expectError(ExitStatus.USAGE, "--passphrase-file");
        shell.chancery("drill").expectError(ExitStatus.USAGE, "--latest");
        opened("restore").expectError(ExitStatus.USAGE, "There is no file " + archive);
        opened("restore", "--into", "pkcs11:token=release")
                .expectError(ExitStatus.USAGE, "pkcs11:token=release is none", "chancery import ID");
        Files.writeString(archive, "x".repeat(100));
        opened("restore").expectError(ExitStatus.FAILED, "no encrypted OpenPGP message");
        assertThat(archive).exists();
    }
}
