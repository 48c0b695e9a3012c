package dev.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyStoreProvider;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The smallest provider of docs/writing-a-provider.md compiles, and works; {@link ExternalProviderTest} has the rest of the page. */
class WritingAProviderTest {
    private static final Path PAGE = Path.of("../docs/writing-a-provider.md");

    @TempDir
    Path directory;

    @Test
    void the_smallest_provider_of_the_page_compiles_and_signs() throws Exception {
        compile(sources());

        try (URLClassLoader classes = new URLClassLoader(
                        new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
                KeyStore store = KeyStores.open(
                        (KeyStoreProvider) classes.loadClass("com.example.OneKeyProvider")
                                .getConstructor()
                                .newInstance(),
                        "onekey:",
                        KeyStoreOptions.DEFAULT)) {
            var id = store.list().get(0).id();
            byte[] signature = store.signer(id).sign(new byte[] {1}).value();
            assertThat(store.verifier(id).verify(new byte[] {1}, signature).isValid())
                    .isTrue();
            assertThat(store.capabilities()).doesNotContain(dev.chancery.Capability.LIFECYCLE);
        }
    }

    private List<Path> sources() throws IOException {
        String program = new Page(PAGE)
                .pieces("java")
                .filter(piece -> piece.contains("class OneKeyProvider"))
                .findFirst()
                .orElseThrow();
        Path source = directory.resolve("com/example/OneKeyProvider.java");
        Files.createDirectories(source.getParent());
        return List.of(Files.writeString(source, program));
    }

    private void compile(List<Path> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of(
                                "-Xlint:all",
                                "-Werror",
                                "-proc:none",
                                "-d",
                                directory.toString(),
                                "-cp",
                                System.getProperty("java.class.path")
                                        + File.pathSeparator
                                        + System.getProperty("jdk.module.path", "")),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjectsFromPaths(sources))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }
}
