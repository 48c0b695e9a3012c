package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program compiles, runs and prints what the README says. */
class ReadmeTest {
    private static final Path README = Path.of("../README.md");

    @TempDir
    Path directory;

    @Test
    void the_program_of_the_first_screen_prints_what_the_text_says() throws IOException {
        String readme = Files.readString(README);
        Shell shell = new Shell(directory);
        shell.write("SignAFile.java", first("```java\n(.+?)```", readme));
        shell.write("contract.pdf", "a contract");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String printed = shell
                .program(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "SignAFile.java")
                .output()
                .stream()
                .filter(line -> !line.startsWith("SLF4J"))
                .findFirst()
                .orElseThrow();
        assertThat(printed).isEqualTo(first("It prints `([^`]+)`", readme));
        shell.program("openssl", "pkey", "-in", "keys/private/release-2026.pem", "-check", "-noout");
    }

    @Test
    void the_program_stands_on_the_first_screen() throws IOException {
        String readme = Files.readString(README);
        assertThat(readme.substring(0, readme.indexOf("```java"))).hasLineCount(5);
        assertThat(first("```java\n(.+?)```", readme).lines()).hasSizeLessThan(18);
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
