package dev.chancery.cli.command;

import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.Moment;
import dev.chancery.cli.output.Terminal;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

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
        spec.usageMessage().description(description).sortOptions(false);
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

    /** What is to be known besides, under the options. */
    protected final void footer(String... lines) {
        String[] example = spec.usageMessage().footer();
        spec.usageMessage()
                .footer(Stream.of(List.of(lines), List.of(""), List.of(example))
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    /** A command line that works, at the end of the help. */
    protected final void example(String line) {
        spec.usageMessage().footerHeading("%n").footer("Example:", "  " + line.replace("%", "%%"));
    }

    public final <T> Argument<T> option(String name, String label, Class<T> type, String description) {
        return add(OptionSpec.builder(name).paramLabel(label).type(type).description(description));
    }

    /** An option that may be given several times. */
    @SuppressWarnings("unchecked") // picocli makes a list of texts
    public final Argument<List<String>> options(String name, String label, String description) {
        return (Argument<List<String>>) (Argument<?>) add(OptionSpec.builder(name)
                .paramLabel(label)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description(description));
    }

    /** An option whose text a function reads; it throws {@link picocli.CommandLine.TypeConversionException} where it cannot. */
    protected final <T> Argument<T> option(
            String name, String label, Class<T> type, ITypeConverter<T> read, String description) {
        return add(OptionSpec.builder(name)
                .paramLabel(label)
                .type(type)
                .converters(read)
                .description(description));
    }

    /** An {@linkplain Moment moment}. */
    protected final Argument<Instant> instant(String name, String description) {
        return add(instantOption(name, description));
    }

    protected final Argument<Instant> requiredInstant(String name, String description) {
        return add(instantOption(name, description).required(true));
    }

    private static OptionSpec.Builder instantOption(String name, String description) {
        return OptionSpec.builder(name)
                .paramLabel("WHEN")
                .type(Instant.class)
                .converters(Moment::parse)
                .description(description + " " + Moment.FORMS);
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

    /** The --plain of a command that makes a key. */
    protected final Argument<Boolean> plain() {
        return flag("--plain", "Store the new key unencrypted, though those that are there are encrypted.");
    }

    /** An argument without a name, after those declared before it. */
    public final Argument<String> parameter(String label, String description) {
        return add(label, true, description);
    }

    /** All arguments that are left, one at least. */
    protected final Argument<List<String>> parameters(String label, String description) {
        return add(PositionalParamSpec.builder()
                .index(spec.positionalParameters().size() + "..*")
                .arity("1..*")
                .required(true)
                .paramLabel(label)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description(description)
                .build());
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
