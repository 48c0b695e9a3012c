package dev.chancery.provider.pkcs11;

import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.ShowsOrphans;
import dev.chancery.testkit.chapters.TakesImports;

/** The contract of a token that keeps records; a test adds how its rings get their holders. */
abstract class RecordingTokenContract extends TokenContract
        implements TakesImports, KeepsStates, SharesRecords, KeepsRings, RefusesReencryption, ShowsOrphans {}
