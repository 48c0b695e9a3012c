package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PublicArchive;
import dev.chancery.testkit.store.OperationTrace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** What AWS KMS is asked: the action, the key or alias, the tags that are written, and the refusal if it was one. */
@Tag("one-jdk")
class RequestTraceTest extends OperationTrace {
    private static final int STRANGERS = 10_000;
    private static final int PAGE = 1000;
    private static final byte[] MESSAGE = {1};

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private FakeKms kms = new FakeKms();
    private String place = "";

    @TempDir
    private Path archives;

    @Override
    protected Path file() {
        return Path.of("src/test/resources/traces/requests.txt");
    }

    /** Keys are numbered, so that lists have the same order each time. */
    @Override
    protected void renewPlace() {
        close();
        place = UUID.randomUUID().toString();
        kms = new FakeKms();
        kms.page = PAGE;
        AtomicLong made = new AtomicLong();
        kms.ids = () -> new UUID(0, made.incrementAndGet());
        kms.witness = (operation, request, answer) -> requests.add(line(operation, request, answer));
    }

    @AfterEach
    void close() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }

    @Override
    protected KeyStore open(KeyStoreOptions.Builder options) {
        Path archive = archives.resolve(place);
        return KeyStores.open(
                kms.uri("&inflight=1"),
                options.environment(Map.of())
                        .publicArchive(PublicArchive.directory(archive))
                        .build());
    }

    @Override
    protected List<String> takeCalls() {
        List<String> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }

    @Override
    protected void traceOthers() {
        trace("sign, pinned", keys -> {
            KeyStore pinned = pinned(key(keys));
            return () -> pinned.defaultSigner().sign(MESSAGE);
        });
        trace("sign again, pinned", keys -> {
            Signer signer = pinned(key(keys)).defaultSigner();
            signer.sign(MESSAGE);
            return () -> signer.sign(MESSAGE);
        });
        trace("rotate to the 2nd generation, beside 10,000 keys and aliases of strangers", keys -> {
            ringKey(keys);
            addStrangers();
            return rotation(keys);
        });
        trace("rotateIfDue, not due at the 1st generation, beside 10,000 keys and aliases of strangers", keys -> {
            ringKey(keys);
            addStrangers();
            return rotationIfDue(keys);
        });
    }

    private KeyStore pinned(KeyId id) {
        KeyStoreOptions options =
                options().environment(Map.of()).defaultKey(id.value()).build();
        return closeAfterwards(KeyStores.open(kms.uri("&pinned=true"), options));
    }

    /** From here on actions count, and not what they are about. */
    private void addStrangers() {
        kms.keyQuota = 2 * STRANGERS;
        kms.addStrangers(STRANGERS);
        kms.witness = (operation, request, answer) -> requests.add(operation);
    }

    // --- requests as lines

    private static String line(String operation, String request, Map<String, Object> answer) {
        Map<String, JsonNode> body = JsonNode.parser().parse(request).asObject();
        List<String> words = new ArrayList<>(List.of(operation));
        for (String target : List.of("AliasName", "TargetKeyId", "KeyId")) {
            if (body.containsKey(target)) {
                words.add(symbol(body.get(target).asString()));
            }
        }
        if (body.containsKey("Tags")) {
            words.add(tags(body.get("Tags").asArray()));
        }
        if (answer.containsKey("__type")) {
            words.add("-> " + answer.get("__type"));
        }
        return String.join(" ", words);
    }

    private static String tags(List<JsonNode> tags) {
        return tags.stream()
                .map(tag -> tag.asObject().get("TagKey").asString().replace("chancery:", ""))
                .sorted()
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String symbol(String id) {
        String name = id.replaceFirst("^arn:.*:key/", "");
        return name.startsWith("alias/") ? name : "key#" + UUID.fromString(name).getLeastSignificantBits();
    }
}
