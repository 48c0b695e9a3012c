package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.binding.Cryptoki;
import dev.chancery.provider.pkcs11.binding.TokenDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One look at all slots of a library for the token that is meant. A slot that answers an error is another reader's trouble, and is passed
 * over.
 */
final class TokenSearch {
    private final TokenSelector selector;
    private final Path library;
    private final @Nullable TokenDescription first;

    private final Map<Long, TokenDescription> matching = new LinkedHashMap<>();
    private final List<TokenDescription> others = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private @Nullable TokenDescription imposter;

    /**
     * A search.
     *
     * @param first the token first opened, which must be the one that is found, or null for the first search
     */
    TokenSearch(TokenSelector selector, Path library, @Nullable TokenDescription first) {
        this.selector = selector;
        this.library = library;
        this.first = first;
    }

    /**
     * The slot of the token.
     *
     * @throws ConfigurationException if none or several fit, at the first search
     * @throws StoreUnavailableException if none fits and some slot does not tell, at the first search
     * @throws CkException if the token is not there any more
     */
    long slot(Cryptoki cryptoki) throws CkException {
        for (long slot : cryptoki.slots()) {
            look(cryptoki, slot);
        }
        if (matching.size() == 1) {
            return matching.keySet().iterator().next();
        }
        if (matching.size() > 1) {
            throw new ConfigurationException(matching.size() + " tokens are what " + selector.location()
                    + " asks for. Add one of these to choose: "
                    + matching.values().stream()
                            .map(token -> "serial=" + token.serial())
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        TokenDescription lost = first;
        if (lost == null) {
            throw notFound();
        }
        if (imposter != null) {
            throw replaced(lost, imposter, selector.location());
        }
        throw new CkException("C_GetSlotList", Ck.CKR_TOKEN_NOT_PRESENT, "no such token" + listFailures());
    }

    private void look(Cryptoki cryptoki, long slot) throws CkException {
        TokenDescription token;
        try {
            token = cryptoki.token(slot);
        } catch (CkException e) {
            if (e.code() == Ck.CKR_CRYPTOKI_NOT_INITIALIZED) {
                throw e;
            }
            failures.add("slot " + slot + " (" + e.getMessage() + ")");
            return;
        }
        if (!token.has(Ck.CKF_TOKEN_INITIALIZED) || !selector.matches(token)) {
            others.add(token);
        } else if (first == null || first.isSameAs(token)) {
            matching.put(slot, token);
        } else {
            imposter = token;
        }
    }

    private ChanceryException notFound() {
        String found = others.isEmpty()
                ? "It shows no other token: insert or initialise it, and check the library's own configuration."
                : "These are there: "
                        + others.stream().map(TokenSearch::describe).collect(Collectors.joining(", ")) + ".";
        String text = "There is no token " + selector.location() + " behind " + library + ". " + found + listFailures();
        return failures.isEmpty() ? new ConfigurationException(text) : new StoreUnavailableException(text, null);
    }

    private static String describe(TokenDescription token) {
        return token.has(Ck.CKF_TOKEN_INITIALIZED) ? token.toString() : "one that is not initialised";
    }

    private String listFailures() {
        return failures.isEmpty() ? "" : " Nothing is known of " + String.join(", ", failures) + ".";
    }

    /** A PIN is not shown to another token. */
    static IntegrityException replaced(TokenDescription first, TokenDescription now, String location) {
        return new IntegrityException(
                "Another token than the one first opened is there for " + location + ": " + now + " instead of " + first
                        + ". Chancery did not log in to it. Put the right one back, or open the store again.");
    }
}
