package dev.chancery.provider.pkcs11.keys;

import dev.chancery.error.ConfigurationException;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Attributes that a user adds to the templates of new keys, such as {@code private:0x80000101:0c00000000000000,public:0x2:true}.
 *
 * @param publicHalf for the public half
 * @param privateHalf for the private half
 */
public record VendorTemplate(CkAttributes publicHalf, CkAttributes privateHalf) {
    /** No attributes. */
    public static final VendorTemplate NONE = new VendorTemplate(new CkAttributes(), new CkAttributes());

    private static final Pattern ATTRIBUTE =
            Pattern.compile("(public|private):0x([0-9a-fA-F]{1,8}):(true|false|(?:[0-9a-fA-F]{2})+)");

    /**
     * Reads them.
     *
     * @param wrong makes the exception for a text that is none
     */
    public static VendorTemplate parse(String text, Function<String, ConfigurationException> wrong) {
        VendorTemplate template = new VendorTemplate(new CkAttributes(), new CkAttributes());
        for (String one : text.split(",", -1)) {
            Matcher attribute = ATTRIBUTE.matcher(one);
            if (!attribute.matches()) {
                throw wrong.apply(
                        "chancery-template has public:0xTYPE:VALUE or private:0xTYPE:VALUE, separated by commas; a value"
                                + " is true, false, or bytes in hexadecimal");
            }
            CkAttributes half = attribute.group(1).equals("public") ? template.publicHalf : template.privateHalf;
            long type = Long.parseLong(attribute.group(2), 16);
            String value = attribute.group(3);
            CkAttributes unused = value.equals("true") || value.equals("false")
                    ? half.with(type, value.equals("true"))
                    : half.with(type, HexFormat.of().parseHex(value));
        }
        return template;
    }
}
