package dev.chancery.provider.pkcs11.binding;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * C_SignInit, C_Sign and C_GetAttributeValue of a library, called without the wrapper. Its native half calls C_Sign twice, the first time for the
 * length, and looks Java classes up by name: a seventh of the time of a P-256 signature on SoftHSM.
 *
 * <p>There where CK_ULONG and a pointer have 64 bits, which is not on Windows; elsewhere the wrapper signs. Thread-safe as the
 * library is.
 */
final class SignFunctions {
    private static final Logger LOG = LoggerFactory.getLogger(SignFunctions.class);

    // Places in CK_FUNCTION_LIST (PKCS #11 2.40, pkcs11f.h), whose CK_VERSION takes the room of one more pointer.
    private static final int GET_ATTRIBUTE_VALUE = 24;
    private static final int SIGN_INIT = 42;
    private static final int SIGN = 43;

    /** More than any signature that a key here makes. */
    private static final int LARGEST_SIGNATURE = 8192;

    // What lies where in the memory of C_SignInit: CK_MECHANISM, CK_RSA_PKCS_PSS_PARAMS.
    private static final int WORD = Long.BYTES;
    private static final int PARAMETERS = 3 * WORD;
    private static final int MECHANISM = PARAMETERS + 3 * WORD;

    // And in that of C_Sign: length, signature, input.
    private static final int SIGNATURE = WORD;
    private static final int INPUT = SIGNATURE + LARGEST_SIGNATURE;

    // The same of C_GetAttributeValue: a CK_ATTRIBUTE, the list.
    private static final int LIST_LENGTH = 2 * WORD;
    private static final int NUMBERS = 3 * WORD;
    private static final int LARGEST_LIST = 256 * WORD;

    private final Invoker invoker = Invoker.getInstance();

    /** Not the other one, which uses sun.misc.Unsafe. */
    private final MemoryIO memory = MemoryIO.getCheckedInstance();

    private final CallContext getAttributeValueCall = call(Type.ULONG, Type.ULONG, Type.POINTER, Type.ULONG);
    private final CallContext signInitCall = call(Type.ULONG, Type.POINTER, Type.ULONG);
    private final CallContext signCall = call(Type.ULONG, Type.POINTER, Type.ULONG, Type.POINTER, Type.POINTER);
    private final long getFunctionList;
    private final long list;
    private final long getAttributeValue;
    private final long signInit;
    private final long sign;

    /** Keeps the library loaded. */
    @SuppressWarnings({"FieldCanBeLocal", "UnusedVariable"})
    private final com.kenai.jffi.Library library;

    private SignFunctions(Path path) {
        this.library = com.kenai.jffi.Library.getCachedInstance(
                path.toString(), com.kenai.jffi.Library.NOW | com.kenai.jffi.Library.LOCAL);
        this.getFunctionList = library == null ? 0 : library.getSymbolAddress("C_GetFunctionList");
        if (getFunctionList == 0) {
            throw new UnsatisfiedLinkError(com.kenai.jffi.Library.getLastError());
        }
        this.list = findList();
        long functions = list + WORD; // behind CK_VERSION
        this.getAttributeValue = memory.getAddress(functions + GET_ATTRIBUTE_VALUE * WORD);
        this.signInit = memory.getAddress(functions + SIGN_INIT * WORD);
        this.sign = memory.getAddress(functions + SIGN * WORD);
    }

    private long findList() {
        long found = memory.allocateMemory(WORD, true);
        try {
            long answer = invoker.invokeN1(call(Type.POINTER), getFunctionList, found);
            if (answer != Ck.CKR_OK) {
                throw new UnsatisfiedLinkError("C_GetFunctionList answered " + answer);
            }
            return memory.getAddress(found);
        } finally {
            memory.freeMemory(found);
        }
    }

    /**
     * Whether the library hands out one list of functions, so that the wrapper, which asked before or after this object, has the same one. Each
     * list of p11-kit-proxy is an instance of its own, in which the wrapper's sessions mean nothing.
     */
    boolean areStillTheSame() {
        boolean same = findList() == list;
        if (!same) {
            LOG.info(
                    "Signing goes through the wrapper, which is slower: the library hands out another list of functions each time.");
        }
        return same;
    }

    private static CallContext call(Type... arguments) {
        return CallContext.getCallContext(Type.ULONG, arguments, CallingConvention.DEFAULT, false);
    }

    /**
     * The functions of a library.
     *
     * @return empty where they cannot be called from here
     */
    static Optional<SignFunctions> of(Path path) {
        try {
            boolean words = Type.ULONG.size() == WORD && Type.POINTER.size() == WORD;
            return words ? Optional.of(new SignFunctions(path)) : Optional.empty();
        } catch (LinkageError e) {
            String why = e.toString().lines().findFirst().orElseThrow();
            LOG.info("Signing with {} goes through the wrapper, which is slower: {}", path, why);
            return Optional.empty();
        }
    }

    /** C_GetAttributeValue of a list of numbers; none where the object does not have it. */
    Set<Long> readNumbers(long session, long object, long type) {
        long at = memory.allocateMemory((long) NUMBERS + LARGEST_LIST, false);
        if (at == 0) {
            return Set.of();
        }
        try {
            memory.putLong(at, type);
            memory.putLong(at + WORD, at + NUMBERS);
            memory.putLong(at + LIST_LENGTH, LARGEST_LIST);
            long answer = invoker.invokeN4(getAttributeValueCall, getAttributeValue, session, object, at, 1);
            long length = answer == Ck.CKR_OK ? memory.getLong(at + LIST_LENGTH) : 0;
            Set<Long> numbers = new HashSet<>();
            for (long i = 0; i + WORD <= Math.min(length, LARGEST_LIST); i += WORD) {
                numbers.add(memory.getLong(at + NUMBERS + i));
            }
            return numbers;
        } finally {
            memory.freeMemory(at);
        }
    }

    /** C_SignInit. */
    void signInit(long session, CkMechanism mechanism, long key) throws CkException {
        long at = allocate("C_SignInit", MECHANISM);
        try {
            write(mechanism, at);
            check("C_SignInit", invoker.invokeN3(signInitCall, signInit, session, at, key));
        } finally {
            memory.freeMemory(at);
        }
    }

    /** C_Sign. */
    byte[] sign(long session, byte[] input) throws CkException {
        long at = allocate("C_Sign", INPUT + (long) input.length);
        try {
            memory.putLong(at, LARGEST_SIGNATURE);
            memory.putByteArray(at + INPUT, input, 0, input.length);
            check("C_Sign", invoker.invokeN5(signCall, sign, session, at + INPUT, input.length, at + SIGNATURE, at));
            long length = memory.getLong(at);
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

    private long allocate(String function, long bytes) throws CkException {
        long at = memory.allocateMemory(bytes, false);
        if (at == 0) {
            throw new CkException(function, Ck.CKR_HOST_MEMORY, "CKR_HOST_MEMORY");
        }
        return at;
    }

    private void write(CkMechanism mechanism, long at) {
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
