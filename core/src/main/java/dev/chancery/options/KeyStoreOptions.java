package dev.chancery.options;

import dev.chancery.policy.KeyPolicy;
import dev.chancery.rotation.RotationPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to open a store. Immutable and thread-safe; {@link #DEFAULT} suits an application that names its keys itself.
 */
public final class KeyStoreOptions {

    /** Sane defaults: the system's clock and environment, the default policy, no default key. */
    public static final KeyStoreOptions DEFAULT = builder().build();

    private final Clock clock;
    private final KeyPolicy policy;
    private final RotationPolicy rotationPolicy;
    private final Map<String, String> environment;
    private final @Nullable PassphraseSource passphrases;
    private final @Nullable Path passphraseFile;
    private final boolean plainKeys;
    private final boolean mayCreate;
    private final @Nullable PinSource pins;
    private final @Nullable String defaultKey;
    private final @Nullable String defaultRing;
    private final boolean pinned;
    private final @Nullable String jcaProvider;
    private final @Nullable Duration stateTtl;
    private final Duration maxStale;
    private final int ed25519Buffer;
    private final List<KeyListener> listeners;
    private final @Nullable Path inventory;
    private final @Nullable Webhook webhook;
    private final @Nullable PublicArchive publicArchive;

    private KeyStoreOptions(Builder builder) {
        clock = builder.clock;
        policy = builder.policy;
        rotationPolicy = builder.rotationPolicy;
        environment = Map.copyOf(builder.environment);
        passphrases = builder.passphrases;
        passphraseFile = builder.passphraseFile;
        plainKeys = builder.plainKeys;
        mayCreate = builder.mayCreate;
        pins = builder.pins;
        defaultKey = builder.defaultKey;
        defaultRing = builder.defaultRing;
        pinned = builder.pinned;
        jcaProvider = builder.jcaProvider;
        stateTtl = builder.stateTtl;
        maxStale = builder.maxStale;
        ed25519Buffer = builder.ed25519Buffer;
        listeners = List.copyOf(builder.listeners);
        inventory = builder.inventory;
        webhook = builder.webhook;
        publicArchive = builder.publicArchive;
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * What decides dates.
     *
     * @return the clock
     */
    public Clock clock() {
        return clock;
    }

    /**
     * Which keys may be made and used.
     *
     * @return the policy
     */
    public KeyPolicy policy() {
        return policy;
    }

    /**
     * When rings get their next keys, and of what kind, where a call does not say.
     *
     * @return the policy, {@link RotationPolicy#PRODUCTION} by default
     */
    public RotationPolicy rotationPolicy() {
        return rotationPolicy;
    }

    /**
     * The environment variables that the store and its provider read.
     *
     * @return an unmodifiable map
     */
    public Map<String, String> environment() {
        return environment;
    }

    /**
     * The application's own source of passphrases, asked before every other.
     *
     * @return the source, or empty
     */
    public Optional<PassphraseSource> passphrases() {
        return Optional.ofNullable(passphrases);
    }

    /**
     * A file whose first line is the passphrase.
     *
     * @return the file, or empty
     */
    public Optional<Path> passphraseFile() {
        return Optional.ofNullable(passphraseFile);
    }

    /**
     * Whether a new private key may be stored unencrypted where those that are there are encrypted.
     *
     * @return {@code false} unless it was asked for
     */
    public boolean plainKeys() {
        return plainKeys;
    }

    /**
     * Whether a directory that is not there opens as an empty store, and the first write makes it.
     *
     * @return {@code true} unless it must be there
     */
    public boolean mayCreate() {
        return mayCreate;
    }

    /**
     * The application's own source of PINs, asked before every other.
     *
     * @return the source, or empty
     */
    public Optional<PinSource> pins() {
        return Optional.ofNullable(pins);
    }

    /**
     * The key that {@link dev.chancery.KeyStore#defaultSigner()} signs with.
     *
     * @return its id or name, or empty
     */
    public Optional<String> defaultKey() {
        return Optional.ofNullable(defaultKey);
    }

    /**
     * The ring that {@link dev.chancery.KeyStore#defaultSigner()} signs with; it goes before {@link #defaultKey()}.
     *
     * @return its name, or empty
     */
    public Optional<String> defaultRing() {
        return Optional.ofNullable(defaultRing);
    }

    /**
     * Whether the default key is used even after its ring has moved on.
     *
     * @return {@code true} to forbid following the ring
     */
    public boolean pinned() {
        return pinned;
    }

    /**
     * The JCA provider that local keys must sign with, by the name that {@link dev.chancery.KeyStores#jcaProviders} shows.
     *
     * @return the name, or empty for the fastest present
     */
    public Optional<String> jcaProvider() {
        return Optional.ofNullable(jcaProvider);
    }

    /**
     * How old a key's state may become before it is read again.
     *
     * @return the time, or empty for the backend's own choice (1 second for a directory, 5 for remote stores)
     */
    public Optional<Duration> stateTtl() {
        return Optional.ofNullable(stateTtl);
    }

    /**
     * How long the last known state of a key serves while the store does not answer. A state within {@link #stateTtl()} serves in
     * any case, for nothing is asked before that is over: the longer of the two counts.
     *
     * @return the time, 60 seconds by default
     */
    public Duration maxStale() {
        return maxStale;
    }

    /**
     * How much of a stream Ed25519 may buffer.
     *
     * @return the limit in bytes, 64 MiB by default
     */
    public int ed25519Buffer() {
        return ed25519Buffer;
    }

    /**
     * Who is told what happens to keys and rings.
     *
     * @return the listeners, in the order they were added
     */
    public List<KeyListener> listeners() {
        return listeners;
    }

    /**
     * The CSV file that is kept current with every change, see {@link dev.chancery.inventory.InventoryFile}.
     *
     * @return the file, or empty
     */
    public Optional<Path> inventory() {
        return Optional.ofNullable(inventory);
    }

    /**
     * Where events are posted.
     *
     * @return the webhook, or empty
     */
    public Optional<Webhook> webhook() {
        return Optional.ofNullable(webhook);
    }

    /**
     * Where public halves are kept that a store withholds or forgets.
     *
     * @return the archive, or empty
     */
    public Optional<PublicArchive> publicArchive() {
        return Optional.ofNullable(publicArchive);
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder that holds these options
     */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.clock = clock;
        copy.policy = policy;
        copy.rotationPolicy = rotationPolicy;
        copy.environment = environment;
        copy.passphrases = passphrases;
        copy.passphraseFile = passphraseFile;
        copy.plainKeys = plainKeys;
        copy.mayCreate = mayCreate;
        copy.pins = pins;
        copy.defaultKey = defaultKey;
        copy.defaultRing = defaultRing;
        copy.pinned = pinned;
        copy.jcaProvider = jcaProvider;
        copy.stateTtl = stateTtl;
        copy.maxStale = maxStale;
        copy.ed25519Buffer = ed25519Buffer;
        copy.listeners.addAll(listeners);
        copy.inventory = inventory;
        copy.webhook = webhook;
        copy.publicArchive = publicArchive;
        return copy;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Clock clock = Clock.systemUTC();
        private KeyPolicy policy = KeyPolicy.DEFAULT;
        private RotationPolicy rotationPolicy = RotationPolicy.PRODUCTION;
        private Map<String, String> environment = System.getenv();
        private @Nullable PassphraseSource passphrases;
        private @Nullable Path passphraseFile;
        private boolean plainKeys;
        private boolean mayCreate = true;
        private @Nullable PinSource pins;
        private @Nullable String defaultKey;
        private @Nullable String defaultRing;
        private boolean pinned;
        private @Nullable String jcaProvider;
        private @Nullable Duration stateTtl;
        private Duration maxStale = Duration.ofSeconds(60);
        private int ed25519Buffer = 64 << 20;
        private final List<KeyListener> listeners = new ArrayList<>();
        private @Nullable Path inventory;
        private @Nullable Webhook webhook;
        private @Nullable PublicArchive publicArchive;

        private Builder() {}

        /**
         * Sets the clock.
         *
         * @param value what decides dates
         * @return this builder
         */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /**
         * Sets the policy.
         *
         * @param value which keys may be made and used
         * @return this builder
         */
        public Builder policy(KeyPolicy value) {
            policy = value;
            return this;
        }

        /**
         * Sets when rings get their next keys, and of what kind, where a call does not say.
         *
         * @param value when, and to what kind of key
         * @return this builder
         */
        public Builder rotationPolicy(RotationPolicy value) {
            rotationPolicy = value;
            return this;
        }

        /**
         * Replaces the environment variables of the process.
         *
         * @param value the variables
         * @return this builder
         */
        public Builder environment(Map<String, String> value) {
            environment = value;
            return this;
        }

        /**
         * Sets the application's own source of passphrases.
         *
         * @param value the source
         * @return this builder
         */
        public Builder passphrases(PassphraseSource value) {
            passphrases = value;
            return this;
        }

        /**
         * Sets a file whose first line is the passphrase.
         *
         * @param value the file, which only its owner may read
         * @return this builder
         */
        public Builder passphraseFile(Path value) {
            passphraseFile = value;
            return this;
        }

        /**
         * Lets a new private key be stored unencrypted where those that are there are encrypted. Otherwise it is refused: a
         * passphrase that was forgotten once must not leave the next key open.
         *
         * @param value whether it may
         * @return this builder
         */
        public Builder plainKeys(boolean value) {
            plainKeys = value;
            return this;
        }

        /**
         * Says whether a directory that is not there opens as an empty store, which the first write makes; for {@code false}, a slip in its name is an
         * error. Other places than directories are never made.
         *
         * @param value {@code true}, the default, if it may be made
         * @return this builder
         */
        public Builder mayCreate(boolean value) {
            mayCreate = value;
            return this;
        }

        /**
         * Sets the application's own source of PINs.
         *
         * @param value the source
         * @return this builder
         */
        public Builder pins(PinSource value) {
            pins = value;
            return this;
        }

        /**
         * Sets the key of the default signer.
         *
         * @param value its id or name
         * @return this builder
         */
        public Builder defaultKey(String value) {
            defaultKey = value;
            return this;
        }

        /**
         * Sets the ring of the default signer.
         *
         * @param value its name
         * @return this builder
         */
        public Builder defaultRing(String value) {
            defaultRing = value;
            return this;
        }

        /**
         * Forbids following the ring of the default key.
         *
         * @param value {@code true} to use exactly the default key
         * @return this builder
         */
        public Builder pinned(boolean value) {
            pinned = value;
            return this;
        }

        /**
         * Pins the JCA provider of local keys.
         *
         * @param value a name that {@link dev.chancery.KeyStores#jcaProviders} shows
         * @return this builder
         */
        public Builder jcaProvider(String value) {
            jcaProvider = value;
            return this;
        }

        /**
         * Sets how old a key's state may become.
         *
         * @param value the time, zero to read it on every call; more than 292 years is for ever
         * @return this builder
         */
        public Builder stateTtl(Duration value) {
            stateTtl = value;
            return this;
        }

        /**
         * Sets how long the last known state serves while the store does not answer.
         *
         * @param value the time; less than the state's time to live has no effect, more than 292 years is for ever
         * @return this builder
         */
        public Builder maxStale(Duration value) {
            maxStale = value;
            return this;
        }

        /**
         * Sets how much of a stream Ed25519 may buffer.
         *
         * @param bytes the limit in bytes
         * @return this builder
         */
        public Builder ed25519Buffer(int bytes) {
            ed25519Buffer = bytes;
            return this;
        }

        /**
         * Adds somebody who is told what happens to keys and rings through this process.
         *
         * @param value the listener
         * @return this builder
         */
        public Builder listener(KeyListener value) {
            listeners.add(value);
            return this;
        }

        /**
         * Keeps a CSV file current with every change through this process.
         *
         * @param value the file, in a directory that exists
         * @return this builder
         */
        public Builder inventory(Path value) {
            inventory = value;
            return this;
        }

        /**
         * Posts every event to a webhook, as long as the store is open. It needs the artifact {@code chancery-notify}.
         *
         * @param value where to post
         * @return this builder
         */
        public Builder webhook(Webhook value) {
            webhook = value;
            return this;
        }

        /**
         * Keeps the public halves of keys before a store withholds or forgets them. A remote store destroys no key without it.
         *
         * @param value the archive, {@link PublicArchive#directory} for example
         * @return this builder
         */
        public Builder publicArchive(PublicArchive value) {
            publicArchive = value;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         */
        public KeyStoreOptions build() {
            return new KeyStoreOptions(this);
        }
    }
}
