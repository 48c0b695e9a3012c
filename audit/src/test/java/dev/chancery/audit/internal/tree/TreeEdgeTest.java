package dev.chancery.audit.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.Rfc6962;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tree that is computed leaf by leaf is the one of RFC 6962. */
class TreeEdgeTest {

    @Test
    void the_root_is_that_of_the_rfc_at_every_size() {
        TreeEdge edge = new TreeEdge();
        TreeHash hash = new TreeHash();
        List<byte[]> entries = new ArrayList<>();
        assertThat(edge.root()).isEqualTo(Rfc6962.root(entries));
        for (int size = 1; size <= 130; size++) {
            byte[] entry = ("entry " + size).getBytes(StandardCharsets.US_ASCII);
            entries.add(entry);
            edge.add(hash.leaf(entry));

            assertThat(edge.root()).as("size %s", size).isEqualTo(Rfc6962.root(entries));
            assertThat(edge.subtrees()).hasSize(Integer.bitCount(size));
        }
    }

    @Test
    void a_tree_goes_on_from_its_edge_and_a_copy_on_its_own() {
        TreeEdge edge = new TreeEdge();
        for (byte i = 0; i < 21; i++) {
            edge.add(new TreeHash().leaf(new byte[] {i}));
        }
        byte[] before = edge.root();
        TreeEdge again = TreeEdge.of(21, edge.subtrees());
        TreeEdge copy = edge.copy();
        edge.add(new TreeHash().leaf(new byte[] {21}));
        again.add(new TreeHash().leaf(new byte[] {21}));

        assertThat(again.root()).isEqualTo(edge.root()).isNotEqualTo(before);
        assertThat(copy.root()).isEqualTo(before);
        assertThat(copy.size()).isEqualTo(21);
    }

    @Test
    void an_edge_of_another_size_is_none() {
        List<byte[]> one = List.of(new byte[32]);
        assertThatThrownBy(() -> TreeEdge.of(3, one)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TreeEdge.of(-1, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TreeEdge.of(1, List.of(new byte[31]))).isInstanceOf(IllegalArgumentException.class);
    }
}
