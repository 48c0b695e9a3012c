package dev.chancery.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What --version says: the version in the jar's manifest, and the Java that runs it. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String own = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
        return new String[] {"chancery " + own + ", Java " + Runtime.version()};
    }
}
