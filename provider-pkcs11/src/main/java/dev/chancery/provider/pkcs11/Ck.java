package dev.chancery.provider.pkcs11;

/** The numbers of PKCS#11 3.0 that this provider uses, under the standard's own names. */
final class Ck {
    static final long CKO_DATA = 0x00;
    static final long CKO_CERTIFICATE = 0x01;
    static final long CKO_PUBLIC_KEY = 0x02;
    static final long CKO_PRIVATE_KEY = 0x03;

    static final long CKK_RSA = 0x00;
    static final long CKK_EC = 0x03;
    static final long CKK_EC_EDWARDS = 0x40;

    static final long CKA_CLASS = 0x000;
    static final long CKA_TOKEN = 0x001;
    static final long CKA_PRIVATE = 0x002;
    static final long CKA_LABEL = 0x003;
    static final long CKA_APPLICATION = 0x010;
    static final long CKA_VALUE = 0x011;
    static final long CKA_KEY_TYPE = 0x100;
    static final long CKA_ID = 0x102;
    static final long CKA_SENSITIVE = 0x103;
    static final long CKA_ENCRYPT = 0x104;
    static final long CKA_DECRYPT = 0x105;
    static final long CKA_WRAP = 0x106;
    static final long CKA_UNWRAP = 0x107;
    static final long CKA_SIGN = 0x108;
    static final long CKA_VERIFY = 0x10a;
    static final long CKA_DERIVE = 0x10c;
    static final long CKA_MODULUS = 0x120;
    static final long CKA_MODULUS_BITS = 0x121;
    static final long CKA_PUBLIC_EXPONENT = 0x122;
    static final long CKA_PRIVATE_EXPONENT = 0x123;
    static final long CKA_PRIME_1 = 0x124;
    static final long CKA_PRIME_2 = 0x125;
    static final long CKA_EXPONENT_1 = 0x126;
    static final long CKA_EXPONENT_2 = 0x127;
    static final long CKA_COEFFICIENT = 0x128;
    static final long CKA_EXTRACTABLE = 0x162;
    static final long CKA_NEVER_EXTRACTABLE = 0x164;
    static final long CKA_ALWAYS_SENSITIVE = 0x165;
    static final long CKA_MODIFIABLE = 0x170;
    static final long CKA_EC_PARAMS = 0x180;
    static final long CKA_EC_POINT = 0x181;
    static final long CKA_ALWAYS_AUTHENTICATE = 0x202;

    /** NSS's own (pkcs11n.h): the public value, without which it takes no private EC key in. */
    static final long CKA_NSS_DB = 0xd5a0db00L;

    static final long CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0000;
    static final long CKM_RSA_PKCS = 0x0001;
    static final long CKM_RSA_PKCS_PSS = 0x000d;
    static final long CKM_SHA256_RSA_PKCS = 0x0040;
    static final long CKM_SHA384_RSA_PKCS = 0x0041;
    static final long CKM_SHA512_RSA_PKCS = 0x0042;
    static final long CKM_SHA256_RSA_PKCS_PSS = 0x0043;
    static final long CKM_SHA384_RSA_PKCS_PSS = 0x0044;
    static final long CKM_SHA512_RSA_PKCS_PSS = 0x0045;
    static final long CKM_SHA256 = 0x0250;
    static final long CKM_SHA384 = 0x0260;
    static final long CKM_SHA512 = 0x0270;
    static final long CKM_EC_KEY_PAIR_GEN = 0x1040;
    static final long CKM_ECDSA = 0x1041;
    static final long CKM_ECDSA_SHA256 = 0x1044;
    static final long CKM_ECDSA_SHA384 = 0x1045;
    static final long CKM_ECDSA_SHA512 = 0x1046;
    static final long CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x1055;
    static final long CKM_EDDSA = 0x1057;

    static final long CKG_MGF1_SHA256 = 0x02;
    static final long CKG_MGF1_SHA384 = 0x03;
    static final long CKG_MGF1_SHA512 = 0x04;

