package dev.chancery.testkit;

/** A chapter of the contract; JUnit finds its tests because {@link KeyStoreContract} implements it. */
interface Rules {

    /** The store that the test at hand has to itself. */
    StoreUnderTest tested();
}
