package dev.chancery.provider.pkcs11;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Closure;
import com.kenai.jffi.ClosureManager;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import dev.chancery.provider.pkcs11.binding.Ck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.generators.MLDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.MLDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * The ML-DSA of PKCS#11 3.2 on a token that has none: functions of this process, which a {@link Shim} asks before the library's. They make, find and
 * sign with objects of their own, which outlive C_Finalize, and leave every other call to the library. Strict: a template must be what the standard
 * and this token want. BouncyCastle computes.
 */
final class MlDsaToken implements AutoCloseable {
    private static final MemoryIO MEMORY = MemoryIO.getCheckedInstance();
    private static final Type[] ARGUMENTS = Collections.nCopies(8, Type.ULONG).toArray(Type[]::new);
    private static final CallContext CALL =
            CallContext.getCallContext(Type.ULONG, ARGUMENTS, CallingConvention.DEFAULT, false);

    private static final int WORD = Long.BYTES;
    private static final int ATTRIBUTE = 3 * WORD;

    /** What the shim takes for: ask the library. */
    private static final long PASSED = -1;

    /** CK_UNAVAILABLE_INFORMATION. */
    private static final long UNAVAILABLE = -1;

    private static final long CKA_LOCAL = 0x163;
    private static final long CKF_SIGN = 0x800;
    private static final long CKF_GENERATE_KEY_PAIR = 0x10000;
    private static final long CKR_BUFFER_TOO_SMALL = 0x150;

    /** No handle of the library's. */
    private static final long FIRST_HANDLE = 1L << 32;

    private static final byte[] TRUE = {1};
    private static final byte[] FALSE = {0};

    /** By CKP_ML_DSA_…, less one. */
    private static final List<MLDSAParameters> SETS =
            List.of(MLDSAParameters.ml_dsa_44, MLDSAParameters.ml_dsa_65, MLDSAParameters.ml_dsa_87);

    /** What a new half has; a template may say the same, and nothing else. */
    private static final Map<Long, byte[]> PUBLIC = Map.of(
            Ck.CKA_CLASS, bytes(Ck.CKO_PUBLIC_KEY),
            Ck.CKA_KEY_TYPE, bytes(Ck.CKK_ML_DSA),
            Ck.CKA_TOKEN, TRUE,
            Ck.CKA_VERIFY, TRUE,
            Ck.CKA_ENCRYPT, FALSE,
            Ck.CKA_WRAP, FALSE);

    private static final Map<Long, byte[]> PRIVATE = Map.of(
            Ck.CKA_CLASS, bytes(Ck.CKO_PRIVATE_KEY),
            Ck.CKA_KEY_TYPE, bytes(Ck.CKK_ML_DSA),
            Ck.CKA_TOKEN, TRUE,
            Ck.CKA_PRIVATE, TRUE,
            Ck.CKA_SENSITIVE, TRUE,
            Ck.CKA_EXTRACTABLE, FALSE,
            Ck.CKA_SIGN, TRUE,
            Ck.CKA_DECRYPT, FALSE,
            Ck.CKA_UNWRAP, FALSE,
            Ck.CKA_DERIVE, FALSE);

    private final Shim shim;
    private final List<Closure.Handle> functions = new ArrayList<>();
    private final Map<Long, Held> objects = new ConcurrentHashMap<>();
    private final AtomicLong nextHandle = new AtomicLong(FIRST_HANDLE);

    /** By session: what a search still has to hand out, and the key that C_SignInit named. */
    private final Map<Long, Deque<Long>> searches = new ConcurrentHashMap<>();

    private final Map<Long, Held> signing = new ConcurrentHashMap<>();

    private final AtomicLong askedForPrivateKey = new AtomicLong();

    /** Whether private objects have CKA_PUBLIC_KEY_INFO. */
    private volatile boolean vouching;

    /** An object; a private one has the key. */
    private record Held(Map<Long, byte[]> attributes, Optional<MLDSAPrivateKeyParameters> key) {
        boolean fits(Map<Long, byte[]> template) {
            return template.entrySet().stream()
                    .allMatch(wanted -> Arrays.equals(wanted.getValue(), attributes.get(wanted.getKey())));
        }
    }

