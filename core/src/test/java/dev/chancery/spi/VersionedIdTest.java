package dev.chancery.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.KeyId;
import org.junit.jupiter.api.Test;

class VersionedIdTest {
    @Test
    void a_version_stands_behind_its_name() {
        KeyId version = new KeyId("invoices/12");

        assertThat(VersionedId.hasVersion(version)).isTrue();
        assertThat(VersionedId.name(version)).isEqualTo("invoices");
        assertThat(VersionedId.version(version)).isEqualTo("12");
        assertThat(VersionedId.evidence(version)).contains("a version of 'invoices'");
    }

    @Test
    void a_name_alone_has_none() {
        KeyId name = new KeyId("invoices");

        assertThat(VersionedId.hasVersion(name)).isFalse();
        assertThat(VersionedId.name(name)).isEqualTo("invoices");
    }
}
