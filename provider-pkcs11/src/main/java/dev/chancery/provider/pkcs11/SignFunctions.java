package dev.chancery.provider.pkcs11;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * C_SignInit and C_Sign of a library, called without the wrapper. Its native half calls C_Sign twice, the first time for the
 * length, and looks Java classes up by name: a seventh of the time of a P-256 signature on SoftHSM.
 *
 * <p>There where CK_ULONG and a pointer have 64 bits, which is not on Windows; elsewhere the wrapper signs. Thread-safe as the
 * library is.
 */
final class SignFunctions {
    private static final Logger LOG = LoggerFactory.getLogger(Pkcs11KeyStoreProvider.class);

    // Places in CK_FUNCTION_LIST (PKCS #11 2.40, pkcs11f.h); its CK_VERSION takes the room of one more pointer.
    private static final int SIGN_INIT = 42;
    private static final int SIGN = 43;

    /** More than any signature that a key here makes. */
    private static final int LARGEST_SIGNATURE = 8192;

    // Where things lie in the memory of one call: CK_MECHANISM, CK_RSA_PKCS_PSS_PARAMS, the length, the signature, the
    // input.
    private static final int WORD = Long.BYTES;
    private static final int PARAMETERS = 3 * WORD;
    private static final int LENGTH = PARAMETERS + 3 * WORD;
    private static final int SIGNATURE = LENGTH + WORD;
    private static final int INPUT = SIGNATURE + LARGEST_SIGNATURE;

    /** Keeps the library loaded. */
    @SuppressWarnings({"FieldCanBeLocal", "UnusedVariable"})
    private final com.kenai.jffi.Library library;

    private final Native calls;
    private final long signInit;
    private final long sign;

    private SignFunctions(com.kenai.jffi.Library library, Native calls, long functionList) {
        this.library = library;
        this.calls = calls;
        this.signInit = calls.memory.getAddress(functionList + WORD + SIGN_INIT * WORD);
        this.sign = calls.memory.getAddress(functionList + WORD + SIGN * WORD);
    }

    /** What calls need; made when it is known that this machine has it. */
    private static final class Native {
        private final Invoker invoker = Invoker.getInstance();

        /** Not the other one, which uses sun.misc.Unsafe. */
        private final MemoryIO memory = MemoryIO.getCheckedInstance();

        private final CallContext oneArgument = context(Type.POINTER);
        private final CallContext signInit = context(Type.ULONG, Type.POINTER, Type.ULONG);
        private final CallContext sign = context(Type.ULONG, Type.POINTER, Type.ULONG, Type.POINTER, Type.POINTER);

        private static CallContext context(Type... arguments) {
            return CallContext.getCallContext(Type.ULONG, arguments, CallingConvention.DEFAULT, false);
        }
    }

    /**
     * The functions of a library that the wrapper has loaded.
     *
     * @return empty where they cannot be called from here
     */
    static Optional<SignFunctions> of(Path path) {
        try {
            if (Type.ULONG.size() != WORD || Type.POINTER.size() != WORD) {
                return Optional.empty();
            }
            com.kenai.jffi.Library library = com.kenai.jffi.Library.getCachedInstance(
                    path.toString(), com.kenai.jffi.Library.NOW | com.kenai.jffi.Library.LOCAL);
            long getFunctionList = library == null ? 0 : library.getSymbolAddress("C_GetFunctionList");
            return getFunctionList == 0 ? Optional.empty() : of(library, getFunctionList);
        } catch (LinkageError e) {
            String why = e.toString().lines().findFirst().orElseThrow();
            LOG.info(
                    "Signing with {} goes through the wrapper, which is slower, because jffi does not load: {}",
                    path,
                    why);
            return Optional.empty();
        }
    }

    private static Optional<SignFunctions> of(com.kenai.jffi.Library library, long getFunctionList) {
        Native calls = new Native();
        long list = calls.memory.allocateMemory(WORD, true);
        try {
            long answer = calls.invoker.invokeN1(calls.oneArgument, getFunctionList, list);
            return answer == Ck.CKR_OK
                    ? Optional.of(new SignFunctions(library, calls, calls.memory.getAddress(list)))
                    : Optional.empty();
        } finally {
            calls.memory.freeMemory(list);
        }
    }

    /** C_SignInit and C_Sign. */
    byte[] sign(long session, CkMechanism mechanism, long key, byte[] input) throws CkException {
        MemoryIO memory = calls.memory;
        long at = memory.allocateMemory(INPUT + (long) input.length, false);
        if (at == 0) {
            throw new CkException("C_SignInit", Ck.CKR_HOST_MEMORY, "CKR_HOST_MEMORY");
        }
        try {
            write(mechanism, at);
            check("C_SignInit", calls.invoker.invokeN3(calls.signInit, signInit, session, at, key));
            memory.putLong(at + LENGTH, LARGEST_SIGNATURE);
            memory.putByteArray(at + INPUT, input, 0, input.length);
            check(
                    "C_Sign",
                    calls.invoker.invokeN5(
                            calls.sign, sign, session, at + INPUT, input.length, at + SIGNATURE, at + LENGTH));
            long length = memory.getLong(at + LENGTH);
            if (length < 0 || length > LARGEST_SIGNATURE) {
                throw new CkException("C_Sign", Ck.CKR_FUNCTION_FAILED, "a length of " + length);
            }
            byte[] signature = new byte[(int) length];
            memory.getByteArray(at + SIGNATURE, signature, 0, signature.length);
            return signature;
        } finally {
            memory.freeMemory(at);
        }
    }

    private void write(CkMechanism mechanism, long at) {
        MemoryIO memory = calls.memory;
        Optional<CkMechanism.Pss> pss = mechanism.pss();
        memory.putLong(at, mechanism.code());
        memory.putLong(at + WORD, pss.isPresent() ? at + PARAMETERS : 0);
        memory.putLong(at + 2 * WORD, pss.isPresent() ? 3 * WORD : 0);
        pss.ifPresent(parameters -> {
            memory.putLong(at + PARAMETERS, parameters.hash());
            memory.putLong(at + PARAMETERS + WORD, parameters.mgf());
            memory.putLong(at + PARAMETERS + 2 * WORD, parameters.saltLength());
        });
    }

    private static void check(String function, long answer) throws CkException {
        if (answer != Ck.CKR_OK) {
            throw new CkException(function, answer, PKCS11Constants.ckrCodeToName(answer));
        }
    }
}
