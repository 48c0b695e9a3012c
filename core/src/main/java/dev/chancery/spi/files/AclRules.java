package dev.chancery.spi.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Access control lists, as Windows has them: what is created is its owner's alone, and an entry for anybody else but the
 * system itself and its administrators is refused.
 */
final class AclRules implements FileRules {
    /** Who can read everything anyhow. */
    private static final Set<String> SYSTEM = Set.of("NT AUTHORITY\\SYSTEM", "BUILTIN\\Administrators");

    private static final Set<AclEntryPermission> WRITING = EnumSet.of(
            AclEntryPermission.WRITE_DATA,
            AclEntryPermission.APPEND_DATA,
            AclEntryPermission.DELETE_CHILD,
            AclEntryPermission.WRITE_ACL,
            AclEntryPermission.WRITE_OWNER);

    @Override
    public FileAttribute<?>[] secretFile(Path directory) throws IOException {
        return ownerOnly(directory, Set.of());
    }

    @Override
    public FileAttribute<?>[] publicFile() {
        return new FileAttribute<?>[0];
    }

    @Override
    public FileAttribute<?>[] directory(Path parent) throws IOException {
        return ownerOnly(parent, EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT));
    }

    private static FileAttribute<?>[] ownerOnly(Path place, Set<AclEntryFlag> flags) throws IOException {
        UserPrincipal user = place.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(System.getProperty("user.name"));
        List<AclEntry> entries = List.of(AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(user)
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .setFlags(flags)
                .build());
        return new FileAttribute<?>[] {
            new FileAttribute<List<AclEntry>>() {
                @Override
                public String name() {
                    return "acl:acl";
                }

                @Override
                public List<AclEntry> value() {
                    return entries;
                }
            }
        };
    }

    @Override
    public void requireSecret(Path file) throws IOException {
        refuseOthers(file, EnumSet.allOf(AclEntryPermission.class));
    }

    @Override
    public void requireOwn(Path directory) throws IOException {
        refuseOthers(directory, WRITING);
    }

    /** Who owns it says nothing here: what an administrator makes is the group's. */
    @Override
    public void requireOwnAlone(Path directory) throws IOException {
        requireOwn(directory);
    }

    private static void refuseOthers(Path path, Set<AclEntryPermission> permissions) throws IOException {
        AclFileAttributeView view =
                Files.getFileAttributeView(path, AclFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        UserPrincipal owner = view.getOwner();
        for (AclEntry entry : view.getAcl()) {
            if (allowsOthers(entry, owner, permissions)) {
                throw new RefusedFileException(
                        path + " is open to " + entry.principal().getName()
                                + ". Leave it to its owner alone: icacls \"" + path + "\" /inheritance:r /grant:r \""
                                + owner.getName() + "\":F");
            }
        }
    }

    static boolean allowsOthers(AclEntry entry, UserPrincipal owner, Set<AclEntryPermission> permissions) {
        return entry.type() == AclEntryType.ALLOW
                && !entry.principal().equals(owner)
                && !SYSTEM.contains(entry.principal().getName())
                && entry.permissions().stream().anyMatch(permissions::contains);
    }
}
