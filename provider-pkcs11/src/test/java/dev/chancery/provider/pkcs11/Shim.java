package dev.chancery.provider.pkcs11;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * {@code src/test/c/shim.c}, compiled by gcc: a PKCS#11 library before another one, which sets the environment that the other
 * one reads, counts calls and injects CKR codes.
 */
public final class Shim {
    private static final Path SOURCE = Path.of("src/test/c/shim.c");
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int FUNCTIONS = 68;
    private static final int CALLS = 0;
    private static final int SKIP = FUNCTIONS;
    private static final int INJECT = 2 * FUNCTIONS;
    private static final int CODE = 3 * FUNCTIONS;
    private static final int HOLD = 4 * FUNCTIONS;
    private static final int INSIDE = HOLD + 1;
    private static final int MOST = HOLD + 2;
    private static final int OVERLAPS = HOLD + 3;
    private static final int REPLACED = HOLD + 4;
    private static final int MOST_OPEN = HOLD + 5;
    private static final int FLAGS = HOLD + 6;
    private static final int HEALS = HOLD + 7;
    private static final int NUMBERS = HOLD + 8;
    private static final int STAND_IN = NUMBERS;
    private static final int SIZE = (NUMBERS + FUNCTIONS) * Long.BYTES;

    /** CK_FUNCTION_LIST, in its order. */
    private static final List<String> NAMES = List.of("""
            C_Initialize C_Finalize C_GetInfo C_GetFunctionList C_GetSlotList C_GetSlotInfo C_GetTokenInfo
            C_GetMechanismList C_GetMechanismInfo C_InitToken C_InitPIN C_SetPIN C_OpenSession C_CloseSession
            C_CloseAllSessions C_GetSessionInfo C_GetOperationState C_SetOperationState C_Login C_Logout C_CreateObject
            C_CopyObject C_DestroyObject C_GetObjectSize C_GetAttributeValue C_SetAttributeValue C_FindObjectsInit
            C_FindObjects C_FindObjectsFinal C_EncryptInit C_Encrypt C_EncryptUpdate C_EncryptFinal C_DecryptInit
            C_Decrypt C_DecryptUpdate C_DecryptFinal C_DigestInit C_Digest C_DigestUpdate C_DigestKey C_DigestFinal
            C_SignInit C_Sign C_SignUpdate C_SignFinal C_SignRecoverInit C_SignRecover C_VerifyInit C_Verify
            C_VerifyUpdate C_VerifyFinal C_VerifyRecoverInit C_VerifyRecover C_DigestEncryptUpdate
            C_DecryptDigestUpdate C_SignEncryptUpdate C_DecryptVerifyUpdate C_GenerateKey C_GenerateKeyPair C_WrapKey
            C_UnwrapKey C_DeriveKey C_SeedRandom C_GenerateRandom C_GetFunctionStatus C_CancelFunction
            C_WaitForSlotEvent""".split("\\s+"));

    private final Path library;
    private final Path control;
    private final ByteBuffer shared;
    private final List<String> mechanisms = new ArrayList<>();
    private boolean der;
    private int sessions;
    private boolean silent;

    /** The functions that this provider calls, each with its place in CK_FUNCTION_LIST. */
    public enum Function {
        C_Initialize(0),
        C_Finalize(1),
        C_GetSlotList(4),
        C_GetTokenInfo(6),
        C_GetMechanismInfo(8),
        C_OpenSession(12),
        C_CloseSession(13),
        C_GetSessionInfo(15),
        C_Login(18),
        C_CreateObject(20),
        C_DestroyObject(22),
        C_GetAttributeValue(24),
        C_FindObjectsInit(26),
        C_FindObjects(27),
        C_FindObjectsFinal(28),
        C_SignInit(42),
        C_Sign(43),
        C_GenerateKeyPair(59);

        private final int index;

        Function(int index) {
            this.index = index;
        }
    }

    private Shim(Path library, Path control, ByteBuffer shared) {
        this.library = library;
        this.control = control;
        this.shared = shared;
    }

    /** The library, which is compiled once for all tests of this process. */
    private static final class Compiled {
        static final byte[] LIBRARY = library();

