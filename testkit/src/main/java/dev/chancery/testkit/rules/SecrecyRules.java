package dev.chancery.testkit.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Signature;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** No message tells what opens a store, or a private half in it: a message ends up in a log, and a log anywhere. */
public interface SecrecyRules extends Rules {

    @Test
    default void no_secret_is_in_a_location_a_text_a_message_or_a_log() {
        List<String> told = new ArrayList<>();

        String logged = logOf(() -> told.addAll(textsAndMessages()));

        Set<String> secrets = tested().secrets();
        assertThat(secrets).isNotEmpty();
        for (String secret : secrets) {
            assertThat(told).allSatisfy(text -> assertThat(text).doesNotContain(secret));
            assertThat(logged).doesNotContain(secret);
        }
    }

    /** A pair from elsewhere, whose private half is known here, whether it is taken in or not. */
    @Test
    default void no_private_half_from_elsewhere_is_in_a_message() throws GeneralSecurityException {
        KeyStore keys = tested().keys();
        KeyPair pair = ImportRules.pair(KeySpec.EC_P256);
        KeyPair mixed = new KeyPair(ImportRules.pair(KeySpec.EC_P256).getPublic(), pair.getPrivate());
        var unused = tested().key("taken");

        List<String> told = List.of(
                message(() -> keys.importKey(ImportRules.named("taken", pair))),
                message(() -> keys.importKey(ImportRules.named("mixed", mixed))));

        String secret = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
        assertThat(told).allSatisfy(text -> assertThat(text).doesNotContain(secret));
    }

    private List<String> textsAndMessages() {
        KeyStore keys = tested().open(options -> options.listener(event -> {
            throw new IllegalStateException("a bad listener, which is logged");
        }));
        KeyMetadata key = keys.generate(KeyRequest.of(tested().someSpec(), "invoices"));
        KeyId unknown = tested().id("nobody");
        Signer signer = keys.signer(key.id());
        Signature signature = signer.sign(new byte[1]);
        List<String> told = new ArrayList<>(List.of(
                keys.location(),
                keys.toString(),
                keys.capabilities().toString(),
                keys.health(HealthLevel.SIGN).toString(),
                keys.list().toString(),
                keys.unusable().toString(),
                keys.rings().toString(),
                key.toString(),
                signer.toString(),
                signature.toString(),
                keys.verifier(key.id()).toString(),
                keys.verifier(key.id()).verify(new byte[2], signature.value()).toString(),
                message(() -> tested().key("invoices")),
                message(() -> keys.get(unknown)),
                message(() -> keys.resolve("nobody")),
                message(() -> keys.resolve("../nobody")),
                message(() -> keys.ring("nobodys").current()),
                message(() -> keys.changeState(unknown, KeyState.SUSPENDED, "on hold")),
                message(() -> keys.changeState(key.id(), KeyState.PRE_ACTIVE, "back to where it came from")),
                message(() -> signer.signDigest(new byte[3]))));
        keys.close();
        told.add(message(keys::list));
        told.add(message(() -> signer.sign(new byte[1])));
        return told;
    }

    /** With causes and what was suppressed, as a log shows it. */
    private static String message(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isNotNull();
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }

    /** What is written to the error stream meanwhile, where a simple logger writes. */
    private static String logOf(Runnable action) {
        PrintStream err = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(err);
        }
        String logged = written.toString(UTF_8);
        err.print(logged);
        return logged;
    }
}
