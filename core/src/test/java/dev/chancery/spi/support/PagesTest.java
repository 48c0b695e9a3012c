package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.IntegrityException;
import dev.chancery.spi.support.Pages.Page;
import java.util.List;
import org.junit.jupiter.api.Test;

class PagesTest {
    @Test
    void all_pages_are_read_in_their_order() {
        assertThat(Pages.readAll(
                        next -> next.isEmpty() ? new Page<>(List.of(1, 2), "b") : new Page<>(List.of(3), ""),
                        "Listing the keys"))
                .containsExactly(1, 2, 3);
    }

    @Test
    void a_list_that_leads_back_to_a_page_is_broken() {
        assertThatThrownBy(() ->
                        Pages.readAll(next -> new Page<>(List.of(1), next.equals("b") ? "a" : "b"), "Listing the keys"))
                .isInstanceOf(IntegrityException.class)
                .hasMessage("Listing the keys does not end: pages come again and again. Find out who answers there.");
    }
}
