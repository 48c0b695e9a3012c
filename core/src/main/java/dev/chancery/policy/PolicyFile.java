package dev.chancery.policy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyName;
import dev.chancery.policy.KeyPolicy.Rule;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Period;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A policy as Java properties, both ways. A rule that is not understood is refused: one that is not enforced protects no key. */
final class PolicyFile {
    private static final int MAX_BYTES = 64 << 10;
    private static final Pattern OF_RING = Pattern.compile("ring\\.([^.]+)\\.(.+)");
    private static final String ALGORITHMS = Rule.ALGORITHMS.key() + ".";
    private static final String SOURCE = "source";
    private static final String UNLIMITED = "unlimited";
    private static final String KNOWN =
            "name, based-on, algorithms.<KIND>, warn-on, max-signing-period, max-signatures,"
                    + " max-signatures-per-minute, verify-after-sign, source.<rule>, ring.<name>.algorithms.<KIND>,"
                    + " ring.<name>.max-signing-period and ring.<name>.source";

    private final String origin;
    private final Map<String, String> lines;
    private final Map<KeySpec, Set<SignatureAlgorithm>> algorithms = new EnumMap<>(KeySpec.class);
    private final Map<String, RingLines> rings = new HashMap<>();
    private final Set<Rule> stated = EnumSet.noneOf(Rule.class);

    /** What a file says of one ring. */
    private static final class RingLines {
        private final Map<KeySpec, Set<SignatureAlgorithm>> algorithms = new EnumMap<>(KeySpec.class);
        private Optional<Period> period = Optional.empty();
        private Optional<String> source = Optional.empty();
    }

    private PolicyFile(String origin, Map<String, String> lines) {
        this.origin = origin;
        this.lines = lines;
    }

