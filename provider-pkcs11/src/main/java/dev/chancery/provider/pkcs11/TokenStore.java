package dev.chancery.provider.pkcs11;

import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PinSource;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.keys.DirectoryClaims;
import dev.chancery.provider.pkcs11.keys.KeptRecords;
import dev.chancery.provider.pkcs11.keys.KeyMaker;
import dev.chancery.provider.pkcs11.keys.KeyRemoval;
import dev.chancery.provider.pkcs11.keys.SigningKeys;
import dev.chancery.provider.pkcs11.keys.TemplateLadder;
import dev.chancery.provider.pkcs11.keys.TokenKeys;
import dev.chancery.provider.pkcs11.records.DirectoryRecords;
import dev.chancery.provider.pkcs11.records.NoRecords;
import dev.chancery.provider.pkcs11.records.Records;
import dev.chancery.provider.pkcs11.records.RecordsMark;
import dev.chancery.provider.pkcs11.records.TokenRecords;
import dev.chancery.provider.pkcs11.sessions.Library;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.Traits;
import dev.chancery.spi.files.SecretSources;
import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an open token's parts together, in one of three ways: its records are on the token, in a directory, or nowhere. */
final class TokenStore {
    private static final Logger LOG = LoggerFactory.getLogger(Pkcs11KeyStoreProvider.class);

    /** By then a session that was open before sees an object that another process has made. */
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final TokenConnection token;
    private final Records records;
    private final TokenKeys keys;
    private final SigningKeys signing;
    private final KeyRemoval removal;

    private TokenStore(TokenConnection token, Records records, Instant opened) {
        this.token = token;
        this.records = records;
        this.keys = new TokenKeys(token.location(), records, opened);
        this.signing = new SigningKeys(token);
        this.removal = new KeyRemoval(token, keys, records, signing);
    }

    static KeyBackend open(KeyStoreConfig config) {
        TokenUri uri = TokenUri.parse(config.uri());
        KeyStoreOptions options = config.options();
        TokenConnection token = TokenConnection.open(
                uri.token(), Library.of(realPath(uri.library())), pins(options, uri), uri.sessions(), uri.timeout());
        try {
            return compose(token, uri, options.clock().instant().truncatedTo(ChronoUnit.SECONDS));
        } catch (RuntimeException e) {
            token.close();
            throw e;
        }
    }

    private static Path realPath(Path library) {
        try {
            return library.toRealPath();
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The PKCS#11 library " + library + " is not there, or this process may not read it. Correct"
                            + " module-path, or install the token's library.",
                    e);
        }
    }

    private static PinSource pins(KeyStoreOptions options, TokenUri uri) {
        SecretSources secrets = new SecretSources(
                "PIN",
                "chancery-pin",
                uri.pinFile(),
                "CHANCERY_TOKEN_PIN_FILE",
                "CHANCERY_TOKEN_PIN",
                options.environment());
        return label -> secrets.find(() -> options.pins().flatMap(callback -> callback.pin(label)));
    }

    private static KeyBackend compose(TokenConnection token, TokenUri uri, Instant opened) {
        if (uri.metadata().isPresent()) {
            DirectoryRecords records = new DirectoryRecords(
                    uri.metadata().get(), RecordsMark.in(uri.metadata().get()));
            TokenStore store = new TokenStore(token, records, opened);
            DirectoryClaims claims = new DirectoryClaims(token, store.keys, records);
            return store.backend(
                    store.traits(uri), store.abilitiesOverRecords(uri).claimsGenerations(claims));
        }
        // Records that are elsewhere may say of a key that it is compromised.
        token.call("Looking whether records are kept elsewhere", RecordsMark::findElsewhere)
                .ifPresent(where -> {
                    throw RecordsMark.refusal(token.location(), where);
                });
        if (takesRecords(token)) {
            TokenStore store = new TokenStore(token, new TokenRecords(token.location()), opened);
            return store.backend(
                    store.traits(uri).writes(Traits.Writes.BESIDE).settle(SETTLE), store.abilitiesOverRecords(uri));
        }
        LOG.warn(
                "The token {} takes no data objects, so states, dates and rings of its keys are not kept (no LIFECYCLE). Add"
                        + " chancery-metadata=file:/directory to its URI to keep them there.",
                token.location());
        TokenStore store = new TokenStore(token, new NoRecords(), opened);
        return store.backend(store.traits(uri), store.abilities(uri));
    }

    /** In a session that may write, for others take no object on any token. */
    private static boolean takesRecords(TokenConnection token) {
        String doing = "Trying whether the token takes data objects";
        return token.call(doing, TokenRecords::areThere)
                || (!token.identity().has(Ck.CKF_WRITE_PROTECTED) && token.change(doing, TokenRecords::areTaken));
    }

    private KeyBackend backend(Traits.Builder traits, Abilities.Builder abilities) {
        return new Pkcs11KeyBackend(token, keys, signing, traits.build(), abilities.build());
    }

    private Traits.Builder traits(TokenUri uri) {
        return Traits.ofRemotePlace()
                .callsInFlight(token.sessions())
                .writes(Traits.Writes.COMPARED)
                .settle(Duration.ZERO)
                .callTimeout(uri.timeout().multipliedBy(6))
                .names(Traits.Names.LABEL)
                .diagnosis(Optional.of("pkcs11-tool --list-token-slots --module "
                        + ShellWord.quote(uri.library().toString())))
                .signsMessages(true); // where a mechanism takes a digest, it is made here
    }

    private Abilities.Builder abilitiesOverRecords(TokenUri uri) {
        return abilities(uri)
                .keepsRecords(new KeptRecords(token, keys, records))
                .destroysKeys(removal)
                .findsOrphans(removal);
    }

    private Abilities.Builder abilities(TokenUri uri) {
        Abilities.Builder abilities = Abilities.builder();
        if (!token.identity().has(Ck.CKF_WRITE_PROTECTED)) {
            KeyMaker maker = new KeyMaker(token, keys, records, removal, new TemplateLadder(uri.template()));
            abilities.makesKeys(maker).importsKeys(maker);
        }
        return abilities;
    }
}
