package dev.chancery.provider.azure;

import dev.chancery.provider.azure.FakeKeyVault.Refused;
import dev.chancery.provider.azure.FakeVersion.Attributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The keys of one fake vault: what each operation does, with the names, codes and limits of the REST API. */
final class FakeKeys {
    static final Base64.Decoder BASE64 = Base64.getUrlDecoder();
    private static final Set<String> KINDS = Set.of("2048", "3072", "4096", "P-256", "P-384", "P-521");
    private static final Map<String, Integer> DIGESTS = Map.of("256", 32, "384", 48, "512", 64);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, List<FakeVersion>> names = new TreeMap<>();
    private final Map<String, List<FakeVersion>> deleted = new TreeMap<>();
    private final Map<String, AtomicInteger> numbers = new HashMap<>();
    final Set<String> rotated = java.util.concurrent.ConcurrentHashMap.newKeySet();
    final Map<String, AtomicInteger> quotas = new java.util.concurrent.ConcurrentHashMap<>();
    volatile int page = 3;
    volatile int hidesDisabled;

    FakeKeys(String path) {
        assert path.isEmpty() || path.startsWith("/");
    }

    /** A mistake of the client that no test wants. */
    static final class MistakeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MistakeException(String message) {
            super(message);
        }
    }

    // --- for tests

    List<FakeVersion> all() {
        return locked(() -> names.values().stream().flatMap(List::stream).toList());
    }

    FakeVersion get(String id) {
        String[] parts = id.split("/");
        return locked(() -> names.get(parts[0]).stream()
                .filter(version -> version.version.equals(parts[1]))
                .findFirst()
                .orElseThrow());
    }

    Map<String, String> tags(String id) {
        return get(id).now.tags();
    }

    /** What another tool does to a version. */
    void change(String id, UnaryOperator<Attributes> change) {
        FakeVersion version = get(id);
        locked(() -> {
            version.change(change.apply(version.now));
            return version;
        });
    }

    void tag(String id, UnaryOperator<Map<String, String>> change) {
        change(
                id,
                old -> new Attributes(
                        old.enabled(), old.notBefore(), old.expires(), change.apply(new TreeMap<>(old.tags()))));
    }

    /** Another tool's version, or the vault's own: it has the tags that are handed over. */
    FakeVersion add(String name, String kind, Map<String, String> tags) {
        return locked(() -> add(
                name,
                kind.startsWith("P-") ? "EC" : "RSA",
                kind,
                List.of("sign", "verify"),
                new Attributes(true, Optional.empty(), Optional.empty(), tags)));
    }

    /** Deletes a name, so that it can still be recovered. */
    void delete(String name) {
        locked(() -> deleted.put(name, names.remove(name)));
    }

    private <T> T locked(java.util.function.Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    // --- the service

    static String operation(String method, String collection, String path) {
        String last = path.replaceFirst("/$", "").replaceFirst(".*/", "");
        int depth = path.isEmpty() ? 0 : path.replaceFirst("/$", "").split("/").length - 1;
        String named =
                Set.of("create", "sign", "versions", "rotationpolicy", "backup", "rotate", "attestation", "recover")
                                .contains(last)
                        ? last
                        : depth == 0 ? "list" : method.toLowerCase(Locale.ROOT);
        return collection.equals("keys") ? named : "deleted-" + named;
    }

    Map<String, Object> perform(
            String operation,
            String path,
            Map<String, String> query,
            Map<String, Object> body,
            String base,
            boolean stale) {
        String[] parts = path.split("/");
        String name = parts.length > 1 ? parts[1] : "";
        String version = parts.length > 2 ? parts[2] : "";
        return locked(() -> switch (operation) {
            case "create" -> create(name, body, base);
            case "get" -> shown(find(name, version)).bundle(base, stale);
            case "patch" -> update(find(name, requireVersion(version)), body, base);
            case "list" ->
                paged(
                        names.values().stream()
                                .map(versions -> latest(versions).item(base, false, stale))
                                .toList(),
                        query,
                        base + "/keys");
            case "versions" ->
                paged(
                        versionsOf(name).stream()
                                .sorted(Comparator.comparing(one -> one.version))
                                .map(one -> one.item(base, true, stale))
                                .toList(),
                        query,
                        base + "/keys/" + name + "/versions");
            case "sign" -> sign(find(name, requireVersion(version)), body, base);
            case "delete" -> delete(name, base);
            case "rotationpolicy" -> policy(name, base);
            case "backup" ->
                Map.of("value", encode(("backup of " + name).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            case "attestation" -> attestation(find(name, version), base);
            case "deleted-get" -> latest(deletedOf(name)).bundle(base, false);
            case "deleted-delete" -> {
                deletedOf(name);
                deleted.remove(name);
                yield Map.of();
            }
            default -> throw new MistakeException(operation + " is not needed here");
        });
    }

    private static String requireVersion(String version) {
        if (version.isEmpty()) {
            throw new MistakeException("The request names no version.");
        }
        return version;
    }

    private static FakeVersion latest(List<FakeVersion> versions) {
        return versions.get(versions.size() - 1);
    }

    private List<FakeVersion> versionsOf(String name) {
        return names.getOrDefault(name, List.of());
    }

    private List<FakeVersion> deletedOf(String name) {
        return Optional.ofNullable(deleted.get(name)).orElseThrow(() -> notFound(name));
    }

    private static Refused notFound(String id) {
        return new Refused(404, "KeyNotFound", "", "A key with (name/id) " + id + " was not found in this key vault.");
    }

    private FakeVersion find(String name, String version) {
        List<FakeVersion> versions = versionsOf(name);
        if (versions.isEmpty()) {
            throw notFound(name);
        }
        return version.isEmpty()
                ? latest(versions)
                : versions.stream()
                        .filter(one -> one.version.equals(version))
                        .findFirst()
                        .orElseThrow(() -> notFound(name + "/" + version));
    }

    /** Azure shows disabled keys; some servers do not. */
    private FakeVersion shown(FakeVersion version) {
        if (hidesDisabled > 0 && !version.now.enabled()) {
            throw new Refused(hidesDisabled, "Hidden", "", "Operation get is not allowed on a disabled entity.");
        }
        return version;
    }

    private Map<String, Object> create(String name, Map<String, Object> body, String base) {
        requireMembers(body, Set.of("kty", "key_size", "crv", "key_ops", "attributes", "tags", "public_exponent"));
        if (!name.matches("[0-9a-zA-Z-]{1,127}")) {
            throw new MistakeException("'" + name + "' is no name of a key");
        }
        if (deleted.containsKey(name)) {
            throw new Refused(
                    409,
                    "Conflict",
                    "ObjectIsDeletedButRecoverable",
                    "Key " + name
                            + " is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the"
                            + " key can only be recovered or purged.");
        }
        String type = String.valueOf(body.get("kty"));
        String kind = String.valueOf(type.startsWith("EC") ? body.get("crv") : body.get("key_size"));
        if (!type.matches("(EC|RSA)(-HSM)?")
                || !KINDS.contains(kind)
                || type.startsWith("EC") != kind.startsWith("P-")) {
            throw new MistakeException("The fake makes no " + type + " keys of " + kind);
        }
        List<Object> operations = new ArrayList<>((List<?>) body.getOrDefault("key_ops", List.of("sign", "verify")));
        Attributes fresh = new Attributes(true, Optional.empty(), Optional.empty(), Map.of());
        return add(name, type, kind, operations, changed(fresh, body)).bundle(base, false);
    }

    private FakeVersion add(String name, String type, String kind, List<Object> operations, Attributes attributes) {
        int number = numbers.computeIfAbsent(kind, any -> new AtomicInteger()).getAndIncrement();
        String version = UUID.randomUUID().toString().replace("-", "");
        FakeVersion made = new FakeVersion(
                name,
                version,
                type,
                kind,
                operations,
                attributes,
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                number);
        names.computeIfAbsent(name, any -> new ArrayList<>()).add(made);
        return made;
    }

    private static void requireMembers(Map<String, Object> body, Set<String> known) {
        body.keySet().stream()
                .filter(member -> !known.contains(member))
                .findFirst()
                .ifPresent(member -> {
                    throw new MistakeException("The request has an unknown member '" + member + "'");
                });
    }

    private static Map<String, Object> update(FakeVersion version, Map<String, Object> body, String base) {
        requireMembers(body, Set.of("key_ops", "attributes", "tags"));
        if (body.get("key_ops") != null) {
            throw new MistakeException("Nobody here changes what a key is for: " + body);
        }
        version.change(changed(version.now, body));
        return version.bundle(base, false);
    }

    /** What is not said stays; tags are replaced as a whole. */
    private static Attributes changed(Attributes old, Map<String, Object> body) {
        Map<?, ?> attributes = (Map<?, ?>) body.getOrDefault("attributes", Map.of());
        attributes.keySet().stream()
                .filter(name -> !Set.of("enabled", "nbf", "exp").contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new MistakeException("The request has an unknown attribute '" + name + "'");
                });
        Optional<Long> notBefore = number(attributes.get("nbf")).or(old::notBefore);
        Optional<Long> expires = number(attributes.get("exp")).or(old::expires);
        if (notBefore.isPresent() && expires.isPresent() && notBefore.get() >= expires.get()) {
            throw new MistakeException("A key's nbf must be before its exp: " + attributes);
        }
        Map<String, String> tags = new TreeMap<>();
        Object given = body.get("tags");
        if (given == null) {
            tags.putAll(old.tags());
        } else {
            ((Map<?, ?>) given).forEach((name, value) -> tags.put((String) name, (String) value));
        }
        if (tags.size() > 15) {
            throw new Refused(400, "BadParameter", "", "The number of tags is more than 15.");
        }
        tags.forEach((name, value) -> {
            if (name.isEmpty() || name.length() > 256 || value == null || value.length() > 256) {
                throw new MistakeException("The tag '" + name + "' is not one: '" + value + "'");
            }
        });
        boolean enabled = attributes.get("enabled") instanceof Boolean is ? is : old.enabled();
        return new Attributes(enabled, notBefore, expires, tags);
    }

    private static Optional<Long> number(Object value) {
        return Optional.ofNullable(value).map(Number.class::cast).map(Number::longValue);
    }

    private Map<String, Object> sign(FakeVersion version, Map<String, Object> body, String base) {
        requireMembers(body, Set.of("alg", "value"));
        Attributes now = version.now;
        long second = Instant.now().getEpochSecond();
        if (!now.enabled()) {
            throw new Refused(403, "Forbidden", "KeyDisabled", "Operation sign is not allowed on a disabled key.");
        }
        if (now.expires().filter(end -> second >= end).isPresent()) {
            throw new Refused(403, "Forbidden", "KeyExpired", "Operation sign is not allowed on an expired key.");
        }
        if (now.notBefore().filter(begin -> second < begin).isPresent()) {
            throw new Refused(
                    403,
                    "Forbidden",
                    "KeyNotYetValid",
                    "Operation sign is not allowed on a key that is not yet valid.");
        }
        AtomicInteger quota = quotas.get(version.type + " " + version.kind);
        if (quota != null && quota.getAndDecrement() <= 0) {
            throw new Refused(429, "Throttled", "", "The limit of this kind of key is used up.");
        }
        String algorithm = String.valueOf(body.get("alg"));
        byte[] digest = BASE64.decode((String) body.get("value"));
        if (!version.fits(algorithm)) {
            throw new Refused(
                    400,
                    "BadParameter",
                    "",
                    "Key and signing algorithm are incompatible. Key type '" + version.type
                            + "' cannot be used with algorithm '" + algorithm + "'.");
        }
        if (DIGESTS.get(algorithm.substring(2)) != digest.length) {
            throw new MistakeException("A digest of " + digest.length + " bytes for " + algorithm);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("kid", base + "/keys/" + version.name + "/" + version.version);
        answer.put("value", encode(version.sign(algorithm, digest)));
        return answer;
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Map<String, Object> paged(List<Map<String, Object>> all, Map<String, String> query, String url) {
        int from = Integer.parseInt(query.getOrDefault("$skiptoken", "0"));
        int to = Math.min(all.size(), from + page);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("value", all.subList(Math.min(from, to), to));
        answer.put(
                "nextLink",
                to < all.size() ? url + "?api-version=" + query.get("api-version") + "&$skiptoken=" + to : null);
        return answer;
    }

    private Map<String, Object> delete(String name, String base) {
        FakeVersion latest = find(name, "");
        deleted.put(name, names.remove(name));
        Map<String, Object> answer = latest.bundle(base, false);
        answer.put("recoveryId", base + "/deletedkeys/" + name);
        return answer;
    }

    private Map<String, Object> policy(String name, String base) {
        find(name, "");
        List<Object> actions = rotated.contains(name)
                ? List.of(Map.of("trigger", Map.of("timeAfterCreate", "P1Y"), "action", Map.of("type", "Rotate")))
                : List.of(Map.of("trigger", Map.of("timeBeforeExpiry", "P30D"), "action", Map.of("type", "Notify")));
        return Map.of(
                "id", base + "/keys/" + name + "/rotationpolicy", "lifetimeActions", actions, "attributes", Map.of());
    }

    /** Of keys in hardware alone. */
    private static Map<String, Object> attestation(FakeVersion version, String base) {
        if (!version.type.endsWith("-HSM")) {
            throw new Refused(400, "BadParameter", "", "Attestation is not supported for this key.");
        }
        Map<String, Object> answer = version.bundle(base, false);
        Map<Object, Object> attributes = new LinkedHashMap<>((Map<?, ?>) answer.get("attributes"));
        attributes.put(
                "attestation",
                Map.of(
                        "certificatePemFile", encode("certificate".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        "privateKeyAttestation", encode("private".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        "publicKeyAttestation", encode("public".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        "version", "1"));
        answer.put("attributes", attributes);
        return answer;
    }

    Stream<FakeVersion> ofName(String name) {
        return locked(() -> List.copyOf(versionsOf(name))).stream();
    }
}
