package dev.chancery.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes what a distribution has beside the command: manual pages in man(7)'s macros, a page for each command, and what shells
 * complete with. It runs in the build.
 */
public final class Manual {
    private static final String SECTION = "1";
    private static final List<String> STATUS = List.of(
            "Done; the signature is valid.",
            "A negative answer: the signature is not valid, or its key may not vouch for it.",
            "The command line or the configuration is wrong, or Java is missing; nothing was tried.",
            "The operation failed.");

    private Manual() {}

    /**
     * Writes the files.
     *
     * @param args the directory for them, as {@code /usr/share} is laid out
     * @throws IOException if one of them cannot be written
     */
    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT); // picocli sorts a synopsis as the language has it
        Path share = Path.of(args[0]);
        CommandLine chancery = Chancery.complete();
        Path pages = Files.createDirectories(share.resolve("man/man" + SECTION));
        for (CommandLine command : withSubcommands(chancery)) {
            Files.writeString(pages.resolve(page(command.getCommandSpec()) + "." + SECTION), write(command));
        }
        Path bash = Files.createDirectories(share.resolve("bash-completion/completions"));
        Files.writeString(bash.resolve("chancery"), CompletionCommand.read(CompletionCommand.BASH));
        Path zsh = Files.createDirectories(share.resolve("zsh/site-functions"));
        Files.writeString(zsh.resolve("_chancery"), CompletionCommand.read(CompletionCommand.ZSH));
    }

    static List<CommandLine> withSubcommands(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(sub -> all.addAll(withSubcommands(sub)));
        return all;
    }

    private static String page(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /** A page in man(7)'s macros. */
    static String write(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        boolean whole = spec.parent() == null;
        StringBuilder page = new StringBuilder();
        page.append(".TH ").append(quoted(page(spec).toUpperCase(Locale.ROOT)));
        page.append(" " + SECTION + " \"\" \"Chancery\" \"\"\n");
        section(page, "NAME");
        page.append(text(page(spec))).append(" \\- ");
        page.append(text(String.join(" ", spec.usageMessage().description()))).append('\n');
        section(page, "SYNOPSIS");
        page.append(text(command.getHelp().synopsis(0).replaceAll("\\s+", " ").strip()))
                .append('\n');
        parameters(page, spec);
        options(page, whole ? "OPTIONS OF EVERY COMMAND" : "OPTIONS", spec);
        if (!command.getSubcommands().isEmpty()) {
            section(page, "COMMANDS");
            command.getSubcommands().values().stream()
                    .map(CommandLine::getCommandSpec)
                    .forEach(sub -> tagged(
                            page,
                            page(sub) + "(" + SECTION + ")",
                            String.join(" ", sub.usageMessage().description())));
        }
        if (spec.usageMessage().footer().length > 0) {
            section(page, "NOTES");
            page.append(".nf\n");
            for (String line : spec.usageMessage().footer()) {
                page.append(text(line.replace("%%", "%"))).append('\n');
            }
            page.append(".fi\n");
        }
        section(page, "EXIT STATUS");
        for (int status = 0; status < STATUS.size(); status++) {
            tagged(page, "" + status, STATUS.get(status));
        }
        if (!whole) {
            section(page, "SEE ALSO");
            page.append("chancery(" + SECTION + "), which has the options of every command\n");
        }
        return page.toString();
    }

    private static void parameters(StringBuilder page, CommandSpec spec) {
        if (!spec.positionalParameters().isEmpty()) {
            section(page, "ARGUMENTS");
            for (PositionalParamSpec parameter : spec.positionalParameters()) {
                tagged(page, parameter.paramLabel(), description(parameter));
            }
        }
    }

    private static void options(StringBuilder page, String title, CommandSpec spec) {
        List<OptionSpec> own =
                spec.options().stream().filter(option -> !option.inherited()).toList();
        if (!own.isEmpty()) {
            section(page, title);
            for (OptionSpec option : own) {
                boolean takesValue = option.arity().max() > 0;
                tagged(
                        page,
                        String.join(", ", option.names()) + (takesValue ? " " + option.paramLabel() : ""),
                        description(option));
            }
        }
    }

    private static String description(ArgSpec argument) {
        // Rendered as help has it: with the candidates of an enumeration in their place.
        return String.join(" ", argument.description());
    }

    private static void section(StringBuilder page, String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private static void tagged(StringBuilder page, String tag, String text) {
        page.append(".TP\n.B ")
                .append(quoted(tag))
                .append('\n')
                .append(text(text))
                .append('\n');
    }

    private static String quoted(String text) {
        return '"' + text(text).replace("\"", "\\(dq") + '"';
    }

    /** A backslash, a minus sign, and what would begin a macro, as they are. */
    private static String text(String text) {
        return text.lines()
                .map(line -> line.replace("\\", "\\e").replace("-", "\\-"))
                .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
                .collect(Collectors.joining("\n"));
    }
}
