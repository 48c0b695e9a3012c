package dev.chancery.cli;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.caller.Caller;
import dev.chancery.error.ChanceryException;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code chancery} command: its global options, and the way from arguments to an exit status. */
public final class Chancery implements Runnable {

    private static final String JDK = "jdk";
    private static final Map<String, Function<Chancery, Command>> COMMANDS = commands();

    private final Terminal terminal;

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final Argument<String> store = global(OptionSpec.builder("--store")
            .paramLabel("URI")
            .type(String.class)
            .description(
                    "The store: a URI or a directory. Default: what the environment names, else the directory keys."));
    private final Argument<Path> envFile = global(OptionSpec.builder("--env-file")
            .paramLabel("FILE")
            .type(Path.class)
            .description("KEY=VALUE lines that go before the environment variables."));
    private final Argument<Path> passphraseFile = global(OptionSpec.builder("--passphrase-file")
            .paramLabel("FILE")
            .type(Path.class)
            .description("The first line is the passphrase of the store's private keys."));
    private final Argument<Path> audit = global(OptionSpec.builder("--audit")
            .paramLabel("DIR")
            .type(Path.class)
            .description("Write what is done down in this audit log. Default: CHANCERY_AUDIT, else none."));
    private final Argument<Path> auditKey = global(
            OptionSpec.builder("--audit-key")
                    .paramLabel("FILE")
                    .type(Path.class)
                    .description(
                            "The key that signs the audit log's checkpoints. Default: CHANCERY_AUDIT_KEY, else the user's own."));
    private final Argument<String> as = global(OptionSpec.builder("--as")
            .paramLabel("NAME")
            .type(String.class)
            .description("On whose behalf; the audit log has it beside the operating system's user."));
    private final Argument<String> reason = global(
            OptionSpec.builder("--reason")
                    .paramLabel("TEXT")
                    .type(String.class)
                    .description(
                            "Why: kept in the audit log, and in a key's history where its state changes. Default there: who ran the command."));
    private final Argument<Boolean> debug = global(
            OptionSpec.builder("--debug").type(boolean.class).description("Show stack traces and debug messages."));

    private @Nullable CommandAudit record;

    private Chancery(Terminal terminal) {
        this.terminal = terminal;
        global(OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("Show this help and exit."));
        global(OptionSpec.builder("-V", "--version")
                .type(boolean.class)
                .versionHelp(true)
                .description("Show the version and exit."));
        spec.name("chancery").versionProvider(new Version());
        spec.usageMessage()
                .description("Keeps signing keys, signs with them, and writes down every use.")
                .synopsisSubcommandLabel("COMMAND");
    }

    /** An option that may stand before or after the command. */
    private <T> Argument<T> global(OptionSpec.Builder option) {
        OptionSpec global = option.scopeType(ScopeType.INHERIT).build();
        spec.addOption(global);
        return new Argument<>(global);
    }

