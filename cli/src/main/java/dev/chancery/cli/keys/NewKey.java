package dev.chancery.cli.keys;

import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.KeyJson;
import dev.chancery.cli.output.Terminal;
import dev.chancery.key.KeyMetadata;
import java.io.IOException;

/** What commands print that make or change one key: its id, for the next command to use; or all of it in JSON. */
final class NewKey {
    private NewKey() {}

    static void print(KeyMetadata key, Argument<Boolean> json, Terminal terminal) throws IOException {
        if (json.isSet()) {
            terminal.json(generator -> KeyJson.write(generator, key));
        } else {
            terminal.line(key.id().value());
        }
    }
}
