package dev.chancery.testkit;

/** A chapter of the contract; JUnit finds its tests because {@link KeyStoreContract}, or a provider's test, implements it. */
interface Rules {

    /**
     * The store that the test at hand has to itself.
     *
     * @return the store, open
     */
    StoreUnderTest tested();
}
