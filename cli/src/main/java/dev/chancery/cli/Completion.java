package dev.chancery.cli;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.cli.input.EnvFile;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.policy.KeyPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What may stand in place of the last of some words. Keys and rings are read from a directory alone: another store could ask for a PIN or keep a shell
 * waiting. The directory is opened without the user's settings, so nothing is written, told or put on record.
 */
final class Completion {
    private static final int PATIENCE_SECONDS = 2;

    /** Where an ID is that of a key to come. */
    private static final Set<String> MAKERS = Set.of("generate", "import");

    private final Map<String, String> environment;
    private CommandSpec command;
    private int parameters;
    private Optional<OptionSpec> pending = Optional.empty();
    private Optional<String> store = Optional.empty();
    private Optional<String> envFile = Optional.empty();

    private Completion(CommandLine root, Map<String, String> environment) {
        this.command = root.getCommandSpec();
        this.environment = environment;
    }

    /** The candidates, in their order. */
    static List<String> of(CommandLine root, List<String> words, Map<String, String> environment) {
        if (words.isEmpty()) {
            return List.of();
        }
        Completion completion = new Completion(root, environment);
        words.subList(0, words.size() - 1).forEach(completion::read);
        String typed = words.get(words.size() - 1);
        String last = completion.isBetween(typed) ? "" : typed;
        return completion
                .candidates(last)
                .filter(candidate -> candidate.startsWith(last))
                .distinct()
                .sorted()
                .toList();
    }

    private void read(String word) {
        int equals = word.indexOf('=');
        if (isBetween(word)) {
            return;
        }
        if (pending.isPresent()) {
            keep(pending.get(), word);
            pending = Optional.empty();
        } else if (word.startsWith("-") && equals > 0) {
            option(word.substring(0, equals)).ifPresent(option -> keep(option, word.substring(equals + 1)));
        } else if (word.startsWith("-")) {
            pending = option(word);
        } else if (command.subcommands().containsKey(word)) {
            command = command.subcommands().get(word).getCommandSpec();
            parameters = 0;
        } else if (!word.equals("help")) {
            parameters++;
        }
    }

    /** Bash makes three words of {@code --key=mine}. */
    private boolean isBetween(String word) {
        return pending.isPresent() && word.equals("=");
    }

    private Optional<OptionSpec> option(String name) {
        return Optional.ofNullable(command.findOption(name))
                .filter(option -> option.arity().max() > 0);
    }

    private void keep(OptionSpec option, String value) {
        switch (option.longestName()) {
            case "--store" -> store = Optional.of(value);
            case "--env-file" -> envFile = Optional.of(value);
            default -> {}
        }
    }

    private Stream<String> candidates(String last) {
        if (pending.isPresent()) {
            return values(pending.get());
        }
        if (last.startsWith("-")) {
            return command.options().stream().flatMap(option -> Arrays.stream(option.names()));
        }
        if (!command.subcommands().isEmpty() && parameters == 0) {
            return command.subcommands().values().stream()
                    .map(CommandLine::getCommandSpec)
                    .filter(sub -> !sub.usageMessage().hidden())
                    .map(CommandSpec::name);
        }
        return command.positionalParameters().stream()
                .filter(parameter -> parameter.index().contains(parameters))
                .findFirst()
                .map(this::values)
                .orElseGet(Stream::of);
    }

    private Stream<String> values(ArgSpec argument) {
        if (argument.type().isEnum()) {
            return Arrays.stream(argument.type().getEnumConstants()).map(value -> ((Enum<?>) value).name());
        }
        return switch (argument.paramLabel()) {
            case "ID" -> ids(argument);
            case "RING" -> named(Completion::rings);
            case "KEY-ID" -> named(Completion::keys);
            case "TYPE" -> Stream.of("rsa", "ecdsa", "ed25519");
            case "PROFILE|FILE" -> KeyPolicy.profiles().stream();
            default -> Stream.of();
        };
    }

    private Stream<String> ids(ArgSpec argument) {
        boolean ofKeyToCome = argument instanceof PositionalParamSpec && MAKERS.contains(command.name());
        boolean ofLog =
                argument instanceof OptionSpec option && option.longestName().equals("--log");
        return ofKeyToCome || ofLog ? Stream.of() : named(open -> Stream.concat(keys(open), rings(open)));
    }

    private static Stream<String> keys(KeyStore open) {
        return open.list().stream().map(KeyMetadata::id).map(Object::toString);
    }

    private static Stream<String> rings(KeyStore open) {
        return open.rings().stream().map(ring -> ring.name().value());
    }

    /** What a store has that is read from a directory; nothing of another, or of one that takes long. */
    private Stream<String> named(Function<KeyStore, Stream<String>> names) {
        try {
            Optional<Path> directory = directory();
            if (directory.isEmpty() || !Files.isDirectory(directory.get())) {
                return Stream.of();
            }
            FutureTask<List<String>> task = new FutureTask<>(() -> {
                try (KeyStore open = KeyStores.open(directory.get())) {
                    return names.apply(open).toList();
                }
            });
            Thread reader = new Thread(task, "chancery-completion");
            reader.setDaemon(true);
            reader.start();
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS).stream();
        } catch (IOException
                | ChanceryException
                | IllegalArgumentException
                | FileSystemNotFoundException
                | ExecutionException
                | TimeoutException e) {
            return Stream.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Stream.of();
        }
    }

    private Optional<Path> directory() throws IOException {
        Map<String, String> variables = new HashMap<>(environment);
        if (envFile.isPresent()) {
            variables.putAll(EnvFile.read(Path.of(envFile.get())));
        }
        String named = store.orElseGet(() -> variables.getOrDefault("CHANCERY_STORE", ""));
        if (named.isEmpty()) {
            String kms = variables.getOrDefault("CRYPTO_USE_KMS", "").toLowerCase(Locale.ROOT);
            boolean local = Set.of("", "false", "0", "no").contains(kms);
            String keys = variables.getOrDefault("CRYPTO_KEYS_PATH", "");
            return local ? Optional.of(Path.of(keys.isEmpty() ? "keys" : keys)) : Optional.empty();
        }
        if (named.startsWith("file:")) {
            String path = named.replaceFirst("\\?.*", "");
            return Optional.of(Path.of(URI.create(path)));
        }
        return named.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") ? Optional.empty() : Optional.of(Path.of(named));
    }
}
