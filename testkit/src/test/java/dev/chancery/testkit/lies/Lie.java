package dev.chancery.testkit.lies;

import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import java.util.List;

/** What a backend may get wrong, and the rules of the contract that say so. */
@SuppressWarnings("ImmutableEnumChecker") // the functions hold no state
enum Lie {
    HANDS_OUT_P1363_AS_DER(
            Liars.HandsOutP1363AsDer::new, "a_key_signs_messages_streams_and_files_with_each_of_its_algorithms"),
    SIGNS_WITH_ANOTHER_KEY(
            Liars.SignsWithAnotherKey::new,
            "a_key_signs_messages_streams_and_files_with_each_of_its_algorithms",
            "messages_of_any_length_are_signed"),
    FORGETS_A_STATE(Liars.ForgetsAState::new, "a_state_decides_who_signs_and_verifies"),
    FORGETS_A_MARK(
            Liars.ForgetsAMark::new,
            "dates_and_marks_are_kept_to_the_second",
            "a_destroyed_key_can_turn_out_to_be_compromised_and_stays_so"),
    LOSES_AN_UPDATE(Liars.LosesAnUpdate::new, "of_two_that_change_a_key_at_once_neither_undoes_the_other"),
    LOSES_A_MARK_TO_A_WRITER_THAT_READ_BEFORE(
            Liars.WritesWhatItRemembers::new,
            "a_mark_is_not_lost_to_a_writer_that_had_read_before_it",
            "a_mark_is_not_lost_to_a_process_that_had_changed_the_key_before"),
    GRANTS_TWO_CLAIMS(
            Liars.GrantsEachClaim::new,
            "a_generation_has_one_holder_for_ever",
            "of_many_who_claim_a_generation_one_wins_and_all_hear_who"),
    REMOVES_A_WAITING_HOLDER(
            Liars.RemovesAWaitingHolder::new, "a_waiting_key_that_holds_a_generation_is_never_removed"),
    REMOVES_A_WAITING_HOLDER_AND_DENIES_IT(
            Liars.RemovesAWaitingHolderAndDeniesIt::new, "a_waiting_key_that_holds_a_generation_is_never_removed"),
    FALLS_BACK_TO_AN_OLDER_KEY(
            Liars.FallsBackToAnOlderKey::new, "a_ring_that_lost_its_current_key_signs_with_no_older_one"),
    TELLS_A_PRIVATE_HALF_IN_A_MESSAGE(
            Liars.TellsAPrivateHalfInAMessage::new, "no_secret_is_in_a_location_a_text_a_message_or_a_log"),
    TELLS_A_PRIVATE_HALF_FROM_ELSEWHERE_IN_A_MESSAGE(
            Liars.TellsAPrivateHalfFromElsewhereInAMessage::new, "no_private_half_from_elsewhere_is_in_a_message"),
    TELLS_A_PIN_IN_A_CAUSE(Liars.TellsAPinInACause::new, "no_secret_is_in_a_location_a_text_a_message_or_a_log"),
    TELLS_A_PIN_IN_ITS_LOCATION(
            Liars.TellsAPinInItsLocation::new, "no_secret_is_in_a_location_a_text_a_message_or_a_log"),
    TELLS_A_PRIVATE_HALF_TO_THE_LOG(
            Liars.TellsAPrivateHalfToTheLog::new, "no_secret_is_in_a_location_a_text_a_message_or_a_log"),
    HANGS_BEYOND_ITS_DEADLINE(
            Liars.HangsBeyondItsDeadline::new,
            "who_waits_for_a_writer_that_hangs_gives_up_at_the_deadline_and_has_changed_nothing",
            "while_one_writer_hangs_others_read_sign_and_verify"),
    KEEPS_THE_PRIVATE_HALF(
            Liars.KeepsThePrivateHalf::new, "a_destroyed_key_keeps_its_public_half_and_its_signatures_verify"),
    OVERWRITES_A_KEY(Liars.OverwritesAKey::new, "nothing_is_ever_overwritten"),
    LISTS_LESS_THAN_IT_HAS(Liars.ListsLessThanItHas::new, "a_list_leaves_nothing_out"),
    FINDS_IN_A_CACHE(
            Liars.FindsInACache::new,
            "a_state_decides_who_signs_and_verifies",
            "a_key_on_hold_says_so_and_signs_again_when_resumed"),
    DIES_OF_AN_INTERRUPT(
            Liars.DiesOfAnInterrupt::new, "an_interrupted_thread_signs_and_generates_and_stays_interrupted"),
    IS_USELESS_AFTER_AN_INTERRUPT(
            Liars.IsUselessAfterAnInterrupt::new, "an_interrupted_thread_signs_and_generates_and_stays_interrupted"),
    LEAVES_HALF_A_KEY_WHEN_CLOSED(
            Liars.LeavesHalfAKeyWhenClosed::new,
            "a_store_that_is_closed_while_it_makes_a_key_leaves_a_whole_one_or_none"),
    SIGNS_WITH_ANOTHER_KEY_WHEN_CLOSED(
            Liars.SignsWithAnotherKeyWhenClosed::new, "what_a_store_signs_while_it_is_closed_is_right"),
    SWALLOWS_AN_INTERRUPT(
            Liars.SwallowsAnInterrupt::new, "an_interrupted_thread_signs_and_generates_and_stays_interrupted");

    @FunctionalInterface
    private interface Liar {
        KeyBackend before(LyingStore store, KeyBackend memory, KeyStoreConfig config);
    }

    private final Liar liar;
    private final List<String> rules;

    Lie(Liar liar, String... rules) {
        this.liar = liar;
        this.rules = List.of(rules);
    }

    KeyBackend open(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
        return liar.before(store, memory, config);
    }

    /** The rules that it breaks, and breaks so that they fail. */
    List<String> rules() {
        return rules;
    }
}
