package dev.chancery.provider.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A file system in memory, in a mount namespace that ends with the process that runs on it. */
final class MountedDisk {
    private MountedDisk() {}

    /** Runs a main class with the mount point as its argument; root needs no user namespace for it. */
    static String run(Path mountPoint, String size, Class<?> main) throws IOException {
        String namespaces = System.getProperty("user.name").equals("root") ? "-m" : "-rm";
        String mount = "mount -t tmpfs -o size=" + size + ",mode=0700 tmpfs \"$0\" && exec \"$@\"";
        return ChildJvm.run(
                List.of("unshare", namespaces, "sh", "-c", mount, mountPoint.toString()), main, mountPoint.toString());
    }
}
