package dev.chancery.cli.store;

import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.KnownServices;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Table;
import dev.chancery.cli.output.Terminal;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows what can be opened, and what signs. */
public final class ProvidersCommand extends Command {
    private final Argument<Boolean> json = json();

    public ProvidersCommand(GlobalOptions options) {
        super(options, "Shows which stores can be opened, and which JCA provider signs with local keys.");
        example("chancery providers");
        footer(
                "A library user gets the fastest JCA provider present. This command signs with the JDK's,",
                "which loads fastest, unless CHANCERY_JCA names another.");
    }

    @Override
    public Integer call() throws IOException {
        Terminal terminal = terminal();
        KnownServices.searchAll();
        Map<String, String> schemes = KeyStores.schemes();
        Map<KeyAlgorithm, String> library = KeyStores.jcaProviders(Optional.empty());
        Map<KeyAlgorithm, String> here = KeyStores.jcaProviders(options().jcaProvider());
        if (json.isSet()) {
            terminal.json(generator -> {
                generator.writeStartObject();
                generator.writeObjectFieldStart("stores");
                for (Map.Entry<String, String> scheme : schemes.entrySet()) {
                    generator.writeStringField(scheme.getKey(), scheme.getValue());
                }
                generator.writeEndObject();
                generator.writeArrayFieldStart("jca");
                for (KeyAlgorithm family : library.keySet()) {
                    generator.writeStartObject();
                    generator.writeStringField("family", family.name());
                    generator.writeStringField("library", library.get(family));
                    generator.writeStringField("command", here.get(family));
                    generator.writeEndObject();
                }
                generator.writeEndArray();
                generator.writeEndObject();
            });
            return ExitStatus.DONE;
        }
        Table stores = new Table(List.of("STORE", "OPENED BY"));
        schemes.forEach((scheme, opener) -> stores.add(List.of(scheme + ":", opener)));
        stores.print(terminal, row -> true);
        terminal.out().println();
        Table jca = new Table(List.of("KEYS", "LIBRARY SIGNS WITH", "THIS COMMAND WITH"));
        library.forEach((family, name) -> jca.add(
                List.of(family.name(), name, here.getOrDefault(family, "none: this Java has no such algorithm"))));
        jca.print(terminal, row -> true);
        return ExitStatus.DONE;
    }
}
