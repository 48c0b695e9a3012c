package dev.chancery.provider.pkcs11.binding;

/** The numbers of PKCS#11 3.2 that this provider uses, under the standard's own names. */
public final class Ck {
    public static final long CKO_DATA = 0x00;
    public static final long CKO_CERTIFICATE = 0x01;
    public static final long CKO_PUBLIC_KEY = 0x02;
    public static final long CKO_PRIVATE_KEY = 0x03;

    public static final long CKK_RSA = 0x00;
    public static final long CKK_EC = 0x03;
    public static final long CKK_EC_EDWARDS = 0x40;
    public static final long CKK_ML_DSA = 0x4a;

    public static final long CKP_ML_DSA_44 = 1;
    public static final long CKP_ML_DSA_65 = 2;
    public static final long CKP_ML_DSA_87 = 3;

    public static final long CKA_CLASS = 0x000;
    public static final long CKA_TOKEN = 0x001;
    public static final long CKA_PRIVATE = 0x002;
    public static final long CKA_LABEL = 0x003;
    public static final long CKA_APPLICATION = 0x010;
    public static final long CKA_VALUE = 0x011;
    public static final long CKA_KEY_TYPE = 0x100;
    public static final long CKA_ID = 0x102;
    public static final long CKA_SENSITIVE = 0x103;
    public static final long CKA_ENCRYPT = 0x104;
    public static final long CKA_DECRYPT = 0x105;
    public static final long CKA_WRAP = 0x106;
    public static final long CKA_UNWRAP = 0x107;
    public static final long CKA_SIGN = 0x108;
    public static final long CKA_VERIFY = 0x10a;
    public static final long CKA_DERIVE = 0x10c;
    public static final long CKA_MODULUS = 0x120;
    public static final long CKA_MODULUS_BITS = 0x121;
    public static final long CKA_PUBLIC_EXPONENT = 0x122;
    public static final long CKA_PRIVATE_EXPONENT = 0x123;
    public static final long CKA_PRIME_1 = 0x124;
    public static final long CKA_PRIME_2 = 0x125;
    public static final long CKA_EXPONENT_1 = 0x126;
    public static final long CKA_EXPONENT_2 = 0x127;
    public static final long CKA_COEFFICIENT = 0x128;
    public static final long CKA_PUBLIC_KEY_INFO = 0x129;
    public static final long CKA_EXTRACTABLE = 0x162;
    public static final long CKA_NEVER_EXTRACTABLE = 0x164;
    public static final long CKA_ALWAYS_SENSITIVE = 0x165;
    public static final long CKA_MODIFIABLE = 0x170;
    public static final long CKA_EC_PARAMS = 0x180;
    public static final long CKA_EC_POINT = 0x181;
    public static final long CKA_ALWAYS_AUTHENTICATE = 0x202;
    public static final long CKA_PARAMETER_SET = 0x61d;

    public static final long CKA_ALLOWED_MECHANISMS = 0x40000600L;
    public static final long CKA_VENDOR_DEFINED = 0x80000000L;

    /** NSS's own (pkcs11n.h): the public value, without which it takes no private EC key in. */
    public static final long CKA_NSS_DB = 0xd5a0db00L;

    public static final long CKM_RSA_PKCS_KEY_PAIR_GEN = 0x0000;
    public static final long CKM_RSA_PKCS = 0x0001;
    public static final long CKM_RSA_PKCS_PSS = 0x000d;
    public static final long CKM_ML_DSA_KEY_PAIR_GEN = 0x001c;
    public static final long CKM_ML_DSA = 0x001d;
    public static final long CKM_SHA256_RSA_PKCS = 0x0040;
    public static final long CKM_SHA384_RSA_PKCS = 0x0041;
    public static final long CKM_SHA512_RSA_PKCS = 0x0042;
    public static final long CKM_SHA256_RSA_PKCS_PSS = 0x0043;
    public static final long CKM_SHA384_RSA_PKCS_PSS = 0x0044;
    public static final long CKM_SHA512_RSA_PKCS_PSS = 0x0045;
    public static final long CKM_SHA256 = 0x0250;
    public static final long CKM_SHA384 = 0x0260;
    public static final long CKM_SHA512 = 0x0270;
    public static final long CKM_EC_KEY_PAIR_GEN = 0x1040;
    public static final long CKM_ECDSA = 0x1041;
    public static final long CKM_ECDSA_SHA256 = 0x1044;
    public static final long CKM_ECDSA_SHA384 = 0x1045;
    public static final long CKM_ECDSA_SHA512 = 0x1046;
    public static final long CKM_EC_EDWARDS_KEY_PAIR_GEN = 0x1055;
    public static final long CKM_EDDSA = 0x1057;

