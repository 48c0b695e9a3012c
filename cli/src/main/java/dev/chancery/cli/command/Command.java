package dev.chancery.cli.command;

import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.Terminal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * A command: what it takes, and what it does.
 *
 * <p>Declared by code and not by picocli's annotations, whose reading would cost a one-shot command as much time as an empty
 * JVM.
 */
public abstract class Command implements Callable<Integer> {
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final GlobalOptions options;

    protected Command(GlobalOptions options, String description) {
        this.options = options;
        spec.usageMessage().description(description);
    }

    public CommandSpec spec() {
        return spec;
    }

    protected GlobalOptions options() {
        return options;
    }

    /** Whether --audit puts this command on record. */
    public boolean isAudited() {
        return true;
    }

    /** Whether the command is refused where it cannot be put on record. */
    public boolean waitsForAudit() {
        return true;
    }

    protected Terminal terminal() {
        return options.terminal();
    }

    protected final void footer(String... lines) {
        spec.usageMessage().footerHeading("%n").footer(lines);
    }

    public final <T> Argument<T> option(String name, String label, Class<T> type, String description) {
        return add(OptionSpec.builder(name).paramLabel(label).type(type).description(description));
    }

    /** An instant in ISO-8601. */
    protected final Argument<Instant> instant(String name, String description) {
        return add(OptionSpec.builder(name)
                .paramLabel("INSTANT")
                .type(Instant.class)
                .converters(text -> {
                    try {
                        return Instant.parse(text);
                    } catch (DateTimeParseException e) {
                        throw new TypeConversionException("'" + text + "' is no instant such as 2026-11-23T12:00:00Z");
                    }
                })
                .description(description));
    }

    protected final Argument<String> requiredOption(String name, String label, String description) {
        return add(OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .required(true));
    }

    protected final Argument<Boolean> flag(String name, String description) {
        return add(OptionSpec.builder(name).type(boolean.class).description(description));
    }

    /** The --json of a command whose output is data. */
    protected final Argument<Boolean> json() {
        return flag("--json", "Print one JSON value.");
    }

    /** An argument without a name, after those declared before it. */
    public final Argument<String> parameter(String label, String description) {
        return add(label, true, description);
    }

    protected final Argument<String> optionalParameter(String label, String description) {
        return add(label, false, description);
    }

    /** Options of which at most one may be given. */
    public final void exclusive(Argument<?>... arguments) {
        ArgGroupSpec.Builder group = ArgGroupSpec.builder().exclusive(true);
        for (Argument<?> argument : arguments) {
            group.addArg(argument.spec());
        }
        spec.addArgGroup(group.build());
    }

    /** An option that {@link #exclusive} declares. */
    public static Argument<String> alternative(String name, String label, String description) {
        return alternative(
                OptionSpec.builder(name).paramLabel(label).type(String.class).description(description));
    }

    public static Argument<Boolean> alternativeFlag(String name, String description) {
        return alternative(OptionSpec.builder(name).type(boolean.class).description(description));
    }

    private static <T> Argument<T> alternative(OptionSpec.Builder option) {
        // Required when its group is chosen, as picocli has it.
        return new Argument<>(option.required(true).build());
    }

    private <T> Argument<T> add(OptionSpec.Builder option) {
        return add(option.build());
    }

    private Argument<String> add(String label, boolean required, String description) {
        return add(PositionalParamSpec.builder()
                .index(Integer.toString(spec.positionalParameters().size()))
                .arity(required ? "1" : "0..1")
                .required(required)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build());
    }

    private <T> Argument<T> add(ArgSpec argument) {
        spec.add(argument);
        return new Argument<>(argument);
    }

    protected final void subcommand(String name, Command command) {
        spec.addSubcommand(name, command.spec());
    }

    public final ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
