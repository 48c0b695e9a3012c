package dev.chancery.cli;

import dev.chancery.KeyMetadata;
import java.io.IOException;

/** What commands print that make or change one key: its id, for the next command to use; or all of it in JSON. */
final class NewKey {
    private NewKey() {}

    static void print(KeyMetadata key, JsonOption json, Terminal terminal) throws IOException {
        if (json.wanted) {
            terminal.json(generator -> KeyJson.write(generator, key));
        } else {
            terminal.line(key.id().value());
        }
    }
}
