package dev.chancery.cli.input;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sets one variable in a {@code .env} file and leaves every other byte as it is. The file is replaced whole: its reader sees
 * the old one or the new one, with the same owner, group and mode.
 */
public final class EnvFileEdit {
    private static final int MAX_BYTES = 1 << 20;

    private EnvFileEdit() {}

    public static void set(Path file, String name, String value) throws IOException {
        Path target = file.toRealPath(); // a link to the file stays a link
        String before = new String(LimitedFile.read(target, MAX_BYTES), StandardCharsets.UTF_8);
        String after = edit(before, name, value);
        Map<String, String> expected = EnvFile.parse(file, before);
        expected.put(name, value);
        if (!EnvFile.parse(file, after).equals(expected)) {
            throw new ConfigurationException("The line of " + name + " in '" + file
                    + "' is written so that it was not changed. Change it by hand to: " + name + "=" + value);
        }
        if (!after.equals(before)) {
            new DurableFiles().rewrite(target, after.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The value only: what stands before it on the line, and a comment behind it, stay. */
    private static String edit(String text, String name, String value) {
        Matcher line = Pattern.compile("(?m)^([ \\t]*(?:export[ \\t]+)?" + Pattern.quote(name)
                        + "[ \\t]*=[ \\t]*)(\"[^\"\\n]*\"|'[^'\\n]*'|[^\\r\\n]*?)([ \\t]+#[^\\r\\n]*|[ \\t]*)(?=\\r?$)")
                .matcher(text);
        if (line.find()) {
            return text.substring(0, line.start(2)) + value + text.substring(line.end(2));
        }
        String separator = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return text + separator + name + "=" + value + "\n";
    }
}
