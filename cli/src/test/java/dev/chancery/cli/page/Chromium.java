package dev.chancery.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.Json;
import dev.chancery.cli.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A browser without a window. It shows a copy of a page, to which the accessibility checker axe is added, in a frame as wide as a phone or a
 * desk's screen.
 */
public final class Chromium {
    private static final String FRAME = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Frame</title></head><body>
            <iframe src="copy.html" style="width: %dpx; height: 4000px; border: 0"></iframe>
            <pre id="result"></pre>
            <script>onmessage = message => { document.getElementById('result').textContent = message.data; };</script>
            </body></html>
            """;

    private static final String LOOK = """
            axe.run(document).then(found => parent.postMessage(JSON.stringify({
              violations: found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; ')),
              passes: found.passes.length,
              dark: matchMedia('(prefers-color-scheme: dark)').matches,
              width: innerWidth,
              content: document.documentElement.scrollWidth,
              scripts: document.scripts.length,
              images: document.images.length,
              title: document.title
            }), '*'));
            """;

    private static final Pattern RESULT = Pattern.compile("<pre id=\"result\">(.+?)</pre>", Pattern.DOTALL);

    private final Path directory;
    private final Shell shell;

    public Chromium(Path directory) {
        this.directory = directory;
        this.shell = new Shell(directory);
    }

    /** How the eyes of a reader get on with the page. */
    public Map<String, Object> look(Path page, int width, boolean dark) throws IOException {
        String html = Files.readString(page);
        String policy = "default-src 'none'; style-src 'unsafe-inline'";
        assertThat(html).contains(policy).containsOnlyOnce("</body>");
        Files.writeString(
                directory.resolve("copy.html"),
                html.replace(policy, "default-src 'unsafe-inline'")
                        .replace("</body>", "<script>" + axe() + "</script><script>" + LOOK + "</script></body>"));
        Path frame = Files.writeString(directory.resolve("frame.html"), FRAME.formatted(width));
        List<Object> command = new ArrayList<>(List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--user-data-dir=" + directory.resolve("profile"),
                "--window-size=1400,4100",
                "--virtual-time-budget=60000",
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
                "--dump-dom",
                frame.toUri()));
        String shown = shell.program(command.toArray()).raw();
        Matcher result = RESULT.matcher(shown);
        assertThat(result.find()).as(shown).isTrue();
        return Json.of(result.group(1)
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&nbsp;", " ")
                .replace("&amp;", "&"));
    }

    private static String axe() throws IOException {
        try (InputStream script = Chromium.class.getResourceAsStream("/axe.min.js")) {
            assertThat(script).isNotNull();
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
