package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One process of a fleet: it keeps one store open and does as its standard input says until that ends, a line for a line. */
final class FleetMember {
    static final String RING = "certificate-signing";
    static final RotationPolicy DAILY = RotationPolicy.PRODUCTION.withPeriod(Period.ofDays(1));

    /** Two signers shall not take a processor each. */
    private static final long BETWEEN_SIGNATURES = TimeUnit.MILLISECONDS.toNanos(5);

    private FleetMember() {}

    /** What a process does. */
    enum Role {
        ROTATOR,
        SIGNER,
        VERIFIER
    }

    static Process start(Role role, Path store, Path clock, Duration skew) throws IOException {
        return ChildJvm.start(
                List.of(),
                FleetMember.class,
                role.name(),
                store.toString(),
                clock.toString(),
                Long.toString(skew.toSeconds()));
    }

    public static void main(String[] arguments) throws IOException {
        SharedClock clock = new SharedClock(Path.of(arguments[2]), Duration.ofSeconds(Long.parseLong(arguments[3])));
        KeyStoreOptions options = KeyStoreOptions.builder().clock(clock).build();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        try (KeyStore store = KeyStores.open(Path.of(arguments[1]), options)) {
            Keyring ring = store.ring(RING);
            switch (Role.valueOf(arguments[0])) {
                case ROTATOR -> rotate(ring, input);
                case SIGNER -> sign(ring.signer(), input);
                case VERIFIER -> verify(ring.verifier(), input);
            }
        }
    }

    private static void rotate(Keyring ring, BufferedReader input) throws IOException {
        say("ready");
        while (input.readLine() != null) {
            say(ring.rotateIfDue(DAILY).toString());
        }
    }

    /** Signs without a pause to speak of, until a line comes. */
    private static void sign(Signer signer, BufferedReader input) throws IOException {
        say("ready");
        for (int n = 1; !input.ready(); n++) {
            String message = "document-" + n;
            Signature signature = signer.sign(message.getBytes(UTF_8));
            say(signature.keyId() + " " + message + " " + Base64.getEncoder().encodeToString(signature.value()));
            LockSupport.parkNanos(BETWEEN_SIGNATURES);
        }
    }

    /** Answers lines of key, message and signature; to every other one without the hint of a key. */
    private static void verify(Verifier verifier, BufferedReader input) throws IOException {
        say("ready");
        String line;
        for (int n = 0; (line = input.readLine()) != null; n++) {
            String[] words = line.split(" ");
            VerifyOptions options =
                    n % 2 == 0 ? VerifyOptions.DEFAULT : VerifyOptions.DEFAULT.withKeyHint(new KeyId(words[0]));
            Verification answer = verifier.verify(
                    words[1].getBytes(UTF_8), Base64.getDecoder().decode(words[2]), options);
            say(answer.status() + " "
                    + answer.key().map(key -> key.id().value()).orElse("nobody") + " " + answer.reason());
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