    public static final long CKG_MGF1_SHA256 = 0x02;
    public static final long CKG_MGF1_SHA384 = 0x03;
    public static final long CKG_MGF1_SHA512 = 0x04;

    public static final long CKF_WRITE_PROTECTED = 0x0002;
    public static final long CKF_LOGIN_REQUIRED = 0x0004;
    public static final long CKF_PROTECTED_AUTHENTICATION_PATH = 0x0100;
    public static final long CKF_TOKEN_INITIALIZED = 0x0400;
    public static final long CKF_USER_PIN_COUNT_LOW = 0x10000;
    public static final long CKF_USER_PIN_FINAL_TRY = 0x20000;
    public static final long CKF_USER_PIN_LOCKED = 0x40000;
    public static final long CKF_USER_PIN_TO_BE_CHANGED = 0x80000;

    public static final long CKU_USER = 1;
    public static final long CKU_CONTEXT_SPECIFIC = 2;

    public static final long CKS_RO_USER_FUNCTIONS = 1;
    public static final long CKS_RW_USER_FUNCTIONS = 3;

    public static final long CKR_OK = 0x000;
    public static final long CKR_HOST_MEMORY = 0x002;
    public static final long CKR_SLOT_ID_INVALID = 0x003;
    public static final long CKR_GENERAL_ERROR = 0x005;
    public static final long CKR_FUNCTION_FAILED = 0x006;
    public static final long CKR_ATTRIBUTE_READ_ONLY = 0x010;
    public static final long CKR_ATTRIBUTE_SENSITIVE = 0x011;
    public static final long CKR_ATTRIBUTE_TYPE_INVALID = 0x012;
    public static final long CKR_ATTRIBUTE_VALUE_INVALID = 0x013;
    public static final long CKR_ACTION_PROHIBITED = 0x01b;
    public static final long CKR_DATA_LEN_RANGE = 0x021;
    public static final long CKR_DEVICE_ERROR = 0x030;
    public static final long CKR_DEVICE_MEMORY = 0x031;
    public static final long CKR_DEVICE_REMOVED = 0x032;
    public static final long CKR_FUNCTION_CANCELED = 0x050;
    public static final long CKR_FUNCTION_NOT_SUPPORTED = 0x054;
    public static final long CKR_KEY_HANDLE_INVALID = 0x060;
    public static final long CKR_KEY_SIZE_RANGE = 0x062;
    public static final long CKR_KEY_TYPE_INCONSISTENT = 0x063;
    public static final long CKR_KEY_FUNCTION_NOT_PERMITTED = 0x068;
    public static final long CKR_MECHANISM_INVALID = 0x070;
    public static final long CKR_MECHANISM_PARAM_INVALID = 0x071;
    public static final long CKR_OBJECT_HANDLE_INVALID = 0x082;
    public static final long CKR_OPERATION_ACTIVE = 0x090;
    public static final long CKR_OPERATION_NOT_INITIALIZED = 0x091;
    public static final long CKR_PIN_INCORRECT = 0x0a0;
    public static final long CKR_PIN_INVALID = 0x0a1;
    public static final long CKR_PIN_LEN_RANGE = 0x0a2;
    public static final long CKR_PIN_EXPIRED = 0x0a3;
    public static final long CKR_PIN_LOCKED = 0x0a4;
    public static final long CKR_SESSION_CLOSED = 0x0b0;
    public static final long CKR_SESSION_COUNT = 0x0b1;
    public static final long CKR_SESSION_HANDLE_INVALID = 0x0b3;
    public static final long CKR_SESSION_READ_ONLY = 0x0b5;
    public static final long CKR_TEMPLATE_INCOMPLETE = 0x0d0;
    public static final long CKR_TEMPLATE_INCONSISTENT = 0x0d1;
    public static final long CKR_TOKEN_NOT_PRESENT = 0x0e0;
    public static final long CKR_TOKEN_NOT_RECOGNIZED = 0x0e1;
    public static final long CKR_TOKEN_WRITE_PROTECTED = 0x0e2;
    public static final long CKR_USER_ALREADY_LOGGED_IN = 0x100;
    public static final long CKR_USER_NOT_LOGGED_IN = 0x101;
    public static final long CKR_USER_PIN_NOT_INITIALIZED = 0x102;
    public static final long CKR_USER_TYPE_INVALID = 0x103;
    public static final long CKR_DOMAIN_PARAMS_INVALID = 0x130;
    public static final long CKR_CURVE_NOT_SUPPORTED = 0x140;
    public static final long CKR_CRYPTOKI_NOT_INITIALIZED = 0x190;
    public static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
    public static final long CKR_FUNCTION_REJECTED = 0x200;

    private Ck() {}
}
