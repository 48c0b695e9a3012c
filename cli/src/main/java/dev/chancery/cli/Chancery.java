package dev.chancery.cli;

import dev.chancery.caller.Caller;
import dev.chancery.cli.audit.AuditCommand;
import dev.chancery.cli.backup.BackupCommand;
import dev.chancery.cli.backup.DrillCommand;
import dev.chancery.cli.backup.RestoreCommand;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.CommandAudit;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.KnownServices;
import dev.chancery.cli.command.OnRecord;
import dev.chancery.cli.command.RecordedAfterwards;
import dev.chancery.cli.command.Version;
import dev.chancery.cli.health.DoctorCommand;
import dev.chancery.cli.health.HealthCommand;
import dev.chancery.cli.keys.CompromiseCommand;
import dev.chancery.cli.keys.GenerateCommand;
import dev.chancery.cli.keys.ImportCommand;
import dev.chancery.cli.keys.ListCommand;
import dev.chancery.cli.keys.OrphansCommand;
import dev.chancery.cli.keys.PublicKeyCommand;
import dev.chancery.cli.keys.ReencryptCommand;
import dev.chancery.cli.keys.ShowCommand;
import dev.chancery.cli.keys.SignCommand;
import dev.chancery.cli.keys.StateCommand;
import dev.chancery.cli.keys.TrustCommand;
import dev.chancery.cli.keys.VerifyCommand;
import dev.chancery.cli.output.ErrorLine;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.StderrLogging;
import dev.chancery.cli.output.Terminal;
import dev.chancery.cli.report.ReportCommand;
import dev.chancery.cli.rings.RingCommand;
import dev.chancery.cli.rings.RotateCommand;
import dev.chancery.cli.store.InventoryCommand;
import dev.chancery.cli.store.NotifyCommand;
import dev.chancery.cli.store.PolicyCommand;
import dev.chancery.cli.store.ProvidersCommand;
import dev.chancery.error.ChanceryException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code chancery} command: its global options, and the way from arguments to an exit status. */
public final class Chancery implements Runnable {

    private static final Map<String, Function<GlobalOptions, Command>> COMMANDS = commands();

    private static final Set<String> HELP = Set.of("help", "-h", "--help");

    /** What there is no way back from is not proposed. */
    private static final Set<String> FINAL = Set.of("destroy", "compromise");

    private final Terminal terminal;

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final GlobalOptions options;

    private Chancery(Terminal terminal) {
        this.terminal = terminal;
        this.options = new GlobalOptions(terminal, spec);
        spec.name("chancery").versionProvider(new Version());
        spec.usageMessage()
                .description("Keeps signing keys, signs with them, and writes down every use.")
                .synopsisSubcommandLabel("COMMAND");
    }

