package dev.chancery.cli;

import dev.chancery.policy.KeyPolicy;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows policies. */
@Command(name = "policy", description = "Shows which keys may be made, and what they may sign with.")
final class PolicyCommand implements Runnable {
    private final Chancery chancery;

    @Spec
    private @Nullable CommandSpec spec;

    PolicyCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "A word is needed: `policy show [PROFILE|FILE]`.");
    }

    @Command(
            name = "show",
            description =
                    "Prints a policy as a file that CHANCERY_POLICY can name; without an argument, the one in force.",
            footer = {"", "Profiles: default, webpki, cnsa2."})
    Integer show(
            @Parameters(paramLabel = "PROFILE|FILE", arity = "0..1", description = "A profile, or a policy file.")
                    @Nullable
                    String name)
            throws IOException {
        KeyPolicy policy = KeyPolicy.named(name == null ? chancery.policy() : name);
        chancery.terminal().out().print(policy.toProperties());
        return ExitStatus.DONE;
    }
}
