package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.signing.JcaProviderOffer;
import dev.chancery.spi.signing.SigningInput;
import java.security.Provider;
import java.security.Security;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which JCA provider signs: the pinned one, else the most preferred that serves, else the JDK's. */
class JcaProvidersTest {
    private static final Set<KeyAlgorithm> ALL = EnumSet.allOf(KeyAlgorithm.class);
    private static final Optional<Provider> ABSENT = Optional.empty();
    private static final Optional<Provider> BC = new BouncyCastleOffer().load();

    private static String chosen(KeyAlgorithm family, JcaProviderOffer... offers) {
        return new JcaProviders(List.of(offers), Optional.empty())
                .choose(family)
                .name();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ML_DSA")
    void without_offers_it_is_the_jdk(KeyAlgorithm family) {
        JcaProviders.Choice choice = new JcaProviders(List.of(), Optional.empty()).choose(family);

        assertThat(choice.name()).isEqualTo("jdk");
        assertThat(choice.provider().getName()).isEqualTo(family == KeyAlgorithm.RSA ? "SunRsaSign" : "SunEC");
        assertThat(choice.checksRsaCrt()).isTrue();
    }

    @Test
    void ml_dsa_is_in_the_jdk_from_24_on_and_in_bouncycastle_and_otherwise_the_reason_says_so() {
        JcaProviders jdkOnly = new JcaProviders(List.of(), Optional.empty());
        if (Runtime.version().feature() >= 24) {
            assertThat(jdkOnly.choose(KeyAlgorithm.ML_DSA).provider().getName()).isEqualTo("SUN");
        } else {
            assertThatThrownBy(() -> jdkOnly.choose(KeyAlgorithm.ML_DSA))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("JDK 24")
                    .hasMessageContaining("BouncyCastle");
        }
        assertThat(chosen(KeyAlgorithm.ML_DSA, new Offer("bouncycastle", 50, ALL, BC)))
                .isEqualTo("bouncycastle");
    }

    /** The command pins the JDK for the speed of its start. */
    @Test
    void what_a_pinned_jdk_does_not_have_an_offer_has() {
        JcaProviders pinned = new JcaProviders(List.of(new Offer("bouncycastle", 50, ALL, BC)), Optional.of("jdk"));

        assertThat(pinned.choose(KeyAlgorithm.EC).name()).isEqualTo("jdk");
        assertThat(pinned.choose(KeyAlgorithm.ML_DSA).name())
                .isEqualTo(Runtime.version().feature() >= 24 ? "jdk" : "bouncycastle");
    }

    @Test
    void the_most_preferred_offer_comes_first_in_whatever_order_they_are_found() {
        Offer slow = new Offer("slow", 10, ALL, BC);
        Offer fast = new Offer("fast", 20, ALL, BC);

        assertThat(chosen(KeyAlgorithm.EC, slow, fast)).isEqualTo("fast");
        assertThat(chosen(KeyAlgorithm.EC, fast, slow)).isEqualTo("fast");
    }

    @Test
    void an_offer_that_does_not_load_gives_way_to_the_next_and_at_last_to_the_jdk() {
        Offer fast = new Offer("fast", 20, ALL, ABSENT);

        assertThat(chosen(KeyAlgorithm.EC, fast, new Offer("slow", 10, ALL, BC)))
                .isEqualTo("slow");
        assertThat(chosen(KeyAlgorithm.EC, fast)).isEqualTo("jdk");
    }

    @Test
    void an_offer_serves_only_its_families() {
        Offer ec = new Offer("ec", 20, Set.of(KeyAlgorithm.EC), BC);

        assertThat(chosen(KeyAlgorithm.EC, ec)).isEqualTo("ec");
        assertThat(chosen(KeyAlgorithm.RSA, ec)).isEqualTo("jdk");
        assertThat(chosen(KeyAlgorithm.EDDSA, ec)).isEqualTo("jdk");
    }

    @Test
    void an_offer_that_promises_more_than_its_provider_has_gives_way() {
        Offer boasting = new Offer("boasting", 20, ALL, Optional.of(new SpyProvider()));

        assertThat(chosen(KeyAlgorithm.EC, boasting)).isEqualTo("boasting");
        assertThat(chosen(KeyAlgorithm.RSA, boasting)).isEqualTo("jdk");
    }

    @Test
    void a_pin_wins_over_preference_and_families() {
        List<JcaProviderOffer> offers =
                List.of(new Offer("fast", 20, ALL, BC), new Offer("slow", 10, Set.of(KeyAlgorithm.EC), BC));

        assertThat(new JcaProviders(offers, Optional.of("slow"))
                        .choose(KeyAlgorithm.RSA)
                        .name())
                .isEqualTo("slow");
        assertThat(new JcaProviders(offers, Optional.of("jdk"))
                        .choose(KeyAlgorithm.RSA)
                        .name())
                .isEqualTo("jdk");
    }

    @Test
    void a_pin_that_nobody_offers_is_refused_at_once() {
        assertThatThrownBy(() -> new JcaProviders(List.of(new Offer("slow", 10, ALL, BC)), Optional.of("fast")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'fast'")
                .hasMessageContaining("[jdk, slow]");
    }

    @Test
    void a_pin_that_does_not_load_or_cannot_serve_is_refused_and_not_replaced() {
        JcaProviders absent = new JcaProviders(List.of(new Offer("fast", 20, ALL, ABSENT)), Optional.of("fast"));
        JcaProviders unable = new JcaProviders(
                List.of(new Offer("spy", 20, ALL, Optional.of(new SpyProvider()))), Optional.of("spy"));

        assertThatThrownBy(() -> absent.choose(KeyAlgorithm.EC))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not load");
        assertThatThrownBy(() -> unable.choose(KeyAlgorithm.RSA))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no RSA signatures");
    }

    @Test
    void a_provider_is_loaded_once_for_a_family_and_only_when_it_is_needed() {
        SpyProvider loaded = new SpyProvider();
        int[] loads = {0};
        JcaProviderOffer counting = new JcaProviderOffer() {
            @Override
            public String name() {
                return "counting";
            }

            @Override
            public Set<KeyAlgorithm> families() {
                return Set.of(KeyAlgorithm.EC);
            }

            @Override
            public int preference() {
                return 1;
            }

            @Override
            public boolean checksRsaCrt() {
                return false;
            }

            @Override
            public Optional<Provider> load() {
                loads[0]++;
                return Optional.of(loaded);
            }
        };
        JcaProviders providers = new JcaProviders(List.of(counting), Optional.empty());
        providers.choose(KeyAlgorithm.RSA);
        assertThat(loads[0]).isZero();

        providers.choose(KeyAlgorithm.EC);
        providers.choose(KeyAlgorithm.EC);
        assertThat(loads[0]).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void the_security_settings_of_the_process_stay_as_they_are(JcaChoice choice) {
        List<Provider> before = List.of(Security.getProviders());

        for (KeySpec spec : List.of(KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.ED25519)) {
            new JcaKeys(choice.providers())
                    .load(TestKeys.pair(spec).getPrivate(), TestKeys.pair(spec).getPublic(), "a test key")
                    .sign(spec.defaultAlgorithm(), new SigningInput.Message(new byte[1]));
        }

        assertThat(Security.getProviders()).containsExactlyElementsOf(before);
    }
}
