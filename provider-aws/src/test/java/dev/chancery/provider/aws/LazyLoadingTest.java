package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.testkit.witness.ChildJava;
import org.junit.jupiter.api.Test;

/** An application that has the provider on the class path and opens another store pays nothing for the SDK. */
class LazyLoadingTest {

    @Test
    void finding_the_provider_loads_nothing_of_the_sdk() {
        String loaded = ChildJava.findProviders();

        assertThat(loaded).contains("awskms", AwsKeyStoreProvider.class.getName());
        assertThat(loaded).doesNotContain("software.amazon");
    }
}
