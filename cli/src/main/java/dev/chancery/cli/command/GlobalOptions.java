package dev.chancery.cli.command;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.EnvFile;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.Webhook;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, and what they open: the store, the audit log's key. */
public final class GlobalOptions {
    private static final String JDK = "jdk";

    private final Terminal terminal;
    private final CommandSpec spec;
    private final Argument<String> store;
    private final Argument<Path> envFile;
    private final Argument<Path> passphraseFile;
    private final Argument<Path> audit;
    private final Argument<Path> auditKey;
    private final Argument<Boolean> newLog;
    private final Argument<String> as;
    private final Argument<String> reason;
    private final Argument<Boolean> debug;

    private @Nullable OnRecord record;

    /** Declares the options with the command that all commands are of. */
    public GlobalOptions(Terminal terminal, CommandSpec spec) {
        this.terminal = terminal;
        this.spec = spec;
        this.store = global(
                OptionSpec.builder("--store")
                        .paramLabel("URI")
                        .type(String.class)
                        .description(
                                "The store: a URI or a directory. Default: what the environment names, else the directory keys."));
        this.envFile = global(OptionSpec.builder("--env-file")
                .paramLabel("FILE")
                .type(Path.class)
                .description("KEY=VALUE lines that go before the environment variables."));
        this.passphraseFile = global(OptionSpec.builder("--passphrase-file")
                .paramLabel("FILE")
                .type(Path.class)
                .description("The first line is the passphrase of the store's private keys."));
        this.audit = global(OptionSpec.builder("--audit")
                .paramLabel("DIR")
                .type(Path.class)
                .description("Write what is done down in this audit log. Default: CHANCERY_AUDIT, else none."));
        this.auditKey = global(
                OptionSpec.builder("--audit-key")
                        .paramLabel("FILE")
                        .type(Path.class)
                        .description(
                                "The key that signs the audit log's checkpoints. Default: CHANCERY_AUDIT_KEY, else the user's own."));
        this.newLog = global(OptionSpec.builder("--new")
                .type(boolean.class)
                .description("Begin another audit log where the one that was there is gone or replaced."));
        this.as = global(OptionSpec.builder("--as")
                .paramLabel("NAME")
                .type(String.class)
                .description("On whose behalf; the audit log has it beside the operating system's user."));
        this.reason = global(
                OptionSpec.builder("--reason")
                        .paramLabel("TEXT")
                        .type(String.class)
                        .description(
                                "Why: kept in the audit log, and in a key's history where its state changes. Default there: who ran the command."));
        this.debug = global(
                OptionSpec.builder("--debug").type(boolean.class).description("Show stack traces and debug messages."));
        global(OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("Show this help and exit."));
        global(OptionSpec.builder("-V", "--version")
                .type(boolean.class)
                .versionHelp(true)
                .description("Show the version and exit."));
    }

    /** An option that may stand before or after the command. */
    private <T> Argument<T> global(OptionSpec.Builder option) {
        OptionSpec global = option.scopeType(ScopeType.INHERIT).build();
        spec.addOption(global);
        return new Argument<>(global);
    }

    public Terminal terminal() {
        return terminal;
    }

    /** Has what is done from now on written down, or no longer. */
    public void putOnRecord(@Nullable OnRecord audit) {
        record = audit;
    }

    /** Whether stack traces and debug messages are wanted. */
    public boolean debug() {
        return debug.isSet();
    }

    /** On whose behalf the command is given. */
    public Optional<String> as() {
        return as.value();
    }

    /** Opens the store that options and environment name; it must be there. */
    public KeyStore open() throws IOException {
        return open(false);
    }

    /** Opens the store where a new key may be plain though those that are there are encrypted. */
    public KeyStore open(boolean plain) throws IOException {
        return open(options(passphraseFile.value()).plainKeys(plain).mayCreate(false));
    }

    /** As {@link #open(boolean)}, for what may make the first key of a directory that is not there yet. */
    public KeyStore openOrCreate(boolean plain) throws IOException {
        return open(options(passphraseFile.value()).plainKeys(plain));
    }

    private KeyStore open(KeyStoreOptions.Builder options) throws IOException {
        Map<String, String> variables = variables();
        KnownServices.searchFor(variables.getOrDefault("CHANCERY_STORE", ""));
        return onRecord(KeyStores.fromEnvironment(variables, options.build()));
    }

    private KeyStore onRecord(KeyStore opened) {
        OnRecord audited = record;
        return audited == null ? opened : audited.wrap(opened);
    }