    private static Map<String, Function<GlobalOptions, Command>> commands() {
        Map<String, Function<GlobalOptions, Command>> commands = new LinkedHashMap<>();
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
        commands.put("notify", NotifyCommand::new);
        commands.put("health", HealthCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("report", options -> new ReportCommand(options));
        commands.put("audit", options -> new AuditCommand(options)); // a reference would load its words, too
        commands.put("backup", options -> new BackupCommand(options));
        commands.put("restore", options -> new RestoreCommand(options));
        commands.put("drill", options -> new DrillCommand(options));
        commands.put("orphans", OrphansCommand::new);
        commands.put("trust", TrustCommand::new);
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
        KnownServices.install();
        int status = run(Terminal.ofProcess(), args);
        // From Java 21 on, System.exit looks for a logger in each jar of the class path: what ends by itself is left to
        // it.
        if (status != ExitStatus.DONE || isKeptAlive()) {
            System.exit(status);
        }
    }

    /** Whether a library has left a thread that keeps the process running. */
    private static boolean isKeptAlive() {
        Thread[] threads = new Thread[Thread.activeCount() + 16];
        int count = Thread.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .anyMatch(thread -> thread != Thread.currentThread() && !thread.isDaemon());
    }

    /** Runs one command in this process. */
    static int run(Terminal terminal, String... args) {
        Chancery chancery = new Chancery(asksForJson(args) ? terminal.withErrorsInJson() : terminal);
        String[] words = withHelpLast(args);
        int status = chancery.commandLine(words).execute(words);
        if (terminal.out().checkError()) {
            chancery.terminal.error(
                    "InputOutput", "Standard output could not be written. What the command did in the store is done.");
            return Math.max(status, ExitStatus.FAILED);
        }
        return status;
    }

    /** Told from the words alone: what is wrong with them is an error, too. */
    private static boolean asksForJson(String... args) {
        List<String> words = Arrays.asList(args);
        int end = words.indexOf("--");
        return (end < 0 ? words : words.subList(0, end)).contains("--json");
    }

    /** {@code help COMMAND} and {@code -h COMMAND} are {@code COMMAND --help}; of what is no command there is no help. */
    private static String[] withHelpLast(String... args) {
        List<String> words = new ArrayList<>(Arrays.asList(args));
        int help = 0;
        while (help < args.length && !HELP.contains(args[help])) {
            if (COMMANDS.containsKey(args[help])) {
                return args;
            }
            help++;
        }
        if (help == args.length) {
            return args;
        }
        words.remove(help);
        List<String> about = words.subList(help, words.size());
        if (about.isEmpty() || !Collections.disjoint(COMMANDS.keySet(), about)) {
            words.add("--help");
        }
        return words.toArray(String[]::new);
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
                root.addSubcommand(name, command.apply(options).spec());
            }
        });
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.ansi()))
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler(this::reportMisuse)
                .setExecutionExceptionHandler((failure, line, parsed) -> report(failure));
    }

    private int execute(ParseResult parsed) {
        StderrLogging.showDebug(options.debug());
        List<CommandLine> lines = parsed.asCommandLineList();
        CommandLine last = lines.get(lines.size() - 1);
        boolean help = lines.stream().anyMatch(line -> line.isUsageHelpRequested() || line.isVersionHelpRequested());
        if (help || !(last.getCommand() instanceof Command command) || !command.isAudited()) {
            return new RunLast().execute(parsed);
        }
        try {
            Optional<Path> log = options.auditLog();
            return log.isEmpty() ? runUnaudited(parsed) : runAudited(log.get(), command, parsed);
        } catch (IOException | ChanceryException | InvalidPathException e) {
            throw new ExecutionException(last, "The command cannot be put on record.", e);
        }
    }

    private int runUnaudited(ParseResult parsed) {
        if (options.as().isPresent()) {
            terminal.error("warning: --as is kept nowhere without an audit log; name one with --audit.");
        }
        return new RunLast().execute(parsed);
    }

    private int runAudited(Path log, Command command, ParseResult parsed) throws IOException {
        try (OnRecord record = openRecord(log, command)) {
            options.putOnRecord(record);
            return new RunLast().execute(parsed);
        } finally {
            options.putOnRecord(null);
        }
    }

    /** The open log with the command in it; what takes a key out of service is written down afterwards. */
    private OnRecord openRecord(Path log, Command command) throws IOException {
        Caller caller = CommandAudit.caller(options.as());
        String name = command.spec().qualifiedName(" ").substring(spec.name().length() + 1);
        if (!command.waitsForAudit()) {
            return new RecordedAfterwards(terminal, log, options.auditKey(), caller, name, options.reason());
        }
        CommandAudit opened = CommandAudit.open(log, options, caller);
        try {
            opened.recordCommand(name, options.reason());
        } catch (ChanceryException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    private int reportMisuse(ParameterException misuse, String[] args) {
        String what = misuse instanceof UnmatchedArgumentException unmatched
                ? describe(unmatched)
                : String.valueOf(misuse.getMessage()).replaceFirst("^Error: ", "");
        String help = misuse.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        terminal.error("Usage", sentence(what) + " See `" + help + "`.");
        return ExitStatus.USAGE;
    }

    private static String describe(UnmatchedArgumentException misuse) {
        CommandLine command = misuse.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String word = misuse.getUnmatched().get(0);
        String what = word.startsWith("-")
                ? "`" + name + "` has no option '" + word + "'."
                : command.getSubcommands().isEmpty()
                        ? "`" + name + "` takes no further argument, and '" + word + "' is one."
                        : "`" + name + "` has no command '" + word + "'.";
        return what
                + misuse.getSuggestions().stream()
                        .filter(suggested -> !FINAL.contains(suggested))
                        .reduce((one, other) -> one + " or " + other)
                        .map(suggested -> " Did you mean " + suggested + "?")
                        .orElse("");
    }

    private static String sentence(String text) {
        return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
    }

    private int report(Exception failure) {
        terminal.error(ErrorLine.kind(failure), ErrorLine.of(failure));
        if (options.debug()) {
            failure.printStackTrace(terminal.err());
        }
        return ErrorLine.status(failure);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "A command is needed: " + String.join(", ", COMMANDS.keySet()) + ".");
    }
}
