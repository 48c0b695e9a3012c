package dev.chancery.spi.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PosixRulesTest {
    @TempDir
    private Path temp;

    @Test
    void a_private_key_of_a_stranger_is_refused() throws IOException {
        Path file = Files.createFile(
                temp.resolve("file"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        int owner = (Integer) Files.getAttribute(file, "unix:uid");
        if (owner == 0) {
            Files.setAttribute(file, "unix:uid", 65534);
            owner = 65534;
        }
        int stranger = owner + 1;
        int self = owner;
        assertThatThrownBy(() -> new PosixRules(stranger, false).requireSecret(file))
                .isInstanceOf(RefusedFileException.class)
                .hasMessageContaining("belongs to user " + owner)
                .hasMessageContaining("chown " + stranger + " " + file);
        new PosixRules(self, false).requireSecret(file);
    }

    @Test
    void a_group_that_can_write_is_refused_unless_it_is_its_owners_own() throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxr-x"));
        boolean own = Files.getAttribute(temp, "unix:gid").equals(Files.getAttribute(temp, "unix:uid"));
        PosixRules rules = new PosixRules(ProcessUser.id(), false);
        if (own) {
            rules.requireOwn(temp);
        } else {
            assertThatThrownBy(() -> rules.requireOwn(temp)).isInstanceOf(RefusedFileException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx"})
    void a_directory_whose_files_are_believed_is_its_owners_alone(String mode) throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString(mode));
        assertThatThrownBy(() -> new PosixRules(ProcessUser.id(), false).requireOwnAlone(temp))
                .isInstanceOf(RefusedFileException.class)
                .hasMessageContaining("chmod go-w " + temp);
    }

    @Test
    void a_directory_whose_files_are_believed_is_no_strangers() throws IOException {
        int self = ProcessUser.id();
        new PosixRules(self, false).requireOwnAlone(temp);
        if (self == 0) {
            Files.setAttribute(temp, "unix:uid", 65534);
        }
        assertThatThrownBy(() -> new PosixRules(self + 1, false).requireOwnAlone(temp))
                .isInstanceOfSatisfying(
                        RefusedFileException.class,
                        e -> assertThat(e.mend()).hasValue("chown " + (self + 1) + " " + temp));
    }
}