    static KeyPolicy read(Path file) {
        String shown = Printable.of(file.toString());
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationException("There is no policy file " + shown + ".");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new ConfigurationException(
                        "The policy file " + shown + " has more than " + MAX_BYTES + " bytes. Is it the right file?");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return parse(text, file.getFileName().toString());
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("The policy file " + shown + " is not text in UTF-8.", e);
        } catch (IOException e) {
            throw new ConfigurationException("The policy file " + shown + " cannot be read.", e);
        }
    }

    static KeyPolicy parse(String text, String origin) {
        return new PolicyFile(Printable.of(origin), properties(text, Printable.of(origin))).policy();
    }

    private static Map<String, String> properties(String text, String origin) {
        Map<String, String> lines = new HashMap<>();
        Properties reader = new Properties() {
            private static final long serialVersionUID = 1L;

            @Override
            @SuppressWarnings("UnsynchronizedOverridesSynchronized") // one thread reads one text
            public Object put(Object key, Object value) {
                // Properties lets the last of two lines win in silence.
                if (lines.put((String) key, ((String) value).strip()) != null) {
                    throw new ConfigurationException("The policy file " + origin + " states "
                            + Printable.of((String) key) + " twice. Remove one.");
                }
                return value;
            }
        };
        try {
            reader.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException("The policy file " + origin + " is not a Java properties file.", e);
        }
        return lines;
    }

    private KeyPolicy policy() {
        String base = lines.get("based-on");
        KeyPolicy.Builder policy = base == null ? KeyPolicy.builder(origin) : startFrom(base);
        lines.forEach((key, value) -> {
            try {
                take(policy, key, value);
            } catch (ConfigurationException | DateTimeException | NumberFormatException e) {
                throw new ConfigurationException(
                        "The policy file " + origin + ", rule " + Printable.of(key) + ": " + problem(e), e);
            }
        });
        if (base == null) {
            requireComplete();
        }
        if (!algorithms.isEmpty()) {
            Arrays.stream(KeySpec.values()).forEach(policy::forbid);
            algorithms.forEach(policy::allow);
            stated.add(Rule.ALGORITHMS);
        }
        // A rule that the file states is the file's own: the base's source does not speak for it.
        stated.stream()
                .filter(rule -> !lines.containsKey(SOURCE + "." + rule.key()))
                .forEach(policy::withoutSource);
        try {
            rings.forEach((ring, rules) -> policy.ring(new KeyName(ring), rules(rules)));
            return policy.build();
        } catch (ConfigurationException e) {
            throw new ConfigurationException("The policy file " + origin + ": " + e.getMessage(), e);
        }
    }

    private KeyPolicy.Builder startFrom(String profile) {
        try {
            return KeyPolicy.profile(profile).toBuilder().name(origin);
        } catch (ConfigurationException e) {
            throw new ConfigurationException("The policy file " + origin + ", rule based-on: " + e.getMessage(), e);
        }
    }

    private RingRules rules(RingLines ring) {
        return new RingRules(ring.algorithms, ring.period, ring.source.orElse("policy file " + origin));
    }

    private void requireComplete() {
        Set<String> missing = new TreeSet<>();
        if (algorithms.isEmpty()) {
            missing.add(ALGORITHMS + "<KIND>");
        }
        for (Rule rule : Set.of(Rule.MAX_SIGNING_PERIOD, Rule.VERIFY_AFTER_SIGN)) {
            if (!stated.contains(rule)) {
                missing.add(rule.key());
            }
        }
        if (!missing.isEmpty()) {
            throw new ConfigurationException("The policy file " + origin + " states no " + String.join(", ", missing)
                    + ". State it, or say based-on = <one of " + KeyPolicy.profiles() + ">.");
        }
    }

    private void take(KeyPolicy.Builder policy, String key, String value) {
        if (key.startsWith(ALGORITHMS)) {
            algorithms.put(
                    constant(KeySpec.class, key.substring(ALGORITHMS.length())),
                    constants(SignatureAlgorithm.class, value));
            return;
        }
        Matcher ring = OF_RING.matcher(key);
        if (ring.matches()) {
            takeOfRing(
                    rings.computeIfAbsent(new KeyName(ring.group(1)).value(), name -> new RingLines()),
                    ring.group(2),
                    value);
            return;
        }
        if (key.startsWith(SOURCE + ".")) {
            policy.source(rule(key.substring(SOURCE.length() + 1)), Checks.line(SOURCE, value));
            return;
        }
        switch (key) {
            case "name" -> policy.name(Checks.line("name", value));
            case "based-on" -> {}
            default -> take(policy, rule(key), value);
        }
    }

    private void take(KeyPolicy.Builder policy, Rule rule, String value) {
        switch (rule) {
            case ALGORITHMS -> throw unknown(rule.key());
            case WARN_ON -> policy.warnOn(constants(KeySpec.class, value));
            case MAX_SIGNING_PERIOD -> policy.maxSigningPeriod(period(value));
            case MAX_SIGNATURES ->
                policy.maxSignatures(
                        value.equals(UNLIMITED) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value)));
            case MAX_SIGNATURES_PER_MINUTE ->
                policy.maxSignaturesPerMinute(
                        value.equals(UNLIMITED) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value)));
            case VERIFY_AFTER_SIGN -> policy.verifyAfterSign(verifyAfterSign(value));
        }
        stated.add(rule);
    }

    private static void takeOfRing(RingLines ring, String rule, String value) {
        if (rule.startsWith(ALGORITHMS)) {
            ring.algorithms.put(
                    constant(KeySpec.class, rule.substring(ALGORITHMS.length())),
                    constants(SignatureAlgorithm.class, value));
        } else if (rule.equals(Rule.MAX_SIGNING_PERIOD.key())) {
            ring.period = Optional.of(period(value));
        } else if (rule.equals(SOURCE)) {
            ring.source = Optional.of(Checks.line(SOURCE, value));
        } else {
            throw unknown("ring.<name>." + rule);
        }
    }

    private static Rule rule(String key) {
        return Arrays.stream(Rule.values())
                .filter(rule -> rule.key().equals(key))
                .findFirst()
                .orElseThrow(() -> unknown(key));
    }

    private static ConfigurationException unknown(String key) {
        return new ConfigurationException("there is no rule " + Printable.of(key) + ". The rules are " + KNOWN + ".");
    }

    private static Period period(String text) {
        Period period = Period.parse(text);
        Checks.period(period);
        return period;
    }

    private static VerifyAfterSign verifyAfterSign(String text) {
        return Arrays.stream(VerifyAfterSign.values())
                .filter(when -> word(when).equals(text))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "'" + Printable.of(text) + "' is none of where-needed, always, never."));
    }

    private static String word(VerifyAfterSign when) {
        return when.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> Set<E> constants(Class<E> type, String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(name -> constant(type, name))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(type)));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "'" + Printable.of(name) + "' is none of " + Arrays.toString(type.getEnumConstants()) + "."));
    }

    private static String problem(RuntimeException e) {
        if (e instanceof DateTimeException) {
            return "the value is no ISO 8601 period; write P3Y for three years, P18M for 18 months.";
        }
        if (e instanceof NumberFormatException) {
            return "the value is no number; write a number or unlimited.";
        }
        return String.valueOf(e.getMessage());
    }

    static String print(KeyPolicy policy) {
        Printer out = new Printer();
        out.comment("Which keys may be made, what they may sign with, for how long and how often.");
        out.comment("Chancery reads this as a policy file: CHANCERY_POLICY=<path>.");
        out.line("name", policy.name());

        out.comment("What a key of each kind may sign with. A kind that is not listed is neither made nor used.");
        out.source(policy, Rule.ALGORITHMS);
        policy.algorithms().forEach((spec, allowed) -> out.line(ALGORITHMS + spec, list(allowed)));

        out.comment("Kinds of keys that are allowed with a warning.");
        out.source(policy, Rule.WARN_ON);
        out.line(Rule.WARN_ON.key(), list(policy.warnOn()));

        out.comment("How long after its creation a key may sign (ISO 8601 period).");
        out.source(policy, Rule.MAX_SIGNING_PERIOD);
        out.line(Rule.MAX_SIGNING_PERIOD.key(), policy.maxSigningPeriod().toString());

        out.comment(
                "Signatures of one key: in all, and within any 60 seconds. Each process counts by itself, from the");
        out.comment("opening of the store; a fleet of ten may sign ten times as much.");
        out.source(policy, Rule.MAX_SIGNATURES);
        out.line(
                Rule.MAX_SIGNATURES.key(),
                policy.maxSignatures().isPresent() ? "" + policy.maxSignatures().getAsLong() : UNLIMITED);
        out.source(policy, Rule.MAX_SIGNATURES_PER_MINUTE);
        out.line(
                Rule.MAX_SIGNATURES_PER_MINUTE.key(),
                policy.maxSignaturesPerMinute().isPresent()
                        ? "" + policy.maxSignaturesPerMinute().getAsInt()
                        : UNLIMITED);

        out.comment("Whether a signature is verified before it is handed out: where-needed, always or never.");
        out.source(policy, Rule.VERIFY_AFTER_SIGN);
        out.line(Rule.VERIFY_AFTER_SIGN.key(), word(policy.verifyAfterSign()));

        policy.rings().forEach((name, ring) -> {
            String prefix = "ring." + name + ".";
            out.comment("The ring '" + name + "'.");
            out.line(prefix + SOURCE, ring.source());
            ring.maxSigningPeriod()
                    .ifPresent(period -> out.line(prefix + Rule.MAX_SIGNING_PERIOD.key(), period.toString()));
            ring.algorithms().forEach((spec, allowed) -> out.line(prefix + ALGORITHMS + spec, list(allowed)));
        });
        return out.text.toString();
    }

    private static String list(Set<?> constants) {
        return constants.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** Writes lines of properties; the values are single lines by construction. */
    private static final class Printer {
        private final StringBuilder text = new StringBuilder();
        private boolean inComment;

        void comment(String words) {
            if (!inComment && !text.isEmpty()) {
                text.append('\n');
            }
            text.append("# ").append(words).append('\n');
            inComment = true;
        }

        void line(String key, String value) {
            text.append(key).append(" = ").append(value.replace("\\", "\\\\")).append('\n');
            inComment = false;
        }

        void source(KeyPolicy policy, Rule rule) {
            String source = policy.sources().get(rule);
            if (source != null) {
                line(SOURCE + "." + rule.key(), source);
            }
        }
    }
}
