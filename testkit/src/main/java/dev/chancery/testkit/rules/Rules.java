package dev.chancery.testkit.rules;

import dev.chancery.testkit.store.StoreUnderTest;

/** A chapter of the contract; JUnit finds its tests because {@link dev.chancery.testkit.KeyStoreContract}, or a provider's test, implements it. */
public interface Rules {

    /**
     * The store that the test at hand has to itself.
     *
     * @return the store, open
     */
    StoreUnderTest tested();
}