    private interface Answer {
        long to(long... call);
    }

    private MlDsaToken(Shim shim) {
        this.shim = shim;
    }

    /** Adds it to what is behind a shim, which is to list the mechanisms too. */
    static MlDsaToken behind(Shim shim) {
        MlDsaToken token = new MlDsaToken(shim);
        token.standIn(Shim.Function.C_GetMechanismInfo, token::describe);
        token.standIn(Shim.Function.C_CloseSession, token::forget);
        token.standIn(Shim.Function.C_DestroyObject, token::destroy);
        token.standIn(Shim.Function.C_GetAttributeValue, token::read);
        token.standIn(Shim.Function.C_FindObjectsInit, token::search);
        token.standIn(Shim.Function.C_FindObjects, token::find);
        token.standIn(Shim.Function.C_SignInit, token::beginSigning);
        token.standIn(Shim.Function.C_Sign, token::sign);
        token.standIn(Shim.Function.C_GenerateKeyPair, token::generate);
        return token;
    }

    private void standIn(Shim.Function function, Answer answer) {
        Closure.Handle handle = ClosureManager.getInstance()
                .newClosure(
                        buffer -> {
                            long[] call = LongStream.range(0, ARGUMENTS.length)
                                    .map(i -> buffer.getLong((int) i))
                                    .toArray();
                            buffer.setLongReturn(answer(answer, call));
                        },
                        CALL);
        functions.add(handle);
        shim.standIn(function, handle.getAddress());
    }

    private static long answer(Answer answer, long... call) {
        try {
            return answer.to(call);
        } catch (RuntimeException e) { // would be CKR_OK to the caller
            return Ck.CKR_GENERAL_ERROR;
        }
    }

    /** New private objects have CKA_PUBLIC_KEY_INFO. */
    void vouch() {
        vouching = true;
    }

    /** Public objects have one byte less of the key. */
    void spoilPublicHalves() {
        objects.values().stream()
                .filter(object -> object.key().isEmpty())
                .forEach(half -> half.attributes()
                        .computeIfPresent(Ck.CKA_VALUE, (type, value) -> Arrays.copyOf(value, value.length - 1)));
    }

    /** How often CKA_VALUE of a private object was asked for. */
    long timesAskedForPrivateKey() {
        return askedForPrivateKey.get();
    }

    /** Leaves all calls to the library again; no store is open by then. */
    @Override
    public void close() {
        for (Shim.Function function : Shim.Function.values()) {
            shim.standIn(function, 0);
        }
        functions.forEach(Closure.Handle::dispose);
    }

    private long describe(long... call) {
        long mechanism = call[1];
        if (mechanism != Ck.CKM_ML_DSA && mechanism != Ck.CKM_ML_DSA_KEY_PAIR_GEN) {
            return PASSED;
        }
        MEMORY.putLong(call[2], Ck.CKP_ML_DSA_44);
        MEMORY.putLong(call[2] + WORD, Ck.CKP_ML_DSA_87);
        MEMORY.putLong(call[2] + 2 * WORD, mechanism == Ck.CKM_ML_DSA ? CKF_SIGN : CKF_GENERATE_KEY_PAIR);
        return Ck.CKR_OK;
    }

    private long forget(long... call) {
        searches.remove(call[0]);
        signing.remove(call[0]);
        return PASSED;
    }

    // --- objects

    private long generate(long... call) {
        if (MEMORY.getLong(call[1]) != Ck.CKM_ML_DSA_KEY_PAIR_GEN) {
            return PASSED;
        }
        if (hasParameter(call[1])) {
            return Ck.CKR_MECHANISM_PARAM_INVALID;
        }
        Map<Long, byte[]> publicHalf = template(call[2], call[3]);
        Map<Long, byte[]> privateHalf = template(call[4], call[5]);
        byte[] set = publicHalf.remove(Ck.CKA_PARAMETER_SET);
        if (set == null) {
            return Ck.CKR_TEMPLATE_INCOMPLETE;
        }
        long number = set.length == WORD ? number(set) : 0;
        if (number < Ck.CKP_ML_DSA_44 || number > Ck.CKP_ML_DSA_87) {
            return Ck.CKR_ATTRIBUTE_VALUE_INVALID;
        }
        long judged = judge(publicHalf, PUBLIC, Set.of(Ck.CKA_LABEL, Ck.CKA_ID, Ck.CKA_PRIVATE));
        judged = judged == Ck.CKR_OK ? judge(privateHalf, PRIVATE, Set.of(Ck.CKA_LABEL, Ck.CKA_ID)) : judged;
        if (judged == Ck.CKR_OK) {
            make(publicHalf, privateHalf, set, call[6], call[7]);
        }
        return judged;
    }

