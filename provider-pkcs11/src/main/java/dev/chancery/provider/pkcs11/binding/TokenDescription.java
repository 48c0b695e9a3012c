package dev.chancery.provider.pkcs11.binding;

import dev.chancery.spi.support.Printable;

/**
 * What CK_TOKEN_INFO says.
 *
 * @param label the token's label, without the padding
 * @param manufacturer its manufacturer
 * @param model its model
 * @param serial its serial number
 * @param flags CKF_… bits
 * @param maxSessions the most sessions of one application; 0 for any number, negative where the token does not say
 * @param sessions the sessions that this application has open, negative where the token does not say
 */
public record TokenDescription(
        String label, String manufacturer, String model, String serial, long flags, long maxSessions, long sessions) {

    public boolean has(long flag) {
        return (flags & flag) != 0;
    }

    /** Label and serial number: the same token, wherever it is plugged in. */
    public boolean isSameAs(TokenDescription other) {
        return label.equals(other.label) && serial.equals(other.serial);
    }

    @Override
    public String toString() {
        return "'" + Printable.of(label) + "' (serial " + Printable.of(serial) + ", " + Printable.of(manufacturer)
                + ")";
    }
}
