package dev.chancery.cli.health;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A report in Prometheus' text exposition format, version 0.0.4: 2 is up, 1 degraded, 0 down. */
final class PrometheusText {
    private PrometheusText() {}

    static String of(HealthReport report) {
        String store = label("store", report.store());
        StringBuilder text = new StringBuilder(4096);
        head(text, "chancery_health", "The worst that was found: 2 up, 1 degraded, 0 down.");
        sample(text, "chancery_health", store, report.status());
        head(text, "chancery_health_subject", "The same of the store itself, each ring, each key, the audit log.");
        report.subjects()
                .forEach((subject, status) ->
                        sample(text, "chancery_health_subject", store + ',' + labels(subject), status));
        head(text, "chancery_health_check", "The same of each check.");
        checks(report).forEach((labels, status) -> sample(text, "chancery_health_check", store + ',' + labels, status));
        head(text, "chancery_health_timestamp_seconds", "When the store was looked at.");
        text.append("chancery_health_timestamp_seconds{")
                .append(store)
                .append("} ")
                .append(report.at().getEpochSecond())
                .append('\n');
        return text.toString();
    }

    /** A check may have several findings about one thing, and a series has one value. */
    private static Map<String, HealthStatus> checks(HealthReport report) {
        Map<String, HealthStatus> checks = new LinkedHashMap<>();
        for (Finding finding : report.findings()) {
            checks.merge(
                    labels(finding.subject()) + ',' + label("check", finding.check()),
                    finding.status(),
                    HealthStatus::worse);
        }
        return checks;
    }

    private static void head(StringBuilder text, String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(" gauge\n");
    }

    private static void sample(StringBuilder text, String name, String labels, HealthStatus status) {
        int value = switch (status) {
            case UP -> 2;
            case DEGRADED -> 1;
            case DOWN -> 0;
        };
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    private static String labels(Subject subject) {
        return label("kind", subject.kind().name().toLowerCase(Locale.ROOT)) + ',' + label("name", subject.name());
    }

    private static String label(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
