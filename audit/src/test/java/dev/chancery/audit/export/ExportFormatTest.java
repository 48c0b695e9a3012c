package dev.chancery.audit.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.chancery.audit.alerts.Alerts;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.Proof;
import dev.chancery.audit.record.StoredRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What others read of a log. */
class ExportFormatTest {
    private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123456Z");
    private static final String LOG = "urn:example:ca-1";

    private static StoredRecord stored(long sequence, AuditRecord record) {
        return new StoredRecord(Path.of("chains/1/a-segment"), sequence + 1, 1, sequence, record, Proof.SEALED);
    }

    private static AuditRecord.Builder signature() {
        return AuditRecord.builder(AT, AuditEvent.SIGNATURE_GENERATED)
                .text("operation", "sign")
                .text("op_id", "op-7")
                .text("outcome", "done")
                .text("store", "file:///keys")
                .text("key_id", "release-2026")
                .text("user_id", "alice")
                .text("ip_address", "10.0.0.7")
                .text("user_agent", "issuer/2.1");
    }

    private static String exported(ExportFormat format, AuditRecord... records) {
        Stream<StoredRecord> stored =
                LongStream.range(0, records.length).mapToObj(i -> stored(i + 1, records[(int) i]));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            format.write(stored, LOG, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return output.toString(UTF_8);
    }

    /** The values of a JSON object by their paths. */
    private static Map<String, String> parsed(String line) {
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonParser json = new JsonFactory().createParser(line)) {
            while (json.nextToken() != null) {
                if (json.currentToken().isScalarValue()) {
                    values.put(json.getParsingContext().pathAsPointer().toString(), json.getText());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    // --- OCSF

    @Test
    void a_use_is_an_api_activity() {
        assertThat(parsed(exported(ExportFormat.OCSF, signature().build())))
                .containsEntry("/category_uid", "6")
                .containsEntry("/class_uid", "6003")
                .containsEntry("/activity_id", "99")
                .containsEntry("/activity_name", "SIGNATURE_GENERATED")
                .containsEntry("/type_uid", "600399")
                .containsEntry("/time", "1795428000123")
                .containsEntry("/severity_id", "1")
                .containsEntry("/status_id", "1")
                .containsEntry("/api/operation", "sign")
                .containsEntry("/actor/user/name", "alice")
                .containsEntry("/src_endpoint/ip", "10.0.0.7")
                .containsEntry("/http_request/user_agent", "issuer/2.1")
                .containsEntry("/resources/0/uid", "release-2026")
                .containsEntry("/metadata/version", "1.8.0")
                .containsEntry("/metadata/uid", LOG + "#1/1")
                .containsEntry("/metadata/product/name", "Chancery")
                .containsEntry("/unmapped/op_id", "op-7")
                .containsEntry("/metadata/labels/0", "proof:sealed");
    }

    @Test
    void what_the_schema_requires_is_there_for_every_event() {
        for (AuditEvent event : AuditEvent.values()) {
            Map<String, String> values = parsed(
                    exported(ExportFormat.OCSF, AuditRecord.builder(AT, event).build()));
            assertThat(values)
                    .as(event.name())
                    .containsKeys(
                            "/activity_id",
                            "/category_uid",
                            "/class_uid",
                            "/type_uid",
                            "/time",
                            "/severity_id",
                            "/metadata/version",
                            "/metadata/product/name");
            if (event == AuditEvent.ALERT) {
                assertThat(values).containsKey("/finding_info/uid");
            } else {
                assertThat(values).containsKeys("/api/operation", "/actor/app_name", "/src_endpoint/name");
            }
        }
    }

    @Test
    void outcomes_are_success_failure_unknown_or_something_else() {
        assertThat(statusOf("valid")).isEqualTo("1");
        assertThat(statusOf("invalid")).isEqualTo("2");
        assertThat(statusOf("denied")).isEqualTo("2");
        assertThat(statusOf("intended")).isEqualTo("99");
        assertThat(statusOf(null)).isEqualTo("0");
    }

    private static String statusOf(String outcome) {
        AuditRecord record = AuditRecord.builder(AT, AuditEvent.DENIED)
                .text("outcome", outcome)
                .build();
        return parsed(exported(ExportFormat.OCSF, record)).get("/status_id");
    }

    @Test
    void an_address_that_is_hidden_is_no_address() {
        AuditRecord hidden = AuditRecord.builder(AT, AuditEvent.KEY_USED)
                .text("ip_address", "hmac:0a0b")
                .build();
        assertThat(parsed(exported(ExportFormat.OCSF, hidden)))
                .containsEntry("/src_endpoint/name", "hmac:0a0b")
                .doesNotContainKey("/src_endpoint/ip");
    }

    @Test
    void an_alert_is_a_finding_that_is_created_and_closed() {
        List<Map<String, String>> findings = new ArrayList<>();
        Alerts alerts = Alerts.builder().build();
        alerts.opened(alert -> findings.add(parsed(exported(ExportFormat.OCSF, alert))));
        alerts.accept(AuditRecord.builder(AT, AuditEvent.KEY_COMPROMISED)
                .text("op_id", "op-7")
                .text("key_id", "release-2026")
                .text("outcome", "done")
                .build());
        alerts.close();

        assertThat(findings).hasSize(2);
        assertThat(findings.get(0))
                .containsEntry("/class_uid", "2004")
                .containsEntry("/activity_id", "1")
                .containsEntry("/is_alert", "true")
                .containsEntry("/finding_info/title", "compromise");
        assertThat(findings.get(1))
                .containsEntry("/type_uid", "200403")
                .containsEntry("/finding_info/uid", findings.get(0).get("/finding_info/uid"));
    }

    // --- CloudEvents

    @Test
    void a_cloud_event_says_which_record_of_which_log_it_is() {
        assertThat(parsed(exported(
                        ExportFormat.CLOUDEVENTS,
                        signature().list("signers", List.of("a", "b")).build())))
                .containsEntry("/specversion", "1.0")
                .containsEntry("/proof", "sealed")
                .containsEntry("/id", "1/1")
                .containsEntry("/source", LOG)
                .containsEntry("/type", "dev.chancery.audit.SIGNATURE_GENERATED")
                .containsEntry("/time", "2026-11-23T10:00:00.123456Z")
                .containsEntry("/subject", "release-2026")
                .containsEntry("/datacontenttype", "application/json")
                .containsEntry("/data/event", "SIGNATURE_GENERATED")
                .containsEntry("/data/user_id", "alice")
                .containsEntry("/data/signers/1", "b");
    }

    @Test
    void json_has_a_line_for_each_record_whatever_comes_from_outside() {
        String nasty = "\n\r\u2028\u2029\u001b[31m\"}\u007f\ud800";
        AuditRecord record = signature().text("reason", nasty).build();
        for (ExportFormat format : List.of(ExportFormat.OCSF, ExportFormat.CLOUDEVENTS)) {
            String lines = exported(format, record, record, record);
            assertThat(lines).endsWith("}\n").matches("[ -~\n]*");
            assertThat(lines.lines())
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(parsed(line)).containsValue(nasty));
        }
    }

    // --- CSV

    @Test
    void a_csv_has_a_header_and_a_line_for_each_record() {
        String csv = exported(
                ExportFormat.CSV,
                signature().text("reason", "a, \"b\"").number("generation", 2).build());

        assertThat(csv)
                .isEqualTo(
                        "chain,sequence,proof,timestamp,event_type,event,operation,op_id,parent_op_id,outcome,reason,purpose,"
                                + "store,key_id,fingerprint,ring,algorithm,digest,signature_sha256,key_state,from_state,"
                                + "to_state,user_id,ip_address,user_agent,correlation_id,provider_request_id,further\r\n"
                                + "1,1,sealed,2026-11-23T10:00:00.123456Z,KEY_USAGE,SIGNATURE_GENERATED,sign,op-7,,done,"
                                + "\"a, \"\"b\"\"\",,file:///keys,release-2026,,,,,,,,,alice,10.0.0.7,issuer/2.1,,,"
                                + "\"{\"\"generation\"\":2}\"\r\n");
    }

    @Test
    void a_field_is_never_a_formula() {
        for (String start : List.of("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")) {
            AuditRecord record = AuditRecord.builder(AT, AuditEvent.KEY_USED)
                    .text("user_id", start + "cmd|' /C calc'!A0")
                    .build();
            assertThat(exported(ExportFormat.CSV, record))
                    .as(start)
                    .contains(",'")
                    .doesNotContain("," + start + "cmd");
        }
    }

    @Test
    void a_field_is_no_formula_either_where_a_semicolon_separates_columns() {
        AuditRecord record = AuditRecord.builder(AT, AuditEvent.KEY_USED)
                .text("user_agent", "Mozilla/5.0 (X11; Linux;=cmd|' /C calc'!A0\"; \"+1; -2")
                .build();
        String line =
                exported(ExportFormat.CSV, record).lines().skip(1).findFirst().orElseThrow();

        assertThat(line).contains("Mozilla/5.0 (X11; Linux;'=cmd");
        assertThat(line.split(";")).noneMatch(column -> column.matches("[\\s\"]*[-=+@].*"));
    }

    @Test
    void a_field_of_a_csv_neither_ends_a_line_nor_steers_a_terminal() {
        AuditRecord record = AuditRecord.builder(AT, AuditEvent.KEY_USED)
                .text("user_id", "J\u00fcrgen\r\n2,2\u001b[31m\u202e\u2028")
                .build();
        String csv = exported(ExportFormat.CSV, record);

        assertThat(csv).contains("\"J\u00fcrgen\\u000d\\u000a2,2\\u001b[31m\\u202e\\u2028\"");
        assertThat(csv.split("\r\n")).hasSize(2);
    }

    // --- all

    @Test
    void memory_is_constant() throws IOException {
        AuditRecord record = signature().build();
        for (ExportFormat format : ExportFormat.values()) {
            long[] written = {0};
            long[] behind = {0};
            Stream<StoredRecord> many = LongStream.rangeClosed(1, 20_000).mapToObj(i -> {
                behind[0] = Math.max(behind[0], i * 100 - written[0]);
                return stored(i, record);
            });
            format.write(many, LOG, new OutputStream() {
                @Override
                public void write(int b) {
                    written[0]++;
                }

                @Override
                public void write(byte[] bytes, int from, int length) {
                    written[0] += length;
                }
            });
            assertThat(written[0]).isGreaterThan(2_000_000);
            assertThat(behind[0]).as("bytes held back by " + format).isLessThan(100_000);
        }
    }

    @Test
    void an_output_that_fails_is_an_ioexception_and_stays_open() {
        for (ExportFormat format : ExportFormat.values()) {
            boolean[] closed = {false};
            OutputStream full = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("full");
                }

                @Override
                public void close() {
                    closed[0] = true;
                }
            };
            Stream<StoredRecord> one = Stream.of(stored(1, signature().build()));
            assertThatThrownBy(() -> format.write(one, LOG, full)).isInstanceOf(IOException.class);
            assertThat(closed[0]).as(format.name()).isFalse();
        }
    }

    @Test
    void nothing_is_written_of_an_empty_log_but_the_header() {
        assertThat(exported(ExportFormat.OCSF)).isEmpty();
        assertThat(exported(ExportFormat.CLOUDEVENTS)).isEmpty();
        assertThat(exported(ExportFormat.CSV).lines()).hasSize(1);
    }
}
