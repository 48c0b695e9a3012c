package dev.chancery.cli.report;

import dev.chancery.key.KeyMetadata;
import dev.chancery.policy.KeyPolicy;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A key, with what stands against signing with it on a day.
 *
 * @param key the key
 * @param daysLeft whole days until its signing ends; empty for a key that never signs again, or without an end
 * @param objections what stands against it, a sentence each
 */
record JudgedKey(KeyMetadata key, OptionalLong daysLeft, List<String> objections) {

    JudgedKey {
        objections = List.copyOf(objections);
    }

    /** Judges a key by the policy and the standards, as if the day had come and the key were as it is. */
    static JudgedKey of(KeyMetadata key, KeyPolicy policy, LocalDate asOf) {
        if (!key.state().maySignAgain()) {
            return new JudgedKey(key, OptionalLong.empty(), List.of());
        }
        Instant day = asOf.atStartOfDay(ZoneOffset.UTC).toInstant();
        List<String> objections = new ArrayList<>();
        key.signUntil()
                .filter(until -> !day.isBefore(until))
                .ifPresent(until -> objections.add("Its signing period ends on " + Times.day(until) + "."));
        policy.refusalToSign(key, key.defaultAlgorithm()).ifPresent(why -> objections.add(sentence(why)));
        for (Standard standard : Standard.values()) {
            Verdict verdict = standard.judge(key.spec(), asOf);
            // Who is bound by CNSA 2.0 says so by the policy; its verdicts stand in the table of kinds.
            if (standard != Standard.CNSA_2 && verdict.standing() == Verdict.Standing.DISALLOWED) {
                objections.add(standard.title() + ": " + key.spec() + " is " + verdict.why() + ".");
            }
        }
        return new JudgedKey(key, key.daysLeft(day), objections);
    }

    private static String sentence(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** Whether it may sign, now or later. */
    boolean maySign() {
        return key.state().maySignAgain();
    }
}
