package dev.chancery.algorithm;

/** The two ways to write the two numbers of an ECDSA signature. Other signatures have one form only. */
public enum SignatureEncoding {
    /** An ASN.1 SEQUENCE of two INTEGERs (RFC 3279 2.2.3): X.509, CMS, TLS, JCA, OpenSSL. */
    DER,
    /** The two numbers at full length one after the other (IEEE P1363): JOSE, WebCrypto, PKCS#11, Azure. */
    P1363
}