    private static long judge(Map<Long, byte[]> template, Map<Long, byte[]> fixed, Set<Long> free) {
        for (Map.Entry<Long, byte[]> said : template.entrySet()) {
            byte[] only = fixed.get(said.getKey());
            if (only == null && !free.contains(said.getKey())) {
                return Ck.CKR_ATTRIBUTE_TYPE_INVALID;
            }
            if (only != null && !Arrays.equals(only, said.getValue())) {
                return Ck.CKR_TEMPLATE_INCONSISTENT;
            }
        }
        return Ck.CKR_OK;
    }

    private void make(
            Map<Long, byte[]> publicHalf, Map<Long, byte[]> privateHalf, byte[] set, long toPublic, long toPrivate) {
        MLDSAKeyPairGenerator generator = new MLDSAKeyPairGenerator();
        generator.init(new MLDSAKeyGenerationParameters(new SecureRandom(), SETS.get((int) number(set) - 1)));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        MLDSAPublicKeyParameters publicKey = (MLDSAPublicKeyParameters) pair.getPublic();
        PUBLIC.forEach(publicHalf::putIfAbsent);
        publicHalf.put(Ck.CKA_PARAMETER_SET, set);
        publicHalf.put(Ck.CKA_VALUE, publicKey.getEncoded());
        PRIVATE.forEach(privateHalf::putIfAbsent);
        privateHalf.put(Ck.CKA_PARAMETER_SET, set);
        privateHalf.put(Ck.CKA_ALWAYS_SENSITIVE, TRUE);
        privateHalf.put(Ck.CKA_NEVER_EXTRACTABLE, TRUE);
        privateHalf.put(CKA_LOCAL, TRUE);
        if (vouching) {
            privateHalf.put(Ck.CKA_PUBLIC_KEY_INFO, info(publicKey));
        }
        MEMORY.putLong(toPublic, keep(new Held(publicHalf, Optional.empty())));
        MEMORY.putLong(
                toPrivate, keep(new Held(privateHalf, Optional.of((MLDSAPrivateKeyParameters) pair.getPrivate()))));
    }

