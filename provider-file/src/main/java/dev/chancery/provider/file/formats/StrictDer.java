package dev.chancery.provider.file.formats;

import dev.chancery.error.ChanceryException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;

/**
 * DER (ITU-T X.690) by BouncyCastle's parser, which takes BER too: what it would write in another way is no DER. It allocates
 * no more than the input holds and bounds how deep elements nest.
 */
final class StrictDer {
    private StrictDer() {}

    /** Something that takes a parsed structure apart. */
    interface Reading<S, T> {
        T read(S structure) throws GeneralSecurityException, IOException, MalformedException;
    }

    /** Reads the one SEQUENCE that the whole input is. */
    static <T> T read(byte[] der, Reading<ASN1Sequence, T> reading) throws MalformedException {
        return read(der, ASN1Sequence::getInstance, reading);
    }

    /** Reads the one element that the whole input is, of that type. */
    static <S, T> T read(byte[] der, Function<Object, S> type, Reading<S, T> reading) throws MalformedException {
        try {
            ASN1Primitive structure = ASN1Primitive.fromByteArray(der);
            byte[] encoded = structure.getEncoded(ASN1Encoding.DER);
            boolean same = Arrays.equals(encoded, der);
            Arrays.fill(encoded, (byte) 0);
            if (!same) {
                throw new MalformedException("DER: not in its one right encoding (BER, perhaps)");
            }
            return reading.read(type.apply(structure));
        } catch (ChanceryException e) {
            throw e;
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            // BouncyCastle throws half a dozen kinds of RuntimeException for elements of the wrong type, and quotes
            // them.
            throw new MalformedException("DER: damaged, or another structure than a key");
        }
    }

    /** With its sign, which some of BouncyCastle's own classes leave out. */
    static BigInteger integer(ASN1Sequence sequence, int index) {
        return ASN1Integer.getInstance(sequence.getObjectAt(index)).getValue();
    }
}
