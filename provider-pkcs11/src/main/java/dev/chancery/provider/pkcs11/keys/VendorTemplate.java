package dev.chancery.provider.pkcs11.keys;

import dev.chancery.error.ConfigurationException;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Attributes that a user adds to the templates of new keys, such as {@code private:0x80000101:12,public:0x2:true}.
 *
 * @param publicHalf for the public half
 * @param privateHalf for the private half
 */
public record VendorTemplate(CkAttributes publicHalf, CkAttributes privateHalf) {
    /** No attributes. */
    public static final VendorTemplate NONE = new VendorTemplate(new CkAttributes(), new CkAttributes());

    private static final Pattern ATTRIBUTE = Pattern.compile(
            "(public|private):0x([0-9a-f]{1,8}):(?:(true|false)|([0-9]{1,18})|0x((?:[0-9a-f]{2})*))",
            Pattern.CASE_INSENSITIVE);

    /**
     * Reads them.
     *
     * @param wrong makes the exception for a text that is none
     */
    public static VendorTemplate parse(String text, Function<String, ConfigurationException> wrong) {
        VendorTemplate template = new VendorTemplate(new CkAttributes(), new CkAttributes());
        for (String one : text.split(",", -1)) {
            Matcher attribute = ATTRIBUTE.matcher(one.strip());
            if (!attribute.matches()) {
                throw wrong.apply(
                        "chancery-template has public:0xTYPE:VALUE or private:0xTYPE:VALUE, separated by commas; a value is true,"
                                + " false, a number, or bytes in hexadecimal after 0x");
            }
            CkAttributes half =
                    attribute.group(1).equalsIgnoreCase("public") ? template.publicHalf : template.privateHalf;
            long type = Long.parseLong(attribute.group(2), 16);
            if (attribute.group(3) != null) {
                half.with(type, Boolean.parseBoolean(attribute.group(3)));
            } else if (attribute.group(4) != null) {
                half.with(type, Long.parseLong(attribute.group(4)));
            } else {
                half.with(type, HexFormat.of().parseHex(attribute.group(5)));
            }
        }
        return template;
    }
}
