package dev.chancery.cli.command;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What --version says: the version in the jar's manifest, and the Java that runs it. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"chancery " + own().orElse("(not from a jar)") + ", Java " + Runtime.version()};
    }

    /** The version in the jar's manifest. */
    public static Optional<String> own() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion());
    }
}
