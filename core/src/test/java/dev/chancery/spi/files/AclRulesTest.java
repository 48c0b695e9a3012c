package dev.chancery.spi.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an access control list may say on Windows; the file system itself is there only. */
class AclRulesTest {
    private static final Set<AclEntryPermission> ALL = EnumSet.allOf(AclEntryPermission.class);
    private static final UserPrincipal OWNER = new Name("HOST\\certificates");

    private record Name(String getName) implements UserPrincipal {}

    private static boolean refused(AclEntryType type, String who, AclEntryPermission... permissions) {
        AclEntry entry = AclEntry.newBuilder()
                .setType(type)
                .setPrincipal(new Name(who))
                .setPermissions(permissions)
                .build();
        return AclRules.allowsOthers(entry, OWNER, ALL);
    }

    @Test
    void the_owner_and_the_system_itself_may_do_anything() {
        for (String who : new String[] {"HOST\\certificates", "NT AUTHORITY\\SYSTEM", "BUILTIN\\Administrators"}) {
            assertThat(refused(AclEntryType.ALLOW, who, AclEntryPermission.READ_DATA))
                    .isFalse();
        }
    }

    @Test
    void nobody_else_may_do_anything() {
        assertThat(refused(AclEntryType.ALLOW, "BUILTIN\\Users", AclEntryPermission.READ_DATA))
                .isTrue();
        assertThat(refused(AclEntryType.ALLOW, "\\Everyone", AclEntryPermission.WRITE_ACL))
                .isTrue();
        assertThat(refused(AclEntryType.ALLOW, "\\Everyone")).isFalse();
        assertThat(refused(AclEntryType.DENY, "\\Everyone", AclEntryPermission.READ_DATA))
                .isFalse();
    }
}
