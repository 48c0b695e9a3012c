package dev.chancery.benchmarks.contenders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.benchmarks.Signing;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.testkit.witness.JdkSignatures;
import dev.chancery.testkit.witness.OpenSsl;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever is fast is right as well. */
class ContenderTest {
    @TempDir
    private static Path directory;

    private static SigningKeys keys;

    @BeforeAll
    static void generate() {
        keys = new SigningKeys(directory.resolve("keys"));
        keys.generate();
    }

    static Stream<Arguments> contenders() {
        return Arrays.stream(Workload.values())
                .flatMap(workload -> Arrays.stream(Contender.values())
                        .filter(contender -> contender.takesPartIn(workload) && contender.runsHere(workload))
                        .map(contender -> Arguments.of(contender, workload)));
    }

    @ParameterizedTest
    @MethodSource("contenders")
    void signs_what_others_verify(Contender contender, Workload workload) throws Exception {
        byte[] message = Signing.MESSAGE.clone();
        if (workload.spec().algorithm() == KeyAlgorithm.ML_DSA) {
            requireMlDsa(contender, workload, message);
            return;
        }
        PublicKey key = keys.pair(workload.spec()).getPublic();
        try (Contender.Session session = contender.open(keys, workload)) {
            byte[] signature = session.engine().sign(message);

            if (contender == Contender.NIMBUS && workload.spec().algorithm() == KeyAlgorithm.EC) {
                // JOSE's encoding, which OpenSSL and most of the JDK do not read.
                VerifyOptions jose = VerifyOptions.DEFAULT
                        .withAlgorithm(workload.algorithm())
                        .withEncoding(SignatureEncoding.P1363);
                assertThat(Verifier.of(key).verify(message, signature, jose).isValid())
                        .isTrue();
            } else {
                assertThat(JdkSignatures.verify(key, workload.algorithm(), message, signature))
                        .as("the JDK")
                        .isTrue();
                assertThat(OpenSsl.verify(key, workload.algorithm(), message, signature))
                        .as("OpenSSL")
                        .isTrue();
            }
        }
    }

    /** The witnesses know ML-DSA from JDK 24 and OpenSSL 3.5 on; the other JCA providers do here. */
    private static void requireMlDsa(Contender contender, Workload workload, byte[] message) throws Exception {
        try (Contender.Session session = contender.open(keys, workload);
                Contender.Session other = Contender.JCA_BOUNCYCASTLE.open(keys, workload);
                Contender.Session another = Contender.JCA_CORRETTO.open(keys, workload)) {
            byte[] signature = session.engine().sign(message);

            assertThat(other.engine().verify(message, signature))
                    .as("BouncyCastle")
                    .isTrue();
            assertThat(another.engine().verify(message, signature)).as("AWS-LC").isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("contenders")
    void tells_right_from_wrong_again_and_again(Contender contender, Workload workload) throws Exception {
        byte[] message = Signing.MESSAGE.clone();
        byte[] other = message.clone();
        other[0] ^= 1;
        try (Contender.Session session = contender.open(keys, workload)) {
            Engine engine = session.engine();
            for (int time = 0; time < 2; time++) {
                byte[] signature = engine.sign(message);

                assertThat(engine.verify(message, signature)).isTrue();
                assertThat(engine.verify(other, signature)).isFalse();
            }
        }
    }
}
