package dev.chancery.cli.store;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.policy.KeyPolicy;
import java.io.IOException;

/** Shows policies. */
public final class PolicyCommand extends Command {

    public PolicyCommand(GlobalOptions options) {
        super(options, "Shows which keys may be made, and what they may sign with.");
        subcommand("show", new ShowPolicy(options));
    }

    @Override
    public Integer call() {
        throw misused("A word is needed: `policy show [PROFILE|FILE]`.");
    }

    private static final class ShowPolicy extends Command {
        private final Argument<String> name = optionalParameter("PROFILE|FILE", "A profile, or a policy file.");

        ShowPolicy(GlobalOptions options) {
            super(
                    options,
                    "Prints a policy as a file that CHANCERY_POLICY can name; without an argument, the one in force.");
            example("chancery policy show cnsa2 > policy.properties");
            footer("Profiles: default, webpki, cnsa2.");
        }

        @Override
        public Integer call() throws IOException {
            String wanted = name.value().isPresent() ? name.given() : options().policy();
            terminal().out().print(KeyPolicy.named(wanted).toProperties());
            return ExitStatus.DONE;
        }
    }
}
