package dev.chancery.cli.store;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.error.ConfigurationException;
import dev.chancery.notify.WebhookNotifier;
import dev.chancery.options.KeyEvent;
import dev.chancery.options.Webhook;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** About notifications of what happens to keys and rings. */
public final class NotifyCommand extends Command {

    public NotifyCommand(GlobalOptions options) {
        super(options, "Tries whether notifications arrive.");
        subcommand("test", new Test(options));
    }

    @Override
    public Integer call() {
        throw misused("A word is needed: `notify test`.");
    }

    private static final class Test extends Command {
        Test(GlobalOptions options) {
            super(options, "Posts one message to the configured webhook, and says whether it was taken.");
            example("CHANCERY_WEBHOOK_FILE=/etc/chancery/webhook chancery notify test");
            footer(
                    "The first line of the file that CHANCERY_WEBHOOK_FILE names is the webhook's URL, or that of",
                    "systemd's credential chancery-webhook.");
        }

        @Override
        public Integer call() throws IOException {
            Webhook webhook = options()
                    .webhook()
                    .orElseThrow(() -> new ConfigurationException("No webhook is configured. Write its URL into a file"
                            + " of mode 0600, and name that in CHANCERY_WEBHOOK_FILE."));
            long lost = Progress.during("Posting to the webhook", terminal(), () -> post(webhook));
            if (lost > 0) {
                terminal().error("The webhook did not take the message; the warning says why.");
                return ExitStatus.FAILED;
            }
            terminal().line("The webhook took the message.");
            return ExitStatus.DONE;
        }

        /** How many messages were lost: none, or the one. */
        private static long post(Webhook webhook) {
            WebhookNotifier notifier = WebhookNotifier.of(webhook);
            try (notifier) {
                notifier.onEvent(new KeyEvent(
                        KeyEvent.Type.TEST,
                        Instant.now(),
                        "no store",
                        Optional.empty(),
                        Optional.empty(),
                        "nothing happened; `chancery notify test` was given."));
            }
            return notifier.undelivered();
        }
    }
}
