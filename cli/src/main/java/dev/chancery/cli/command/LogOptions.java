package dev.chancery.cli.command;

import dev.chancery.audit.anchor.AnchorSinks;
import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.options.AuditOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How the command keeps an audit log: with the anchors that {@code CHANCERY_ANCHOR} names, and never behind what is in a file
 * of those. Loaded only where a log is opened. */
public final class LogOptions {
    private LogOptions() {}

    public static AuditOptions.Builder of(GlobalOptions options) throws IOException {
        AuditOptions.Builder builder = AuditOptions.builder();
        options.anchors().ifPresent(names -> AnchorSinks.parse(names).forEach(builder::anchor));
        anchorFiles(options).forEach(file -> builder.known(Anchors.readEnd(file)));
        return builder;
    }

    /** The files among the anchors. */
    public static List<Path> anchorFiles(GlobalOptions options) throws IOException {
        return options.anchors().map(AnchorSinks::files).orElse(List.of());
    }
}