    static final long CKF_WRITE_PROTECTED = 0x0002;
    static final long CKF_LOGIN_REQUIRED = 0x0004;
    static final long CKF_PROTECTED_AUTHENTICATION_PATH = 0x0100;
    static final long CKF_TOKEN_INITIALIZED = 0x0400;
    static final long CKF_USER_PIN_COUNT_LOW = 0x10000;
    static final long CKF_USER_PIN_FINAL_TRY = 0x20000;
    static final long CKF_USER_PIN_LOCKED = 0x40000;
    static final long CKF_USER_PIN_TO_BE_CHANGED = 0x80000;

    static final long CKS_RO_USER_FUNCTIONS = 1;
    static final long CKS_RW_USER_FUNCTIONS = 3;

    static final long CKR_OK = 0x000;
    static final long CKR_HOST_MEMORY = 0x002;
    static final long CKR_SLOT_ID_INVALID = 0x003;
    static final long CKR_GENERAL_ERROR = 0x005;
    static final long CKR_FUNCTION_FAILED = 0x006;
    static final long CKR_ATTRIBUTE_READ_ONLY = 0x010;
    static final long CKR_ATTRIBUTE_TYPE_INVALID = 0x012;
    static final long CKR_ATTRIBUTE_VALUE_INVALID = 0x013;
    static final long CKR_ACTION_PROHIBITED = 0x01b;
    static final long CKR_DATA_LEN_RANGE = 0x021;
    static final long CKR_DEVICE_ERROR = 0x030;
    static final long CKR_DEVICE_MEMORY = 0x031;
    static final long CKR_DEVICE_REMOVED = 0x032;
    static final long CKR_FUNCTION_CANCELED = 0x050;
    static final long CKR_FUNCTION_NOT_SUPPORTED = 0x054;
    static final long CKR_KEY_HANDLE_INVALID = 0x060;
    static final long CKR_KEY_SIZE_RANGE = 0x062;
    static final long CKR_KEY_TYPE_INCONSISTENT = 0x063;
    static final long CKR_KEY_FUNCTION_NOT_PERMITTED = 0x068;
    static final long CKR_MECHANISM_INVALID = 0x070;
    static final long CKR_MECHANISM_PARAM_INVALID = 0x071;
    static final long CKR_OBJECT_HANDLE_INVALID = 0x082;
    static final long CKR_OPERATION_ACTIVE = 0x090;
    static final long CKR_OPERATION_NOT_INITIALIZED = 0x091;
    static final long CKR_PIN_INCORRECT = 0x0a0;
    static final long CKR_PIN_INVALID = 0x0a1;
    static final long CKR_PIN_LEN_RANGE = 0x0a2;
    static final long CKR_PIN_EXPIRED = 0x0a3;
    static final long CKR_PIN_LOCKED = 0x0a4;
    static final long CKR_SESSION_CLOSED = 0x0b0;
    static final long CKR_SESSION_COUNT = 0x0b1;
    static final long CKR_SESSION_HANDLE_INVALID = 0x0b3;
    static final long CKR_SESSION_READ_ONLY = 0x0b5;
    static final long CKR_TEMPLATE_INCOMPLETE = 0x0d0;
    static final long CKR_TEMPLATE_INCONSISTENT = 0x0d1;
    static final long CKR_TOKEN_NOT_PRESENT = 0x0e0;
    static final long CKR_TOKEN_NOT_RECOGNIZED = 0x0e1;
    static final long CKR_TOKEN_WRITE_PROTECTED = 0x0e2;
    static final long CKR_USER_ALREADY_LOGGED_IN = 0x100;
    static final long CKR_USER_NOT_LOGGED_IN = 0x101;
    static final long CKR_USER_PIN_NOT_INITIALIZED = 0x102;
    static final long CKR_USER_TYPE_INVALID = 0x103;
    static final long CKR_DOMAIN_PARAMS_INVALID = 0x130;
    static final long CKR_CURVE_NOT_SUPPORTED = 0x140;
    static final long CKR_CRYPTOKI_NOT_INITIALIZED = 0x190;
    static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
    static final long CKR_FUNCTION_REJECTED = 0x200;

    private Ck() {}
}
