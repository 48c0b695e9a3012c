package dev.chancery.provider.file.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.files.FileRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingsTest {
    private static final KeyName RING = new KeyName("ca");

    @TempDir
    private Path root;

    private Rings rings;

    @BeforeEach
    void open() throws IOException {
        StoreUri uri = StoreUri.parse(root.toUri().toString());
        rings = new Rings(new StoreDirectory(uri, new Disk(), FileRules.of(root.getFileSystem())), new Disk());
    }

    private KeyId claim(long generation, String key) throws IOException {
        return rings.claim(root.toRealPath(), new RingPosition(RING, generation), new KeyId(key))
                .holder();
    }

    @Test
    void who_comes_first_holds_a_generation_for_ever() throws IOException {
        assertThat(claim(1, "a")).isEqualTo(new KeyId("a"));
        assertThat(claim(1, "b")).isEqualTo(new KeyId("a"));
        assertThat(claim(1, "a")).isEqualTo(new KeyId("a"));
    }

    @Test
    void claims_come_newest_first_by_number_and_not_by_name() throws IOException {
        claim(9, "i");
        claim(10, "j");
        claim(2, "b");
        assertThat(rings.claims(RING))
                .extracting(c -> c.position().generation())
                .containsExactly(10L, 9L, 2L);
        assertThat(rings.names()).containsExactly(RING);
    }

    @Test
    void a_ring_that_nobody_claimed_is_none() throws IOException {
        Files.createDirectories(root.resolve("rings/empty"));
        Files.createDirectories(root.resolve("rings/Not A Ring"));
        assertThat(rings.names()).isEmpty();
        assertThat(rings.claims(new KeyName("empty"))).isEmpty();
        assertThat(rings.claims(new KeyName("none"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "x",
                "{\"version\":1,\"ring\":\"ca\",\"generation\":3,\"key\":\"a\"}",
                "{\"version\":1,\"ring\":\"cb\",\"generation\":2,\"key\":\"a\"}",
                "{\"version\":1,\"ring\":\"ca\",\"generation\":2,\"key\":\"../a\"}",
                "{\"version\":1,\"ring\":\"ca\",\"generation\":2}"
            })
    void a_damaged_claim_is_an_error_that_names_the_file(String json) throws IOException {
        claim(1, "a");
        Files.writeString(root.resolve("rings/ca/2.json"), json);
        assertThatThrownBy(() -> rings.claims(RING))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("rings/ca/2.json");
    }

    @Test
    void a_claim_of_a_newer_version_says_so() throws IOException {
        claim(1, "a");
        Files.writeString(root.resolve("rings/ca/2.json"), "{\"version\":2}");
        assertThatThrownBy(() -> rings.claims(RING))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("rings/ca/2.json")
                .hasMessageContaining("newer");
    }

    @Test
    void files_that_are_no_generation_are_left_alone() throws IOException {
        claim(1, "a");
        for (String name :
                new String[] {"01.json", "0.json", "-1.json", "1.json~", ".2.json.tmp", "99999999999999999999.json"}) {
            Files.writeString(root.resolve("rings/ca").resolve(name), "x");
        }
        assertThat(rings.claims(RING)).hasSize(1);
    }
}
