package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.chancery.error.UnsupportedException;
import java.nio.CharBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a file is that people take for PEM, and what makes PEM of it. */
final class OtherFormat {
    private static final Set<String> OPENSSL =
            Set.of("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY");

    private static final Pattern WRITTEN_OUT = Pattern.compile("-----(\\\\r)?\\\\n");

    /** How a file begins, each byte a character, and what that is. */
    private static final Map<Pattern, String> BEGINNINGS = Map.of(
            Pattern.compile("\u00FF\u00FE|\u00FE\u00FF|\0-|-\0"),
            "UTF-16 text. Convert it with: iconv -f UTF-16 -t UTF-8",
            Pattern.compile("0([\0-\u0080]|\u0081.|\u0082..|\u0083...)\2\1\3", Pattern.DOTALL),
            "PKCS#12 (.p12, .pfx). Convert it with: openssl pkcs12 -nocerts",
            Pattern.compile("0([\0-\u0080]|\u0081.|\u0082..|\u0083...)(?!\2\1\3)", Pattern.DOTALL),
            "DER and no PEM. Convert it with: openssl pkey -inform DER",
            Pattern.compile("PuTTY-User-Key-File"),
            "a PuTTY key. Convert it with: puttygen -O private-openssh, and then with: ssh-keygen -p -m PKCS8");

    private OtherFormat() {}

    /** @throws UnsupportedException that says what the block is, if it is a key of another format than OpenSSL's */
    static void refuse(PemBlock block) {
        if (block.label().equals("DSA PRIVATE KEY")) {
            throw JdkKeys.unsupported("A DSA key");
        }
        if (block.label().equals("OPENSSH PRIVATE KEY")) {
            boolean ed25519 = new String(block.content(), ISO_8859_1).contains("ssh-ed25519");
            throw new UnsupportedException("An OpenSSH key is not supported. "
                    + (ed25519
                            ? "No command of OpenSSH or OpenSSL converts one of Ed25519; make a new key."
                            : "Convert a copy of it with: ssh-keygen -p -m PKCS8 -f COPY"));
        }
    }

    /** What makes no key although its label says so: a TPM's, a tool's own. Empty for the labels of OpenSSL, whose content is damaged then. */
    static Optional<String> nameOf(List<PemBlock> blocks) {
        return blocks.stream()
                .filter(PemBlock::isPrivateKey)
                .map(PemBlock::label)
                .filter(label -> !OPENSSL.contains(label))
                .findFirst()
                .map(label -> "A key in the form '" + label + "' is not supported; use the tool that wrote it.");
    }

    /** @throws UnsupportedException that says what the file is, if that is known */
    static void refuse(CharBuffer text) {
        if (WRITTEN_OUT.matcher(text).find()) {
            throw new UnsupportedException("The file is PEM with its line breaks written out as a backslash and an n."
                    + " Put line breaks there: perl -pe 's/\\\\n/\\n/g' FILE");
        }
        BEGINNINGS.forEach((beginning, kind) -> {
            if (beginning.matcher(text).lookingAt()) {
                throw new UnsupportedException("The file is " + kind);
            }
        });
    }
}