    private static byte[] info(MLDSAPublicKeyParameters key) {
        try {
            return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key).getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long keep(Held object) {
        long handle = nextHandle.getAndIncrement();
        objects.put(handle, object);
        return handle;
    }

    private long destroy(long... call) {
        if (call[1] < FIRST_HANDLE) {
            return PASSED;
        }
        return objects.remove(call[1]) == null ? Ck.CKR_OBJECT_HANDLE_INVALID : Ck.CKR_OK;
    }

    private long read(long... call) {
        if (call[1] < FIRST_HANDLE) {
            return PASSED;
        }
        Held object = objects.get(call[1]);
        if (object == null) {
            return Ck.CKR_OBJECT_HANDLE_INVALID;
        }
        long result = Ck.CKR_OK;
        for (long at = call[2]; at < call[2] + call[3] * ATTRIBUTE; at += ATTRIBUTE) {
            long answer = read(object, at);
            result = answer == Ck.CKR_OK ? result : answer;
        }
        return result;
    }

    private long read(Held object, long at) {
        long type = MEMORY.getLong(at);
        long to = MEMORY.getAddress(at + WORD);
        long room = MEMORY.getLong(at + 2 * WORD);
        byte[] value = object.attributes().get(type);
        boolean secret = type == Ck.CKA_VALUE && object.key().isPresent();
        askedForPrivateKey.addAndGet(secret ? 1 : 0);
        boolean fits = value != null && (to == 0 || room >= value.length);
        MEMORY.putLong(at + 2 * WORD, fits && !secret ? value.length : UNAVAILABLE);
        if (secret || value == null) {
            return secret ? Ck.CKR_ATTRIBUTE_SENSITIVE : Ck.CKR_ATTRIBUTE_TYPE_INVALID;
        }
        if (fits && to != 0) {
            MEMORY.putByteArray(to, value, 0, value.length);
        }
        return fits ? Ck.CKR_OK : CKR_BUFFER_TOO_SMALL;
    }

    /** The library searches too: what it finds comes after this. */
    private long search(long... call) {
        Map<Long, byte[]> template = template(call[1], call[2]);
        Deque<Long> found = new ArrayDeque<>();
        objects.forEach((handle, object) -> {
            if (object.fits(template)) {
                found.add(handle);
            }
        });
        searches.put(call[0], found);
        return PASSED;
    }

    private long find(long... call) {
        Deque<Long> found = searches.getOrDefault(call[0], new ArrayDeque<>());
        if (found.isEmpty()) {
            return PASSED;
        }
        long count = Math.min(found.size(), call[2]);
        for (int i = 0; i < count; i++) {
            MEMORY.putLong(call[1] + (long) i * WORD, found.remove());
        }
        MEMORY.putLong(call[3], count);
        return Ck.CKR_OK;
    }

    // --- signatures

    private long beginSigning(long... call) {
        boolean mlDsa = MEMORY.getLong(call[1]) == Ck.CKM_ML_DSA;
        if (!mlDsa && call[2] < FIRST_HANDLE) {
            return PASSED;
        }
        Held key = objects.get(call[2]);
        if (key == null) {
            return call[2] < FIRST_HANDLE ? Ck.CKR_KEY_TYPE_INCONSISTENT : Ck.CKR_KEY_HANDLE_INVALID;
        }
        if (!mlDsa) {
            return Ck.CKR_KEY_TYPE_INCONSISTENT;
        }
        if (key.key().isEmpty()) {
            return Ck.CKR_KEY_FUNCTION_NOT_PERMITTED;
        }
        if (hasParameter(call[1])) {
            return Ck.CKR_MECHANISM_PARAM_INVALID;
        }
        return signing.putIfAbsent(call[0], key) == null ? Ck.CKR_OK : Ck.CKR_OPERATION_ACTIVE;
    }

    private long sign(long... call) {
        Held key = signing.get(call[0]);
        if (key == null) {
            return PASSED;
        }
        byte[] signature = signature(key, bytes(call[1], call[2]));
        boolean fits = MEMORY.getLong(call[4]) >= signature.length;
        MEMORY.putLong(call[4], signature.length);
        if (call[3] == 0 || !fits) {
            return call[3] == 0 ? Ck.CKR_OK : CKR_BUFFER_TOO_SMALL;
        }
        signing.remove(call[0]);
        MEMORY.putByteArray(call[3], signature, 0, signature.length);
        return Ck.CKR_OK;
    }

    private static byte[] signature(Held key, byte[] message) {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, key.key().orElseThrow());
        signer.update(message, 0, message.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- memory

    private static boolean hasParameter(long mechanism) {
        return MEMORY.getAddress(mechanism + WORD) != 0 || MEMORY.getLong(mechanism + 2 * WORD) != 0;
    }

    private static Map<Long, byte[]> template(long at, long count) {
        Map<Long, byte[]> template = new HashMap<>();
        for (long one = at; one < at + count * ATTRIBUTE; one += ATTRIBUTE) {
            template.put(MEMORY.getLong(one), bytes(MEMORY.getAddress(one + WORD), MEMORY.getLong(one + 2 * WORD)));
        }
        return template;
    }

    private static byte[] bytes(long at, long length) {
        byte[] bytes = new byte[(int) length];
        MEMORY.getByteArray(at, bytes, 0, bytes.length);
        return bytes;
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(WORD)
                .order(ByteOrder.nativeOrder())
                .putLong(number)
                .array();
    }

    private static long number(byte[] word) {
        return ByteBuffer.wrap(word).order(ByteOrder.nativeOrder()).getLong();
    }
}
