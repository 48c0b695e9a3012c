package dev.chancery.provider.file.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ed25519Test {
    /** RFC 8032, section 7.1, tests 1 to 3: the JDK's key generation and BouncyCastle compute the same. */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + " d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + " 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + " fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    })
    void thePublicKeyOfAPrivateKey(String seedHex, String publicHex) throws MalformedException {
        byte[] seed = HexFormat.of().parseHex(seedHex);
        byte[] expected = HexFormat.of().parseHex(publicHex);

        KeyPair pair = Ed25519.pair(seed);

        assertThat(((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow())
                .isEqualTo(seed);
        assertThat(Ed25519.encode((EdECPublicKey) pair.getPublic())).isEqualTo(expected);
        assertThat(BouncyCastle.ed25519PublicKey(seed)).isEqualTo(expected);
    }
}
