package dev.chancery.benchmarks.contenders;

import java.security.GeneralSecurityException;

/** Signs and verifies with one key, in one thread. */
public interface Engine {

    byte[] sign(byte[] message) throws GeneralSecurityException;

    boolean verify(byte[] message, byte[] signature) throws GeneralSecurityException;
}
