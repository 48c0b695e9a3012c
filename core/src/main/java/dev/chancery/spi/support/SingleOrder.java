package dev.chancery.spi.support;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.StoreUnavailableException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An order that must not be given twice, such as for a key: where its answer is lost, the place is asked what came of it. Immutable.
 *
 * @param what what is done, and where, the beginning of a sentence: "Making key 'invoices' in …"
 * @param advice what a caller can do if the place does not tell what came of it, in whole sentences
 */
public record SingleOrder(String what, String advice) {
    private static final Logger LOG = LoggerFactory.getLogger(SingleOrder.class);

    /**
     * Gives the order.
     *
     * @param <T> what is ordered
     * @param order gives it, once
     * @param look finds what came of it
     * @return what was ordered
     * @throws StoreUnavailableException with a time to wait, if the place was too busy and so has done nothing; without, if it is not known what came of the
     *     order
     * @throws ChanceryException what else the order threw
     */
    public <T> T give(Supplier<T> order, Supplier<Optional<T>> look) {
        try {
            return order.get();
        } catch (StoreUnavailableException e) {
            if (e.retryAfter().isPresent()) {
                throw e;
            }
            LOG.warn("{}: the answer was lost; looking for what came of it.", what, e);
            return lookUp(look).orElseThrow(() -> unknown(e));
        }
    }

    /**
     * Makes the exception for an order of which the place does not tell what came of it.
     *
     * @param cause what is known, or {@code null}
     * @return the exception
     */
    public StoreUnavailableException unknown(@Nullable Throwable cause) {
        return new StoreUnavailableException(what + " failed, and what came of it is not known. " + advice, cause);
    }

    /**
     * Removes what was made and is not wanted after all. Where that fails, the log says so: what went wrong before is what the caller has to hear.
     *
     * @param <T> how the place knows it
     * @param made what was made, such as a key's id
     * @param removal removes it
     */
    public <T> void undo(T made, Consumer<T> removal) {
        try {
            removal.accept(made);
        } catch (ChanceryException e) {
            LOG.warn("{} failed, and {} could not be removed again: {} {}", what, made, e.getMessage(), advice);
        }
    }

    private <T> Optional<T> lookUp(Supplier<Optional<T>> look) {
        try {
            return look.get();
        } catch (ChanceryException e) {
            LOG.warn("{}: the look for it failed: {}", what, e.getMessage());
            return Optional.empty();
        }
    }
}
