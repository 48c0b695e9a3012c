package dev.chancery.provider.pkcs11.binding;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.xipki.pkcs11.wrapper.PKCS11Exception;
import org.xipki.pkcs11.wrapper.PKCS11Module;
import org.xipki.pkcs11.wrapper.Slot;
import org.xipki.pkcs11.wrapper.StaticLogger;
import org.xipki.pkcs11.wrapper.Token;
import org.xipki.pkcs11.wrapper.TokenInfo;
import org.xipki.pkcs11.wrapper.attrs.Attribute;

/**
 * {@link Cryptoki} over the IAIK wrapper. Of the wrapper's classes, only module, slot, token and session are used: its pool of
 * sessions hides why a signature failed, and its Cryptoki 3.0 functions crash the JVM on a 2.40 library.
 */
public final class WrapperCryptoki implements Cryptoki {
    static {
        // Before any other class of the wrapper: without a logger it prints to standard output.
        StaticLogger.setLogger(new WrapperLog());
        Attribute.putAttributeValueType(Ck.CKA_PARAMETER_SET, Attribute.AttrType.LONG); // of PKCS#11 3.2
    }

    private final PKCS11Module module;
    private final Optional<SignFunctions> signing;

    /**
     * A loaded library.
     *
     * @param signing its functions that sign, where they can be called without the wrapper
     */
    WrapperCryptoki(PKCS11Module module, Optional<SignFunctions> signing) {
        this.module = module;
        this.signing = signing;
    }

    /**
     * Loads a library.
     *
     * @throws ConfigurationException if it is none
     */
    public static WrapperCryptoki load(Path library) {
        // OpenSC's pkcs11-spy (0.23) ends the process when the wrapper asks it for the functions of Cryptoki 3.0.
        if (library.endsWith("pkcs11-spy.so") && !"true".equals(System.getenv("PKCS11_USE_240_ONLY"))) {
            throw new ConfigurationException("The PKCS#11 library " + library
                    + " would crash this process: start it with PKCS11_USE_240_ONLY=true in its environment.");
        }
        try {
            Optional<SignFunctions> signing = SignFunctions.of(library);
            PKCS11Module module = PKCS11Module.getInstance(library.toString());
            return new WrapperCryptoki(module, signing.filter(SignFunctions::areStillTheSame));
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new ConfigurationException(
                    "The PKCS#11 library " + library + " cannot be loaded: "
                            + Printable.of(String.valueOf(e.getMessage()))
                            + ". Check module-path, and that the library is for this machine.",
                    e);
        }
    }

    /** A function that answers. */
    interface Call<T> {
        T make() throws PKCS11Exception;
    }

    /** A function that answers nothing but CKR_OK. */
    interface Step {
        void take() throws PKCS11Exception;
    }

    static <T> T call(String function, Call<T> call) throws CkException {
        try {
            return call.make();
        } catch (PKCS11Exception e) {
            CkException failure = new CkException(function, e.getErrorCode(), e.getErrorName());
            failure.initCause(e);
            throw failure;
        }
    }

    static void run(String function, Step step) throws CkException {
        Object unused = call(function, () -> {
            step.take();
            return step;
        });
    }

    @Override
    public void initialize() throws CkException {
        run("C_Initialize", module::initialize);
    }

    @Override
    public void finish() throws CkException {
        run("C_Finalize", () -> module.finalize(null));
    }

    @Override
    public long[] slots() throws CkException {
        Slot[] slots = call("C_GetSlotList", () -> module.getSlotList(true));
        return Arrays.stream(slots).mapToLong(Slot::getSlotID).toArray();
    }

    @Override
    public TokenDescription token(long slot) throws CkException {
        TokenInfo info = call("C_GetTokenInfo", () -> tokenIn(slot).getTokenInfo());
        return new TokenDescription(
                info.getLabel(),
                info.getManufacturerID(),
                info.getModel(),
                info.getSerialNumber(),
                info.getFlags(),
                info.getMaxSessionCount(),
                info.getSessionCount());
    }

    @Override
    public Set<Long> mechanisms(long slot) throws CkException {
        Set<Long> mechanisms =
                Arrays.stream(tokenIn(slot).getMechanismList()).boxed().collect(Collectors.toSet());
        if (mechanisms.isEmpty()) {
            // The wrapper swallows the reason.
            throw new CkException("C_GetMechanismList", Ck.CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED");
        }
        return mechanisms;
    }

    @Override
    public CryptokiSession open(long slot, boolean readWrite) throws CkException {
        return new WrapperSession(call("C_OpenSession", () -> tokenIn(slot).openSession(readWrite)), signing);
    }

    /** Without asking for the list of slots again; the wrapper keeps the constructor for subclasses. */
    private Token tokenIn(long slot) {
        return new Slot(module, slot) {}.getToken();
    }
}
