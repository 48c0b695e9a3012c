package dev.chancery.policy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.spi.support.Printable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which keys may be made, what they may sign with, for how long and how often. Immutable and thread-safe; start from a
 * profile or a file, and change it with {@link #toBuilder()}.
 *
 * <p>Sizes, curves and hashes are one table: {@code algorithms.EC_P256 = ECDSA_SHA256} says that keys on P-256 exist, and
 * what they sign with. A policy decides about making and signing; verifying what was signed is never a matter of policy.
 *
 * @param name what the policy is called in refusals
 * @param algorithms what a key of each kind may sign with; a kind that is not listed is neither made nor used
 * @param warnOn the kinds of keys that are allowed and warned about when one is made
 * @param maxSigningPeriod how long after its creation a key may sign, in the calendar of UTC
 * @param maxSignatures how many signatures one key may make, or empty for any number; counted in each process by itself,
 *     from the opening of the store
 * @param maxSignaturesPerMinute how many signatures one key may make within any 60 seconds, or empty for any number; counted
 *     in each process by itself
 * @param verifyAfterSign whether a signature is verified before it is handed out
 * @param rings what holds for some rings in particular, by the ring's name
 * @param sources where the rules come from, for refusals; one line each
 */
public record KeyPolicy(
        String name,
        Map<KeySpec, Set<SignatureAlgorithm>> algorithms,
        Set<KeySpec> warnOn,
        Period maxSigningPeriod,
        OptionalLong maxSignatures,
        OptionalInt maxSignaturesPerMinute,
        VerifyAfterSign verifyAfterSign,
        Map<KeyName, RingRules> rings,
        Map<Rule, String> sources) {

    /** The largest cap on signatures a minute: eight bytes are kept for each. */
    public static final int MOST_PER_MINUTE = 1_000_000;

    /** Sane for most: every kind of key of {@link KeySpec}, three years of signing, 25 for the ring {@code ca-root}. */
    public static final KeyPolicy DEFAULT = Profiles.byDefault();

    /**
     * What a publicly trusted TLS certification authority may sign with: CA/Browser Forum Baseline Requirements for TLS Server
     * Certificates, 6.1.5 (RSA from 2048 bits, P-256, P-384, P-521, nothing else), 6.1.6 (the public exponent) and 7.1.3.2
     * (each curve with the hash of its own size). Browsers' root programs ask for more: Mozilla's accepts no P-521.
     */
    public static final KeyPolicy WEBPKI = Profiles.webpki();

    /**
     * NSA's Commercial National Security Algorithm Suite 2.0: ML-DSA-87, where a store makes such keys; its LMS and XMSS, for
     * software and firmware, are not here. Besides, what the suite tolerates during its transition: CNSA 1.0 (CNSSP 15 of
     * October 2016, Annex B), profiled for certificates by RFC 8603, which is RSA from 3072 bits and ECDSA on P-384, both with
     * SHA-384. Such keys are to be replaced by ML-DSA-87.
     */
    public static final KeyPolicy CNSA2 = Profiles.cnsa2();

    /** The rules that a policy sets for every key. */
    public enum Rule {
        /** Which kinds of keys there are, and what each signs with. */
        ALGORITHMS("algorithms"),
        /** Which kinds of keys are allowed with a warning. */
        WARN_ON("warn-on"),
        /** How long after its creation a key signs. */
        MAX_SIGNING_PERIOD("max-signing-period"),
        /** How many signatures a key makes. */
        MAX_SIGNATURES("max-signatures"),
        /** How many signatures a key makes a minute. */
        MAX_SIGNATURES_PER_MINUTE("max-signatures-per-minute"),
        /** Whether signatures are verified before they are handed out. */
        VERIFY_AFTER_SIGN("verify-after-sign");

        private final String key;

        Rule(String key) {
            this.key = key;
        }

        /**
         * The rule's name in a policy file.
         *
         * @return the key of the property
         */
        public String key() {
            return key;
        }
    }

    /**
     * Copies the collections and checks them against each other.
     *
     * @throws ConfigurationException if an algorithm does not fit its kind of key, if a ring allows what the policy forbids,
     *     if a period or a cap is out of range, or if a name or a source is not one line
     */
    public KeyPolicy {
        name = Checks.line("name", name);
        algorithms = Checks.table(algorithms);
        if (algorithms.isEmpty()) {
            throw new ConfigurationException("The policy '" + name + "' allows no key at all (rule: algorithms).");
        }
        warnOn = warnOn.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(warnOn));
        Checks.period(maxSigningPeriod);
        if (maxSignatures.isPresent() && maxSignatures.getAsLong() < 1) {
            throw new ConfigurationException("max-signatures is 1 or more, not " + maxSignatures.getAsLong() + ".");
        }
        if (maxSignaturesPerMinute.isPresent()
                && (maxSignaturesPerMinute.getAsInt() < 1 || maxSignaturesPerMinute.getAsInt() > MOST_PER_MINUTE)) {
            throw new ConfigurationException("max-signatures-per-minute is 1 to " + MOST_PER_MINUTE + ", not "
                    + maxSignaturesPerMinute.getAsInt() + ".");
        }
        Map<KeyName, RingRules> sorted = new TreeMap<>(Comparator.comparing(KeyName::value));
        sorted.putAll(rings);
        for (Map.Entry<KeyName, RingRules> ring : sorted.entrySet()) {
            requireNarrower(ring.getKey(), ring.getValue().algorithms(), algorithms);
        }
        rings = Collections.unmodifiableMap(sorted);
        Map<Rule, String> lines = new EnumMap<>(Rule.class);
        sources.forEach((rule, source) -> lines.put(rule, Checks.line("source", source)));
        sources = Collections.unmodifiableMap(lines);
    }

    private static void requireNarrower(
            KeyName ring,
            Map<KeySpec, Set<SignatureAlgorithm>> ofRing,
            Map<KeySpec, Set<SignatureAlgorithm>> ofPolicy) {
        ofRing.forEach((spec, allowed) -> {
            Set<SignatureAlgorithm> outside = new LinkedHashSet<>(allowed);
            outside.removeAll(ofPolicy.getOrDefault(spec, Set.of()));
            if (!outside.isEmpty()) {
                throw new ConfigurationException("The rule ring." + ring + ".algorithms." + spec + " allows " + outside
                        + ", which the policy itself does not. A ring can only allow less.");
            }
        });
    }

    /**
     * A built-in policy.
     *
     * @param name {@code default}, {@code webpki} or {@code cnsa2}
     * @return the policy
     * @throws ConfigurationException if there is none of that name
     */
    public static KeyPolicy profile(String name) {
        return Profiles.find(name)
                .orElseThrow(() -> new ConfigurationException(
                        "There is no policy profile '" + Printable.of(name) + "'. There are " + profiles() + "."));
    }

    /**
     * The policy that a setting names: a profile by its name, else a policy file; {@code ./default} is a file of that name.
     *
     * @param text a profile's name, or the path of a file
     * @return the policy
     * @throws ConfigurationException as {@link #read(Path)} says
     */
    public static KeyPolicy named(String text) {
        if (profiles().contains(text)) {
            return profile(text);
        }
        Path file;
        try {
            file = Path.of(text);
        } catch (InvalidPathException e) {
            throw noSuchPolicy(text);
        }
        if (!Files.exists(file)) {
            throw noSuchPolicy(text);
        }
        return read(file);
    }

    private static ConfigurationException noSuchPolicy(String text) {
        return new ConfigurationException("There is no policy '" + Printable.of(text)
                + "': it is neither one of the profiles " + profiles() + " nor the path of a policy file.");
    }

    /**
     * The names of the built-in policies.
     *
     * @return {@code default}, {@code webpki} and {@code cnsa2}
     */
    public static List<String> profiles() {
        return Profiles.names();
    }

    /**
     * Reads a policy file: Java properties in UTF-8, at most 64 KiB, in the form that {@link #toProperties()} prints.
     *
     * <p>A file that says {@code based-on = <profile>} inherits the rules that it does not state; its first
     * {@code algorithms.<KIND>} replaces the whole table. A file without that line states at least {@code algorithms.<KIND>},
     * {@code max-signing-period} and {@code verify-after-sign}. See {@code docs/policy.md} for every rule.
     *
     * @param file the file
     * @return the policy
     * @throws ConfigurationException if the file cannot be read, is too large, or holds an unknown rule or a bad value; the
     *     message names the file, the key, and what would be right
     */
    public static KeyPolicy read(Path file) {
        return PolicyFile.read(file);
    }

    /**
     * Reads the text of a policy file.
     *
     * @param text the properties
     * @param origin what to call the text in messages, as a file's name
     * @return the policy
     * @throws ConfigurationException as {@link #read(Path)} says
     */
    public static KeyPolicy parse(String text, String origin) {
        return PolicyFile.parse(text, origin);
    }

    /**
     * Prints the policy with the source of each rule, as a policy file: what {@link #parse} makes of the text equals this
     * policy.
     *
     * @return lines of Java properties
     */
    public String toProperties() {
        return PolicyFile.print(this);
    }

    /**
     * Starts a policy from nothing: it allows no key yet, signs for three years and verifies where needed.
     *
     * @param name what the policy is called in refusals
     * @return a builder
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder that holds these rules
     */
    public Builder toBuilder() {
        Builder copy = new Builder(name);
        copy.algorithms.putAll(algorithms);
        copy.warnOn.addAll(warnOn);
        copy.maxSigningPeriod = maxSigningPeriod;
        copy.maxSignatures = maxSignatures;
        copy.maxSignaturesPerMinute = maxSignaturesPerMinute;
        copy.verifyAfterSign = verifyAfterSign;
        copy.rings.putAll(rings);
        copy.sources.putAll(sources);
        return copy;
    }

    /**
     * Sets whether signatures are verified before they are handed out.
     *
     * @param value when to verify
     * @return a changed copy
     */
    public KeyPolicy withVerifyAfterSign(VerifyAfterSign value) {
        return toBuilder().verifyAfterSign(value).build();
    }

    /**
     * Decides whether a kind of key may be made or imported.
     *
     * @param spec the kind
     * @param ring the ring that it is for, or empty
     * @return why not, with the rule and its source, or empty for "it may"
     */
    public Optional<String> refusalToMake(KeySpec spec, Optional<KeyName> ring) {
        Map<KeySpec, Set<SignatureAlgorithm>> table = table(rules(ring.orElse(null)));
        return table.containsKey(spec)
                ? Optional.empty()
                : Optional.of(refusal("allows no " + spec + " keys", ring, "algorithms", table.keySet()));
    }

    /**
     * Decides whether a key may sign with an algorithm. Every signature asks: a yes allocates nothing.
     *
     * @param key the key
     * @param algorithm the algorithm
     * @return why not, with the rule and its source, or empty for "it may"
     */
    public Optional<String> refusalToSign(KeyMetadata key, SignatureAlgorithm algorithm) {
        KeyName ring = key.ring().isPresent() ? key.ring().get().ring() : null;
        Set<SignatureAlgorithm> allowed = table(rules(ring)).get(key.spec());
        if (allowed == null) {
            return refusalToMake(key.spec(), Optional.ofNullable(ring));
        }
        return allowed.contains(algorithm)
                ? Optional.empty()
                : Optional.of(refusal(
                        "does not let " + key.spec() + " keys sign with " + algorithm,
                        Optional.ofNullable(ring),
                        "algorithms." + key.spec(),
                        allowed));
    }

    private String refusal(String what, Optional<KeyName> ring, String rule, Set<?> allowed) {
        Optional<RingRules> ofRing =
                ring.map(rings::get).filter(rules -> !rules.algorithms().isEmpty());
        String where = ofRing.isPresent() ? "ring." + ring.get() + "." : "";
        String source = ofRing.map(RingRules::source).orElseGet(() -> source(Rule.ALGORITHMS));
        return "the policy '" + name + "' " + what + (where.isEmpty() ? "" : " in the ring '" + ring.get() + "'")
                + ", only " + allowed + " (rule: " + where + rule + "; source: " + source + ").";
    }

    /**
     * What a new key signs with when the request names no algorithm.
     *
     * @param spec the kind of key, one that {@link #refusalToMake} does not refuse
     * @param ring the ring that it is for, or empty
     * @return the kind's own default where the policy allows it, else the first that it allows
     */
    public SignatureAlgorithm defaultAlgorithm(KeySpec spec, Optional<KeyName> ring) {
        Set<SignatureAlgorithm> allowed = table(rules(ring.orElse(null))).getOrDefault(spec, Set.of());
        return allowed.isEmpty() || allowed.contains(spec.defaultAlgorithm())
                ? spec.defaultAlgorithm()
                : allowed.iterator().next();
    }

    /**
     * The last word on a key's signing period.
     *
     * @param created when the key was made
     * @param ring its ring, or empty
     * @return the first instant at which the key may no longer sign, even if its own dates would let it
     */
    public Instant signUntil(Instant created, Optional<KeyName> ring) {
        Period period =
                ring.map(rings::get).flatMap(RingRules::maxSigningPeriod).orElse(maxSigningPeriod);
        return created.atZone(ZoneOffset.UTC).plus(period).toInstant();
    }

    /**
     * Says why a key signs no more after {@link #signUntil}.
     *
     * @param ring the key's ring, or empty
     * @return the refusal, with the rule and its source
     */
    public String refusalByAge(Optional<KeyName> ring) {
        Optional<RingRules> ofRing =
                ring.map(rings::get).filter(rules -> rules.maxSigningPeriod().isPresent());
        Period period = ofRing.flatMap(RingRules::maxSigningPeriod).orElse(maxSigningPeriod);
        String where = ofRing.isPresent() ? "ring." + ring.get() + "." : "";
        return "the policy '" + name + "' lets a key sign for " + period + " after its creation (rule: " + where
                + Rule.MAX_SIGNING_PERIOD.key() + "; source: "
                + ofRing.map(RingRules::source).orElseGet(() -> source(Rule.MAX_SIGNING_PERIOD)) + ").";
    }

    /**
     * Where a rule comes from.
     *
     * @param rule the rule
     * @return the source, or "the policy itself" where none was named
     */
    public String source(Rule rule) {
        return sources.getOrDefault(rule, "the policy itself");
    }

    private @Nullable RingRules rules(@Nullable KeyName ring) {
        return ring == null ? null : rings.get(ring);
    }

    private Map<KeySpec, Set<SignatureAlgorithm>> table(@Nullable RingRules ring) {
        return ring == null || ring.algorithms().isEmpty() ? algorithms : ring.algorithms();
    }

    /** Collects rules; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {
        private String name;
        private final Map<KeySpec, Set<SignatureAlgorithm>> algorithms = new EnumMap<>(KeySpec.class);
        private final Set<KeySpec> warnOn = EnumSet.noneOf(KeySpec.class);
        private Period maxSigningPeriod = Period.ofYears(3);
        private OptionalLong maxSignatures = OptionalLong.empty();
        private OptionalInt maxSignaturesPerMinute = OptionalInt.empty();
        private VerifyAfterSign verifyAfterSign = VerifyAfterSign.WHERE_NEEDED;
        private final Map<KeyName, RingRules> rings = new HashMap<>();
        private final Map<Rule, String> sources = new EnumMap<>(Rule.class);

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Renames the policy.
         *
         * @param value what it is called in refusals
         * @return this builder
         */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /**
         * Allows a kind of key and says all that it may sign with.
         *
         * @param spec the kind
         * @param allowed its algorithms, at least one
         * @return this builder
         */
        public Builder allow(KeySpec spec, Set<SignatureAlgorithm> allowed) {
            algorithms.put(spec, allowed);
            return this;
        }

        /**
         * Forbids a kind of key.
         *
         * @param spec the kind
         * @return this builder
         */
        public Builder forbid(KeySpec spec) {
            algorithms.remove(spec);
            return this;
        }

        /**
         * Warns when a key of some kind is made.
         *
         * @param specs the kinds, in place of those named before
         * @return this builder
         */
        public Builder warnOn(Set<KeySpec> specs) {
            warnOn.clear();
            warnOn.addAll(specs);
            return this;
        }

        /**
         * Sets how long a key may sign.
         *
         * @param value the time after its creation, in the calendar of UTC
         * @return this builder
         */
        public Builder maxSigningPeriod(Period value) {
            maxSigningPeriod = value;
            return this;
        }

        /**
         * Caps the signatures of each key, counted in each process by itself.
         *
         * @param value the number, 1 or more, or empty for any
         * @return this builder
         */
        public Builder maxSignatures(OptionalLong value) {
            maxSignatures = value;
            return this;
        }

        /**
         * Caps the signatures of each key within any 60 seconds, counted in each process by itself.
         *
         * @param value the number, 1 to {@link KeyPolicy#MOST_PER_MINUTE}, or empty for any
         * @return this builder
         */
        public Builder maxSignaturesPerMinute(OptionalInt value) {
            maxSignaturesPerMinute = value;
            return this;
        }

        /**
         * Sets whether signatures are verified before they are handed out.
         *
         * @param value when to verify
         * @return this builder
         */
        public Builder verifyAfterSign(VerifyAfterSign value) {
            verifyAfterSign = value;
            return this;
        }

        /**
         * Sets what holds for one ring in particular.
         *
         * @param ring the ring's name
         * @param rules its rules, in place of those set before
         * @return this builder
         */
        public Builder ring(KeyName ring, RingRules rules) {
            rings.put(ring, rules);
            return this;
        }

        /**
         * Says where a rule comes from.
         *
         * @param rule the rule
         * @param text the source, one line
         * @return this builder
         */
        public Builder source(Rule rule, String text) {
            sources.put(rule, text);
            return this;
        }

        void withoutSource(Rule rule) {
            sources.remove(rule);
        }

        /**
         * Makes the policy.
         *
         * @return the policy
         * @throws ConfigurationException as the constructor says
         */
        public KeyPolicy build() {
            return new KeyPolicy(
                    name,
                    algorithms,
                    warnOn,
                    maxSigningPeriod,
                    maxSignatures,
                    maxSignaturesPerMinute,
                    verifyAfterSign,
                    rings,
                    sources);
        }
    }
}