    /**
     * Opens the store that options and environment name, or another, for a command whose --passphrase-file is something else's.
     *
     * @param uri the other store
     * @param keyPassphraseFile the passphrase of its private keys
     */
    public KeyStore openFor(Optional<String> uri, Optional<Path> keyPassphraseFile) throws IOException {
        KeyStoreOptions.Builder options = options(keyPassphraseFile);
        if (uri.isEmpty()) {
            return open(options);
        }
        KnownServices.searchFor(uri.get());
        return onRecord(KeyStores.open(uri.get(), options.build()));
    }

    /** Whether options or environment name a store. */
    public boolean namesStore() throws IOException {
        Map<String, String> variables = variables();
        return Stream.of("CHANCERY_STORE", "CRYPTO_KEYS_PATH")
                .anyMatch(name -> !variables.getOrDefault(name, "").isEmpty());
    }

    /** The store as options and environment name it, or the default. */
    public String namedStore() throws IOException {
        return variables().getOrDefault("CHANCERY_STORE", "");
    }

    /** The file of --passphrase-file. */
    public Optional<Path> passphraseFile() {
        return passphraseFile.value();
    }

    /** Puts something on record that is done with no store; nothing where the command is not on record. */
    public void append(AuditRecord done) {
        OnRecord audited = record;
        if (audited != null) {
            audited.append(done);
        }
    }

    /** Why the command is given, where that is said. */
    public Optional<String> reason() {
        return reason.value();
    }

    /** The directory of the audit log that the command is to be put on record in. */
    public Optional<Path> auditLog() throws IOException {
        return audit.value().isPresent() ? audit.value() : file("CHANCERY_AUDIT");
    }

    /** Where the audit log's checkpoints go besides. */
    public Optional<String> anchors() throws IOException {
        return Optional.ofNullable(variables().get("CHANCERY_ANCHOR")).filter(names -> !names.isBlank());
    }

    /** The webhook that is told of what happens to keys and rings. */
    public Optional<Webhook> webhook() throws IOException {
        return Webhook.fromEnvironment(variables());
    }

    /** Whether an audit log may begin where another was. */
    public boolean mayBeginLog() {
        return newLog.isSet();
    }

    /** The file with the audit key: the one that is named, or the user's own. */
    public AuditKeyFile auditKey() throws IOException {
        Optional<Path> named = auditKey.value().isPresent() ? auditKey.value() : file("CHANCERY_AUDIT_KEY");
        return named.isPresent() ? new AuditKeyFile(named.get(), true) : AuditKeyFile.ofUser(variables());
    }

    private Optional<Path> file(String variable) throws IOException {
        return Optional.ofNullable(variables().get(variable))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }

    /** The variables of the process, those of --env-file over them, and --store over both. */
    public Map<String, String> variables() throws IOException {
        Map<String, String> variables = new HashMap<>(System.getenv());
        if (envFile.value().isPresent()) {
            variables.putAll(EnvFile.read(envFile.given()));
        }
        store.value().ifPresent(uri -> variables.put("CHANCERY_STORE", requireNamed(uri)));
        return variables;
    }

    /** A variable that is empty in a script would otherwise mean the default store. */
    private static String requireNamed(String store) {
        if (store.isBlank()) {
            throw new ConfigurationException(
                    "--store is empty. Name a URI or the path of a directory, or leave it out.");
        }
        return store;
    }

    /** The file of --env-file. */
    public Optional<Path> envFile() {
        return envFile.value();
    }

    /** What the command line says of the store and of its audit log, as a person would type it again in another command; empty if nothing. */
    public String placeWords() {
        return words("--store", store)
                + words("--env-file", envFile)
                + words("--audit", audit)
                + words("--audit-key", auditKey);
    }

    private static String words(String name, Argument<?> option) {
        return option.value()
                .map(given -> " " + name + " " + ShellWord.quote(given.toString()))
                .orElse("");
    }

    /** The policy in force: a profile's name or a file. */
    public String policy() throws IOException {
        return variables().getOrDefault("CHANCERY_POLICY", KeyPolicy.DEFAULT.name());
    }

    /** The JCA provider that signs with local keys. */
    public Optional<String> jcaProvider() throws IOException {
        return Optional.of(variables().getOrDefault("CHANCERY_JCA", JDK));
    }

    /** A one-shot command signs with the JDK unless told otherwise: loading another provider takes half a second. */
    private static KeyStoreOptions.Builder options(Optional<Path> passphraseOfKeys) {
        KeyStoreOptions.Builder options = KeyStoreOptions.builder().jcaProvider(JDK);
        passphraseOfKeys.ifPresent(options::passphraseFile);
        return options;
    }
}
