package dev.chancery.spi;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.UnusableKey;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.spi.files.RefusedFileException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the place says of a key's public half. */
public sealed interface PublicHalf {
    /**
     * All that may be the half.
     *
     * @return the keys that were found; none where the place tells none
     */
    default List<PublicKey> candidates() {
        return List.of();
    }

    /**
     * The place vouches that this half belongs to the private one: it derived it, or lets no client replace one without the other.
     *
     * @param key the public half
     */
    record Vouched(PublicKey key) implements PublicHalf {
        @Override
        public List<PublicKey> candidates() {
            return List.of(key);
        }
    }

    /**
     * Found beside the private half, where another hand can replace it. Core believes it where the record names its fingerprint, else after
     * one signature has proven the pair.
     *
     * @param key the public half
     * @param others what else was found that claims to be the half; core takes the one that is proven
     */
    record Unvouched(PublicKey key, List<PublicKey> others) implements PublicHalf {
        /** Keeps its own list. */
        public Unvouched {
            others = List.copyOf(others);
        }

        /**
         * The only half that was found.
         *
         * @param key the public half
         */
        public Unvouched(PublicKey key) {
            this(key, List.of());
        }

        @Override
        public List<PublicKey> candidates() {
            return Stream.concat(Stream.of(key), others.stream()).toList();
        }
    }

    /** The place has it and keeps it back in the state that the key is in, or has forgotten it. Core asks its memory and the archive. */
    record Withheld() implements PublicHalf {}

    /**
     * There is something, and no public key can be made of it.
     *
     * @param problem what a user has to do with
     * @param why whole sentences: what is wrong, and what to do
     * @param mend the command that mends it, or empty
     */
    record Unreadable(UnusableKey.Problem problem, String why, Optional<String> mend) implements PublicHalf {
        /**
         * What no one command mends.
         *
         * @param problem what a user has to do with
         * @param why whole sentences: what is wrong, and what to do
         */
        public Unreadable(UnusableKey.Problem problem, String why) {
            this(problem, why, Optional.empty());
        }

        /**
         * What an error says of a public half.
         *
         * @param error what reading it has thrown
         * @return the error's meaning and its words
         * @throws ChanceryException the error itself, if it says nothing of the key
         */
        public static Unreadable of(ChanceryException error) {
            if (error instanceof IntegrityException) {
                return new Unreadable(Problem.DAMAGED, error.getMessage());
            }
            if (error instanceof UnsupportedException) {
                return new Unreadable(Problem.UNSUPPORTED, error.getMessage());
            }
            if (error instanceof KeyAccessException) {
                return new Unreadable(
                        Problem.INACCESSIBLE,
                        error.getMessage(),
                        error.getCause() instanceof RefusedFileException refused ? refused.mend() : Optional.empty());
            }
            throw error;
        }
    }

    /**
     * Looks for a half that the place vouches for.
     *
     * @param look reads it; empty where the place keeps it back, an {@link IntegrityException} where no public key can be made of what it answers
     * @return {@link Vouched}, {@link Withheld}, or {@link Unreadable} with what the exception says
     */
    static PublicHalf read(Supplier<Optional<PublicKey>> look) {
        try {
            return look.get().<PublicHalf>map(Vouched::new).orElseGet(Withheld::new);
        } catch (IntegrityException e) {
            return Unreadable.of(e);
        }
    }
}
