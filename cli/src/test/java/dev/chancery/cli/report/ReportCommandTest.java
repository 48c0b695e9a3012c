package dev.chancery.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.AuditLog;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.cli.Json;
import dev.chancery.cli.Shell;
import dev.chancery.cli.output.ExitStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.cyclonedx.Version;
import org.cyclonedx.model.component.crypto.enums.State;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@Tag("one-jdk")
class ReportCommandTest {
    private static final String ATTACK = "</td><script src=\"https://evil.example/\">alert(1)</script>";

    @TempDir
    Path directory;

    private Shell shell;
    private Path auditKey;
    private Path log;

    @BeforeEach
    void makeKeys() throws IOException {
        shell = new Shell(directory);
        auditKey = shell.makeAuditKey();
        log = shell.file("log");
        audited("generate", "ecdsa", "--ring", "certs");
    }

    private Shell.Outcome audited(Object... words) {
        return shell.chancery(Shell.join(words, "--audit", log, "--audit-key", auditKey))
                .expect(ExitStatus.DONE);
    }

    private Map<String, Object> json(Object... more) {
        return Json.of(
                audited(Shell.join(new Object[] {"report", "--json"}, more)).raw());
    }

    private Document page(Object... more) throws Exception {
        Path file = shell.file("report.html");
        audited(Shell.join(new Object[] {"report", "--out", file}, more));
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static String section(Document page, String heading) {
        return elements(page, "section")
                .filter(section -> section.getElementsByTagName("h2")
                        .item(0)
                        .getTextContent()
                        .equals(heading))
                .map(Element::getTextContent)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section " + heading));
    }

    private static Stream<Element> elements(Document page, String name) {
        NodeList found = page.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i));
    }

    @Test
    void the_page_says_what_there_is_and_how_it_is_used() throws Exception {
        audited("health", "--level", "sign"); // signs, too, and is no use of the key
        audited("rotate", "certs");
        audited("generate", "rsa", "old", "--spec", "RSA_2048");
        Path file = shell.write("file", "hello");
        audited("sign", "--key", "certs", file);
        audited("sign", "--key", "certs", "--force", file);

        Document page = page();

        assertThat(section(page, "Keys")).contains("old", "RSA_2048", "ACTIVE", "SOFTWARE");
        assertThat(section(page, "Rings")).contains("Generations of certs");
        assertThat(elements(page, "svg").map(svg -> svg.getAttribute("aria-label")))
                .anyMatch(label -> label.matches("Generation 1 from .*, followed on .*, signs until .*"))
                .anyMatch(label -> label.matches("Generation 2 from .*"))
                .anyMatch(label -> label.equals("2 signatures in 60 days"))
                .noneMatch(label -> label.startsWith("1 signatures"));
        assertThat(section(page, "Algorithms and sizes"))
                .contains("112 bits", "acceptable through 2030", "NIST SP 800-57 Part 1 Rev. 5");
        assertThat(section(page, "Signatures a day")).contains("Last 60 days");
    }

    @Test
    void text_from_callers_and_keys_stays_text_and_the_page_names_no_address() throws Exception {
        audited("generate", "ecdsa", "mine", "--as", ATTACK);
        audited("suspend", "mine", "--reason", ATTACK);
        Path file = shell.write("file", "hello");
        shell.chancery("sign", "--key", "mine", file, "--audit", log, "--audit-key", auditKey, "--as", ATTACK);

        Document page = page();

        assertThat(List.of("script", "img", "link", "a", "iframe", "object", "form"))
                .allSatisfy(name -> assertThat(elements(page, name)).isEmpty());
        NodeList all = page.getElementsByTagName("*");
        assertThat(IntStream.range(0, all.getLength()).mapToObj(i -> (Element) all.item(i)))
                .noneMatch(element ->
                        element.hasAttribute("href") || element.hasAttribute("src") || element.hasAttribute("onerror"));
        assertThat(elements(page, "style").map(Element::getTextContent))
                .singleElement(InstanceOfAssertFactories.STRING)
                .doesNotContain("url(", "@import");
        assertThat(elements(page, "meta").map(meta -> meta.getAttribute("content")))
                .contains("default-src 'none'; style-src 'unsafe-inline'");
    }

    @Test
    void what_was_denied_is_counted() throws Exception {
        Path file = shell.write("file", "hello");
        audited("generate", "ecdsa", "mine");
        audited("suspend", "mine", "--reason", "on hold");
        for (int i = 0; i < 2; i++) {
            shell.chancery("sign", "--key", "mine", file, "--audit", log, "--audit-key", auditKey);
        }

        Map<?, ?> use = (Map<?, ?>) json().get("use");

        assertThat(((Number) use.get("deniedOrFailed")).intValue()).isEqualTo(2);
        assertThat(section(page(), "Signatures a day")).contains("Denied or failed: 2.");
    }

    @Test
    void an_alert_shows_the_callers_own_words_as_text() throws Exception {
        try (AuditLog opened = AuditLog.open(log, AuditSigner.ofFile(auditKey))) {
            opened.append(AuditRecord.builder(Instant.now(), AuditEvent.ALERT)
                    .text("rule", "new-caller")
                    .text("user_id", ATTACK)
                    .text("reason", "first seen")
                    .build());
        }
        assertThat(section(page(), "Alerts")).contains("new-caller", ATTACK, "first seen");
    }

    @Test
    void the_same_keys_are_judged_by_the_dates_of_another_day() throws Exception {
        audited("generate", "rsa", "old", "--spec", "RSA_2048");

        assertThat(section(page("--as-of", "2030-12-31"), "Keys")).doesNotContain("disallowed");
        Document later = page("--as-of", "2031-01-01");
        assertThat(section(later, "Keys"))
                .contains("no: SP 800-57: RSA_2048 is disallowed since 2031")
                .contains("no: Its signing period ends on");
        assertThat(later.getDocumentElement().getTextContent())
                .contains("judged by the dates of 2031-01-01", "Not allowed on 2031-01-01: old (RSA_2048)");
    }

    @Test
    void each_line_of_the_checklist_has_its_evidence_or_is_not_shown() throws Exception {
        Map<String, Object> before = json();
        assertThat(checklist(before)).containsExactly(true, false, false, true, false, false, false, false);
        assertThat(before.get("checklist").toString())
                .contains(
                        "Nothing but file permissions protects 1 key",
                        "Never rotated: certs",
                        "No drill that went well is on record");

        Path passphrase = shell.writeSecret("passphrase", "correct horse\n");
        Path archive = shell.file("archive.gpg");
        audited("backup", "--out", archive, "--passphrase-file", passphrase);
        audited("drill", archive, "--passphrase-file", passphrase);
        Map<String, Object> after = json();
        assertThat(checklist(after)).containsExactly(true, false, false, true, true, false, false, false);
        assertThat(after.get("use").toString()).contains("DRILL_PERFORMED", "BACKUP_MADE");
        Document page = page();
        assertThat(section(page, "Backups and drills")).contains("The last drills", "done");
        assertThat(section(page, "Compliance checklist")).contains("The last drill that went well was on");
    }

    private static List<Boolean> checklist(Map<String, Object> report) {
        return ((List<?>) report.get("checklist"))
                .stream().map(line -> (Boolean) ((Map<?, ?>) line).get("shown")).toList();
    }

    @Test
    void a_log_that_is_not_intact_is_a_finding_and_shows_nothing() throws Exception {
        Path segment = log.resolve("chains/1/000001.jsonl");
        String text = Files.readString(segment);
        int at = text.indexOf("KEY_GENERATED");
        Files.writeString(segment, text.substring(0, at) + "KEY_GENERATEX" + text.substring(at + 13));

        shell.chancery("report", "--out", shell.file("r.html"), "--audit", log, "--audit-key", auditKey)
                .expect(ExitStatus.DONE);

        assertThat(shell.file("r.html")).content().contains("audit, chains: ");
    }

    @Test
    void without_an_audit_log_the_page_says_what_it_cannot_know() throws Exception {
        Path file = shell.file("report.html");
        shell.chancery("report", "--out", file).expect(ExitStatus.DONE);
        assertThat(file)
                .content()
                .contains("No audit log says how the keys are used.", "No drill is known without an audit log.");
    }

    private static String id(String spec) {
        return spec.toLowerCase(Locale.ROOT).replace('_', '-') + "-key";
    }

    @Test
    void the_bill_of_materials_is_one_by_the_specifications_own_schema_and_names_no_private_key() throws Exception {
        for (String spec : List.of("RSA_2048", "EC_P521", "ED25519", "ML_DSA_65")) {
            audited("generate", id(spec), "--spec", spec);
        }
        audited("compromise", id("ED25519"));
        Path file = shell.file("cbom.json");
        audited("report", "--cbom", "--out", file);

        byte[] bom = Files.readAllBytes(file);
        assertThat(new JsonParser().validate(bom, Version.VERSION_16)).isEmpty();
        var parsed = new JsonParser().parse(bom);
        assertThat(parsed.getComponents())
                .filteredOn(component -> component.getName().equals(id("ED25519")))
                .hasSize(2)
                .allSatisfy(component -> assertThat(component
                                .getCryptoProperties()
                                .getRelatedCryptoMaterialProperties()
                                .getState())
                        .isEqualTo(State.COMPROMISED));
        assertThat(new String(bom, StandardCharsets.UTF_8)).doesNotContain("PRIVATE");
    }

    @Test
    void what_makes_no_sense_is_refused_and_a_page_is_not_for_a_terminal() {
        shell.chancery("report", "--json", "--cbom").expectError(ExitStatus.USAGE, "mutually exclusive");
        shell.chancery("report", "--as-of", "soon").expectError(ExitStatus.USAGE, "no date");
        shell.chancery("report", "--out", "/nowhere/report.html").expectError(ExitStatus.FAILED, "does not exist");
        assertThat(shell.shown("report").expect(ExitStatus.USAGE).errors()).contains("name --out FILE");
    }
}