    private static Map<String, Function<Chancery, Command>> commands() {
        Map<String, Function<Chancery, Command>> commands = new LinkedHashMap<>();
        commands.put("generate", GenerateCommand::new);
        commands.put("import", ImportCommand::new);
        commands.put("list", ListCommand::new);
        commands.put("show", ShowCommand::new);
        commands.put("public-key", PublicKeyCommand::new);
        commands.put("sign", SignCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("ring", RingCommand::new);
        commands.put("rotate", RotateCommand::new);
        commands.put("suspend", StateCommand.Suspend::new);
        commands.put("resume", StateCommand.Resume::new);
        commands.put("deactivate", StateCommand.Deactivate::new);
        commands.put("compromise", CompromiseCommand::new);
        commands.put("destroy", StateCommand.Destroy::new);
        commands.put("inventory", InventoryCommand::new);
        commands.put("policy", PolicyCommand::new);
        commands.put("audit", chancery -> new AuditCommand(chancery)); // a reference would load its words, too
        commands.put("orphans", OrphansCommand::new);
        commands.put("reencrypt", ReencryptCommand::new);
        commands.put("providers", ProvidersCommand::new);
        commands.put("demo", DemoCommand::new);
        commands.put("completion", CompletionCommand::new);
        return commands;
    }

    /**
     * Runs one command and ends the process with its exit status.
     *
     * @param args the arguments
     */
    public static void main(String[] args) {
        StderrLogging.install();
        System.exit(run(Terminal.ofProcess(), args));
    }

    /** Runs one command in this process. */
    static int run(Terminal terminal, String... args) {
        Chancery chancery = new Chancery(terminal);
        int status = chancery.commandLine(args).execute(args);
        if (terminal.out().checkError()) {
            terminal.err()
                    .println(
                            "chancery: Standard output could not be written. What the command did in the store is done.");
            return Math.max(status, ExitStatus.FAILED);
        }
        return status;
    }

    /** The whole command line, for help and completion. */
    static CommandLine complete() {
        return new Chancery(Terminal.ofProcess()).commandLine();
    }

    /** Only those commands are declared that the arguments may mean; the others would cost milliseconds. */
    private CommandLine commandLine(String... args) {
        CommandLine root = new CommandLine(spec);
        List<String> words = Arrays.asList(args);
        boolean all = Collections.disjoint(COMMANDS.keySet(), words);
        COMMANDS.forEach((name, command) -> {
            if (all || words.contains(name)) {
                root.addSubcommand(name, command.apply(this).spec());
            }
        });
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.ansi()))
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler(this::misused)
                .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure));
    }

    private int execute(ParseResult parsed) {
        StderrLogging.showDebug(debug.isSet());
        List<CommandLine> lines = parsed.asCommandLineList();
        CommandLine last = lines.get(lines.size() - 1);
        boolean help = lines.stream().anyMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested());
        if (help || !(last.getCommand() instanceof Command command) || !command.isAudited()) {
            return new RunLast().execute(parsed);
        }
        try {
            Optional<Path> log = auditLog();
            return log.isEmpty() ? unaudited(parsed) : audited(log.get(), command, parsed);
        } catch (IOException | ChanceryException | InvalidPathException e) {
            throw new ExecutionException(last, "The command cannot be put on record.", e);
        }
    }

    private int unaudited(ParseResult parsed) {
        if (as.value().isPresent()) {
            terminal.error("warning: --as is kept nowhere without an audit log; name one with --audit.");
        }
        return new RunLast().execute(parsed);
    }

    private int audited(Path log, Command command, ParseResult parsed) throws IOException {
        try (CommandAudit opened = opened(log, command)) {
            record = opened;
            return new RunLast().execute(parsed);
        } finally {
            record = null;
        }
    }

    /** The open log with the command in it; null where that cannot be and the command does not wait. */
    private @Nullable CommandAudit opened(Path log, Command command) throws IOException {
        Caller caller = CommandAudit.caller(as.value());
        CommandAudit opened = null;
        try {
            opened = CommandAudit.open(log, auditKey().signer(terminal), caller);
            opened.given(command.spec().qualifiedName(" ").substring(spec.name().length() + 1), reason());
        } catch (ChanceryException e) {
            if (command.waitsForAudit()) {
                if (opened != null) {
                    opened.close();
                }
                throw e;
            }
            terminal.error("warning: This is done although it may not be on record: " + e.getMessage());
        }
        return opened;
    }

    private int misused(ParameterException misuse, String[] args) {
        String hint = "";
        if (misuse instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            hint = " Did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
        }
        String help = misuse.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        terminal.error(sentence(String.valueOf(misuse.getMessage())) + hint + " See `" + help + "`.");
        return ExitStatus.USAGE;
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    private int failed(Exception failure) {
        terminal.error(ErrorLine.of(failure));
        if (debug.isSet()) {
            failure.printStackTrace(terminal.err());
        }
        return ErrorLine.status(failure);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "A command is needed: " + String.join(", ", COMMANDS.keySet()) + ".");
    }

    Terminal terminal() {
        return terminal;
    }

    /** Opens the store that options and environment name. */
    KeyStore open() throws IOException {
        KeyStore opened = KeyStores.fromEnvironment(variables(), options());
        CommandAudit audited = record;
        return audited == null ? opened : audited.wrap(opened);
    }

    /** Why the command is given, where that is said. */
    Optional<String> reason() {
        return reason.value();
    }

    private Optional<Path> auditLog() throws IOException {
        return audit.value().isPresent() ? audit.value() : file("CHANCERY_AUDIT");
    }

    /** The file with the audit key: the one that is named, or the user's own. */
    AuditKeyFile auditKey() throws IOException {
        Optional<Path> named = auditKey.value().isPresent() ? auditKey.value() : file("CHANCERY_AUDIT_KEY");
        return named.isPresent() ? new AuditKeyFile(named.get(), true) : AuditKeyFile.ofUser(variables());
    }

    private Optional<Path> file(String variable) throws IOException {
        return Optional.ofNullable(variables().get(variable))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }

    /** The variables of the process, those of --env-file over them, and --store over both. */
    private Map<String, String> variables() throws IOException {
        Map<String, String> variables = new HashMap<>(System.getenv());
        if (envFile.value().isPresent()) {
            variables.putAll(EnvFile.read(envFile.given()));
        }
        store.value().ifPresent(uri -> variables.put("CHANCERY_STORE", uri));
        return variables;
    }

    /** The file of --env-file. */
    Optional<Path> envFile() {
        return envFile.value();
    }

    /** The policy in force: a profile's name or a file. */
    String policy() throws IOException {
        return variables().getOrDefault("CHANCERY_POLICY", KeyPolicy.DEFAULT.name());
    }

    /** The JCA provider that signs with local keys. */
    Optional<String> jcaProvider() throws IOException {
        return Optional.of(variables().getOrDefault("CHANCERY_JCA", JDK));
    }

    /** A one-shot command signs with the JDK unless told otherwise: loading another provider takes half a second. */
    private KeyStoreOptions options() {
        KeyStoreOptions.Builder options = KeyStoreOptions.builder().jcaProvider(JDK);
        passphraseFile.value().ifPresent(options::passphraseFile);
        return options.build();
    }
}
