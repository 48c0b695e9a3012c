package dev.chancery.backup.internal.restoring;

import dev.chancery.backup.internal.contents.ArchivedKey;
import dev.chancery.backup.internal.layout.KeyFacts;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.backup.plan.RestoreStep;
import java.util.Set;

/**
 * What is to be done with a key, in full.
 *
 * @param key the key
 * @param step the same for people
 * @param facts its state and mark afterwards
 * @param files which of the archive's files are wanted
 * @param rewritten whether its metadata says more afterwards than the archive's
 */
record Decision(ArchivedKey key, RestoreStep step, KeyFacts facts, Set<Kind> files, boolean rewritten) {
    boolean isNew() {
        return step.action() == RestoreStep.Action.RESTORE;
    }

    boolean isRepair() {
        return step.action() == RestoreStep.Action.REPAIR;
    }

    String id() {
        return key.id();
    }
}
