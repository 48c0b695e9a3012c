package dev.chancery.benchmarks;

import java.security.GeneralSecurityException;

/** Signs and verifies with one key, in one thread. */
interface Engine {

    byte[] sign(byte[] message) throws GeneralSecurityException;

    boolean verify(byte[] message, byte[] signature) throws GeneralSecurityException;
}
