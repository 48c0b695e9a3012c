package dev.chancery.spi.files;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The user that this process runs as. */
final class ProcessUser {
    private ProcessUser() {}

    /** The effective user id, which Java has no call for. */
    static int id() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) {
            // Linux, proc(5): "Uid: real effective saved filesystem". The owner of /proc/self would be root for a
            // process that may not be dumped.
            String uids = Uninterrupted.call(() -> Files.readAllLines(status)).stream()
                    .filter(line -> line.startsWith("Uid:"))
                    .findFirst()
                    .orElseThrow();
            return Integer.parseInt(uids.strip().split("\\s+")[2]);
        }
        Path home = Path.of(System.getProperty("user.home"));
        var user = FileSystems.getDefault()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(System.getProperty("user.name"));
        return Files.getOwner(home).equals(user)
                ? (Integer) Files.getAttribute(home, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                : -1;
    }
}
