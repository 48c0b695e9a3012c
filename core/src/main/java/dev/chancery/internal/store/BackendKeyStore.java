package dev.chancery.internal.store;

import dev.chancery.Capability;
import dev.chancery.CompromiseReport;
import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.OperationType;
import dev.chancery.internal.discovery.Environment;
import dev.chancery.internal.health.StoreHealth;
import dev.chancery.internal.jca.JcaProviders;
import dev.chancery.internal.lifecycle.Adoption;
import dev.chancery.internal.lifecycle.Confirmation;
import dev.chancery.internal.lifecycle.Events;
import dev.chancery.internal.lifecycle.Generations;
import dev.chancery.internal.lifecycle.KeyCreation;
import dev.chancery.internal.lifecycle.KeyTransitions;
import dev.chancery.internal.lifecycle.Leftovers;
import dev.chancery.internal.lifecycle.Ring;
import dev.chancery.internal.lifecycle.RingRotation;
import dev.chancery.internal.signing.AliasSigner;
import dev.chancery.internal.signing.BackendSigner;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.KeyHandles;
import dev.chancery.internal.state.Operations;
import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.internal.verifying.InterceptedVerifier;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.Orphan;
import dev.chancery.key.RingPosition;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyEvent;
import dev.chancery.options.KeyListener;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.Claim;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.Notifier;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits.Names;
import dev.chancery.spi.records.KeyRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every decision about a store's keys, taken once for all backends. */
public final class BackendKeyStore implements KeyStore {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);

    private final StoreContext context;
    private final KeyHandles handles;
    private final Operations operations;
    private final StoreHealth health;
    private final KeyCreation creation;
    private final RingRotation rotation;
    private final KeyTransitions transitions;
    private final Adoption adoption;
    private final Generations generations;
    private final Leftovers leftovers;
    private final Confirmation confirmation;
    private final Events events;
    private final Map<KeyName, BackendKeyring> rings = new ConcurrentHashMap<>();
    private final List<Notifier> notifiers = new CopyOnWriteArrayList<>();
    private final Set<KeyId> warned = ConcurrentHashMap.newKeySet();

    /** Takes a backend over, and closes it in the end. */
    public BackendKeyStore(KeyBackend backend, KeyStoreOptions options, JcaProviders providers) {
        this(new StoreContext(backend, options, providers, System::nanoTime));
    }

    BackendKeyStore(StoreContext context) {
        this.context = context;
        this.handles = context.handles();
        this.operations = context.operations();
        this.events = new Events(context.options(), context.location());
        RecordWriter writer = new RecordWriter(context);
        this.generations = Generations.of(context, writer);
        this.health = new StoreHealth(context, this, generations);
        this.leftovers = new Leftovers(context);
        this.confirmation = new Confirmation(context, writer);
        this.creation = new KeyCreation(context, generations);
        this.rotation = new RingRotation(context, writer, generations, creation, events);
        this.transitions = new KeyTransitions(context, writer, rotation, events);
        this.adoption = new Adoption(context, generations, rotation, events);
    }

    /** Tells one more listener, which may need the open store itself. */
    public void addListener(KeyListener listener) {
        events.add(listener);
    }

    /** Tells one more listener, and closes it with the store. */
    void addNotifier(Notifier notifier) {
        notifiers.add(notifier);
        addListener(notifier);
    }

    @Override
    public String location() {
        return context.location();
    }

    @Override
    public KeyMetadata generate(KeyRequest request) {
        Objects.requireNonNull(request, "request");
        return operations.whole(
                OperationType.GENERATE,
                about -> {
                    request.name().ifPresent(about::keyName);
                    about.ring(request.ring().orElse(null));
                },
                () -> announceCreation(creation.generate(request)));
    }

    @Override
    public KeyMetadata importKey(KeyImport request) {
        Objects.requireNonNull(request, "request");
        return operations.whole(
                OperationType.IMPORT,
                about -> about.keyName(request.name()).ring(request.ring().orElse(null)),
                () -> announceCreation(creation.importKey(request)));
    }

    private KeyMetadata announceCreation(StoredKey made) {
        KeyRecord record = context.judge().record(made);
        record.attributes().ring().ifPresent(position -> rotation.join(position, made));
        KeyHandle handle = handles.get(made.id());
        KeyMetadata key = record.attributes().ring().isPresent() ? handle.reload() : handle.metadata();
        events.tell(
                KeyEvent.Type.CREATED,
                key,
                "Key " + key.id() + " (" + key.spec() + ") is there: " + key.origin() + ".");
        return key;
    }

    @Override
    public KeyId resolve(String text) {
        Objects.requireNonNull(text, "text");
        if (text.startsWith(RING_PREFIX)) {
            return currentOf(new KeyName(text.substring(RING_PREFIX.length()))).orElseThrow(() -> notFound(text));
        }
        return text.startsWith(KEY_PREFIX)
                ? resolve(text.substring(KEY_PREFIX.length()), Optional.empty())
                : resolve(text, asRingName(text));
    }

    private KeyId resolve(String text, Optional<KeyName> ring) {
        KeyId id;
        try {
            id = context.backend().parse(text);
        } catch (ConfigurationException e) {
            return ring.flatMap(this::currentOf).orElseThrow(() -> e);
        }
        if (context.traits().names() == Names.RING && ring.isPresent()) {
            // A name is all versions of it there: the ring knows which one is current.
            Optional<KeyId> current = currentOf(ring.get());
            if (current.isPresent()) {
                return current.get();
            }
        }
        Optional<StoredKey> found = context.find(id);
        if (found.isPresent()) {
            // A name may be short for the whole id; an alias that is followed stays what it is.
            return context.backend().follows(id) ? id : found.get().id();
        }
        return ring.flatMap(this::currentOf).orElseThrow(() -> notFound(text));
    }

    private KeyNotFoundException notFound(String text) {
        return new KeyNotFoundException("There is no key and no ring '" + text + "' in " + location()
                + ". `chancery list` shows the keys that are there, `chancery ring list` the rings.");
    }

    private static Optional<KeyName> asRingName(String text) {
        try {
            return Optional.of(new KeyName(text));
        } catch (ConfigurationException e) {
            return Optional.empty();
        }
    }

    private Optional<KeyId> currentOf(KeyName ring) {
        return context.abilities().keepsRecords().isEmpty()
                ? Optional.empty()
                : generations.read(ring).claims().stream().findFirst().map(Claim::holder);
    }

    @Override
    public KeyMetadata get(KeyId id) {
        Objects.requireNonNull(id, "id");
        return handles.get(id).reload();
    }

    @Override
    public List<KeyMetadata> list() {
        return listing().usable();
    }

    @Override
    public List<UnusableKey> unusable() {
        return listing().unusable();
    }

    @Override
    public KeyListing listing() {
        List<KeyMetadata> usable = new ArrayList<>();
        List<UnusableKey> unusable = new ArrayList<>();
        try (Stream<StoredKey> keys = context.backend().list()) {
            keys.forEach(stored -> context.judge()
                    .problem(stored)
                    .ifPresentOrElse(
                            unusable::add,
                            () -> usable.add(context.judge().snapshot(stored).metadata())));
        }
        usable.sort(Comparator.comparing(key -> key.id().value()));
        unusable.sort(Comparator.comparing(key -> key.id().value()));
        return new KeyListing(usable, unusable);
    }

    @Override
    public List<Keyring> rings() {
        return ringNames().stream()
                .sorted(Comparator.comparing(KeyName::value))
                .<Keyring>map(this::ring)
                .toList();
    }

    Set<KeyName> ringNames() {
        context.requireOpen();
        return context.abilities().keepsRecords().map(KeepsRecords::rings).orElse(Set.of());
    }

    @Override
    public Keyring ring(String name) {
        Objects.requireNonNull(name, "name");
        return ring(new KeyName(name));
    }

    @Override
    public Keyring adopt(String ring, Collection<KeyId> keys) {
        Objects.requireNonNull(ring, "ring");
        Objects.requireNonNull(keys, "keys");
        KeyName name = new KeyName(ring);
        operations.whole(OperationType.ADOPT, about -> about.ring(name), () -> {
            adoption.adopt(name, keys);
            return name;
        });
        rings.remove(name);
        return ring(name);
    }

    private BackendKeyring ring(KeyName name) {
        context.requireOpen();
        if (context.abilities().keepsRecords().isEmpty()) {
            throw new KeyNotFoundException("There is no ring '" + name + "' in " + location()
                    + ": the store keeps no rings (it lacks LIFECYCLE).");
        }
        BackendKeyring ring = rings.get(name);
        if (ring == null) {
            BackendKeyring fresh = operations.inTime(
                    () -> new BackendKeyring(context, new Ring(context, generations, name), rotation));
            BackendKeyring earlier = rings.putIfAbsent(name, fresh);
            ring = earlier == null ? fresh : earlier;
        }
        return ring;
    }

    @Override
    public Signer signer(KeyId id) {
        Objects.requireNonNull(id, "id");
        return operations.whole(OperationType.SIGN, about -> about.keyId(id), () -> {
            if (context.backend().follows(id)) {
                return new AliasSigner(context, id);
            }
            KeyHandle handle = handles.get(id);
            return BackendSigner.pinned(context, handle, handle.metadata().defaultAlgorithm());
        });
    }

    @Override
    public Signer signer(KeyId id, SignatureAlgorithm algorithm) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(algorithm, "algorithm");
        return operations.whole(
                OperationType.SIGN,
                about -> about.keyId(id).algorithm(algorithm),
                () -> BackendSigner.pinned(context, handles.get(id), algorithm));
    }

    @Override
    public Signer defaultSigner() {
        context.requireOpen();
        KeyStoreOptions options = context.options();
        if (options.defaultRing().isPresent()) {
            return ring(options.defaultRing().get()).signer();
        }
        String named = options.defaultKey()
                .orElseThrow(
                        () -> new ConfigurationException(
                                "No default key is configured for " + location()
                                        + ". Set CRYPTO_CURRENT_KEY_ID to a key's id or CHANCERY_RING to a ring's name, or name the key (--key, --ring)."));
        KeyId id = resolveDefault(named);
        if (context.backend().follows(id)) {
            return signer(id);
        }
        Optional<RingPosition> position = handles.get(id).metadata().ring();
        if (options.pinned() || position.isEmpty()) {
            return signer(id);
        }
        BackendKeyring ring = ring(position.get().ring());
        warnIfRotatedAway(id, ring, position.get());
        return ring.signer();
    }

    private KeyId resolveDefault(String named) {
        try {
            return resolve(named);
        } catch (KeyNotFoundException e) {
            throw new KeyNotFoundException(
                    e.getMessage()
                            + " The default key is configured: CRYPTO_CURRENT_KEY_ID, CRYPTO_KMS_KEY_ID or the option"
                            + " defaultKey.",
                    e);
        }
    }

    private void warnIfRotatedAway(KeyId named, BackendKeyring ring, RingPosition position) {
        KeyMetadata current = ring.current();
        boolean older = current.ring()
                .filter(now -> now.generation() > position.generation())
                .isPresent();
        if (older && warned.add(named)) {
            LOG.warn(
                    "Key {} is configured, but its ring '{}' has moved on to {}, which signs now. {}"
                            + " (or set CHANCERY_PIN=true to forbid this).",
                    named,
                    ring.name(),
                    current.id(),
                    change(current.id()));
        }
    }

    /** What the user has to write for the default key to be another one. */
    private String change(KeyId to) {
        KeyStoreOptions options = context.options();
        String named = options.defaultKey().orElseThrow();
        return new Environment(options.environment()).names(named)
                ? "Change the line to: CRYPTO_CURRENT_KEY_ID=" + to
                : "Change the option defaultKey to " + to;
    }

    @Override
    public Verifier verifier(KeyId id) {
        Objects.requireNonNull(id, "id");
        return InterceptedVerifier.ofKey(context, handles.get(id));
    }

    @Override
    public KeyMetadata changeState(KeyId id, KeyState to, String reason) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(reason, "reason");
        return operations.whole(
                OperationType.of(to, handles.known(id).map(KeyMetadata::state)),
                about -> about.keyId(id).reason(reason),
                () -> transitions.change(id, to, reason));
    }

    @Override
    public CompromiseReport compromise(KeyId id, CompromisedSince since, String reason) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(reason, "reason");
        return operations.whole(
                OperationType.COMPROMISE,
                about -> about.keyId(id).reason(reason),
                () -> transitions.compromise(
                        id, since, reason, name -> ring(name).ring()));
    }

    @Override
    public KeyMetadata trust(KeyId id, String fingerprint) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(fingerprint, "fingerprint");
        context.requireOpen();
        return operations.whole(
                OperationType.UPDATE, about -> about.keyId(id), () -> confirmation.confirm(id, fingerprint));
    }

    @Override
    public KeyMetadata reencrypt(KeyId id) {
        Objects.requireNonNull(id, "id");
        long started = context.ticks();
        KeyHandle handle = handles.get(id);
        return handle.take(context.steps().reencrypt(handle.id()), started);
    }

    @Override
    public byte[] exportBackup(KeyId id) {
        Objects.requireNonNull(id, "id");
        return context.steps().backUp(context.require(id).id());
    }

    @Override
    public Optional<KeyAttestation> attestation(KeyId id) {
        Objects.requireNonNull(id, "id");
        return context.steps().attest(handles.get(id).metadata());
    }

    @Override
    public List<Orphan> orphans() {
        return leftovers.list();
    }

    @Override
    public void removeOrphan(KeyId id) {
        Objects.requireNonNull(id, "id");
        leftovers.remove(id);
    }

    @Override
    public HealthReport health(HealthLevel level) {
        Objects.requireNonNull(level, "level");
        return health.report(level);
    }

    @Override
    public void intercept(OperationInterceptor interceptor) {
        Objects.requireNonNull(interceptor, "interceptor");
        context.requireOpen();
        operations.add(interceptor);
        handles.expire();
    }

    @Override
    public Set<Capability> capabilities() {
        context.requireOpen();
        return context.capabilities();
    }

    @Override
    public void close() {
        context.close();
        notifiers.forEach(Notifier::close);
    }

    @Override
    public String toString() {
        return "KeyStore[" + location() + "]";
    }
}