        private static byte[] library() {
            try {
                Path library = Files.createTempFile("chancery-shim", ".so");
                try {
                    Programs.run(
                            Map.of(),
                            "gcc",
                            "-Wall",
                            "-Werror",
                            "-O2",
                            "-shared",
                            "-fPIC",
                            "-o",
                            library.toString(),
                            SOURCE.toAbsolutePath().toString(),
                            "-ldl");
                    return Files.readAllBytes(library);
                } finally {
                    Files.delete(library);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Compiles one into a directory of its own. */
    public static Shim compile(Path directory) {
        Path library = directory.resolve("shim.so");
        Path control = directory.resolve("shim.control");
        try {
            Files.write(library, Compiled.LIBRARY);
            Files.write(control, new byte[SIZE]);
            try (FileChannel channel = FileChannel.open(control, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return new Shim(library, control, channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The path that a store's URI names. */
    public Path library() {
        return library;
    }

    /** Mechanisms that the library behind the shim seems not to have; heard at its next C_Initialize. */
    public Shim hiding(long... mechanisms) {
        return listing("hide=", mechanisms);
    }

    /** Mechanisms that the token seems to have besides; heard at its next C_Initialize. */
    Shim offering(long... mechanisms) {
        return listing("offer=", mechanisms);
    }

    private Shim listing(String what, long... codes) {
        mechanisms.removeIf(line -> line.startsWith(what));
        for (long code : codes) {
            mechanisms.add(what + code);
        }
        return this;
    }

    /** A function of the test's own, at an address, that is asked before the library's. */
    void standIn(Function function, long address) {
        set(STAND_IN + function.index, address);
    }

    /** C_Sign answers with DER, as some tokens do; for keys on P-256. */
    public Shim answeringInDer() {
        der = true;
        return this;
    }

    /** The token lends so many sessions and no more; heard at its next C_Initialize. */
    public Shim lending(int most) {
        sessions = most;
        return this;
    }

    /** The token lends so many sessions and no more, and does not say so; heard at its next C_Initialize. */
    public Shim lendingInSilence(int most) {
        silent = true;
        return lending(most);
    }

    /** Puts the shim before a library; heard at its next C_Initialize, the library itself for good. */
    public Shim before(Path target, Map<String, String> environment, String reserved) {
        List<String> lines = new ArrayList<>(List.of("control=" + control));
        environment.forEach((name, value) -> lines.add("env=" + name + "=" + value));
        if (!reserved.isEmpty()) {
            lines.add("reserved=" + reserved);
        }
        lines.addAll(mechanisms);
        if (der) {
            lines.add("der=1");
        }
        if (sessions > 0) {
            lines.add("sessions=" + sessions);
        }
        if (silent) {
            lines.add("silent=1");
        }
        lines.add("target=" + target);
        try {
            Files.write(library.resolveSibling("shim.so.conf"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public long calls(Function function) {
        return get(CALLS + function.index);
    }

    /** Every function that was called, as often as it was, in the order of CK_FUNCTION_LIST. */
    List<String> calls() {
        return IntStream.range(0, FUNCTIONS)
                .boxed()
                .flatMap(i -> Collections.nCopies(Math.toIntExact(get(CALLS + i)), NAMES.get(i)).stream())
                .toList();
    }

    /** Forgets all counts, and what was to be injected; who stands in stays. */
    public void reset() {
        for (int i = 0; i < NUMBERS; i++) {
            set(i, 0);
        }
    }

    /** Answers a function's calls with a code: so many, after so many that pass. */
    public void inject(Function function, long code, int after, int times) {
        set(CODE + function.index, code);
        set(SKIP + function.index, after);
        set(INJECT + function.index, times);
    }

    /** Calls that are still to be answered so. */
    public long stillToInject(Function function) {
        return get(INJECT + function.index);
    }

    /** Keeps callers inside C_Sign until it is told otherwise. */
    public void hold(boolean held) {
        set(HOLD, held ? 1 : 0);
    }

    public long insideSign() {
        return get(INSIDE);
    }

    public long mostInsideSign() {
        return get(MOST);
    }

    /** How often a session was used by two threads at once. */
    public long overlaps() {
        return get(OVERLAPS);
    }

    /** Tokens have another serial number until {@link #reset}: as if another one had been put into each slot. */
    public void replaceTokens() {
        set(REPLACED, 1);
    }

    /** Until {@link #reset}, the next C_Initialize ends all that is injected. */
    public void healByInitialisation() {
        set(HEALS, 1);
    }

    /** What tokens say of themselves besides, CKF_…, until {@link #reset}. */
    public void addFlags(long flags) {
        set(FLAGS, flags);
    }

    /** The most sessions that were open at once. */
    public long mostOpen() {
        return get(MOST_OPEN);
    }

    private long get(int index) {
        return (long) LONGS.getVolatile(shared, index * Long.BYTES);
    }

    private void set(int index, long value) {
        LONGS.setVolatile(shared, index * Long.BYTES, value);
    }
}
