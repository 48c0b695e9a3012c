package dev.chancery.cli.input;

import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads {@code .env} files, as applications and service managers keep them.
 *
 * <pre>
 * # a comment
 * CRYPTO_KEYS_PATH=/opt/keys         # up to the blank before a comment
 * export CRYPTO_CURRENT_KEY_ID='rsa-2026-11'
 * NOTE="two\nlines, or a real
 * line break"
 * </pre>
 *
 * <p>Between single quotes every character stands for itself; between double quotes {@code \n \r \t \" \\ \$} are read. No
 * variable is expanded. Messages name the line and never show a value: it may be a secret.
 */
public final class EnvFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private final Path file;
    private final String text;
    private int at;
    private int line = 1;

    private EnvFile(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    public static Map<String, String> read(Path file) throws IOException {
        try {
            byte[] content = LimitedFile.read(file, MAX_BYTES);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return parse(file, text);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("There is no environment file '" + file + "'. Check --env-file.", e);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("The environment file '" + file + "' is not UTF-8 text.", e);
        }
    }

    /** Reads a file's text, wherever it is. */
    static Map<String, String> parse(Path file, String text) {
        return new EnvFile(file, text).parse();
    }

    private Map<String, String> parse() {
        Map<String, Integer> lines = new LinkedHashMap<>();
        Map<String, String> variables = new LinkedHashMap<>();
        while (true) {
            skipBlanksAndComments();
            if (at == text.length()) {
                return variables;
            }
            int start = line;
            String name = name();
            Integer earlier = lines.put(name, start);
            if (earlier != null) {
                throw wrong(start, name + " is set again; line " + earlier + " sets it already. Remove one");
            }
            variables.put(name, value());
        }
    }

    private void skipBlanksAndComments() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                skipToLineEnd();
            } else if (c == '\n') {
                line++;
                at++;
            } else if (isBlank(c) || c == '\r' || c == '\uFEFF' && at == 0) {
                at++;
            } else {
                return;
            }
        }
    }

    private String name() {
        int equals = text.indexOf('=', at);
        int end = lineEnd();
        if (equals < 0 || equals > end) {
            throw wrong(line, "there is no '='. Write NAME=value, or # before a comment");
        }
        String name = text.substring(at, equals).strip();
        if (name.startsWith("export ") || name.startsWith("export\t")) {
            name = name.substring("export ".length()).strip();
        }
        if (!NAME.matcher(name).matches()) {
            throw wrong(line, "what stands before '=' is no variable name (letters, digits and '_')");
        }
        at = equals + 1;
        return name;
    }

    private String value() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
            String value = readQuoted(text.charAt(at++));
            requireNothingMore();
            return value;
        }
        return readUnquoted();
    }

    private String readUnquoted() {
        int end = lineEnd();
        int stop = at;
        while (stop < end && !startsComment(stop)) {
            refuseControl(text.charAt(stop));
            stop++;
        }
        String value = text.substring(at, stop).strip();
        at = end;
        return value;
    }

    private boolean startsComment(int index) {
        return text.charAt(index) == '#' && isBlank(text.charAt(index - 1));
    }

    private String readQuoted(char quote) {
        int start = line;
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return value.toString();
            }
            if (c == '\n') {
                line++;
            } else if (c == '\\' && quote == '"') {
                c = readEscape();
            } else if (c != '\r') {
                refuseControl(c);
            }
            value.append(c);
        }
        throw wrong(start, "the quotation that starts here does not end");
    }

    private char readEscape() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '"', '\\', '$' -> c;
            default -> throw wrong(line, "only \\n \\r \\t \\\" \\\\ and \\$ may follow a backslash in double quotes");
        };
    }

    private void requireNothingMore() {
        int end = lineEnd();
        String rest = text.substring(at, end).strip();
        if (!rest.isEmpty() && !rest.startsWith("#")) {
            throw wrong(line, "something follows the closing quote. Quote the whole value");
        }
        at = end;
    }

    private void refuseControl(char c) {
        if (Character.isISOControl(c) && c != '\t') {
            throw wrong(line, "there is a control character. Remove it");
        }
    }

    private void skipToLineEnd() {
        at = lineEnd();
    }

    /** The end of the line without its newline, or CR and newline. */
    private int lineEnd() {
        int newline = text.indexOf('\n', at);
        int end = newline < 0 ? text.length() : newline;
        return end > at && text.charAt(end - 1) == '\r' ? end - 1 : end;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private ConfigurationException wrong(int where, String why) {
        return new ConfigurationException("The environment file '" + file + "', line " + where + ": " + why + ".");
    }
}
