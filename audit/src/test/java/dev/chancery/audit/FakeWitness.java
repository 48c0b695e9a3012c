package dev.chancery.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chancery.audit.checkpoint.WitnessKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** A witness of c2sp.org/tlog-witness, written from the specification: it remembers one log's size, and checks proofs by RFC 6962. */
public final class FakeWitness implements AutoCloseable {
    private final String name;
    private final KeyPair pair = Logs.pair();
    private final Path ownChain;
    private final HttpServer server;
    private long size;
    private List<byte[]> seen = List.of();

    /** What it says the time is. */
    public long time = 1_700_000_000;

    /** An answer that it gives instead; 0 for its own. */
    public int answer;

    /** A witness of the log whose own chain's segment is there. */
    public FakeWitness(String name, Path ownChain) throws IOException {
        this.name = name;
        this.ownChain = ownChain;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/add-checkpoint", this::answer);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public WitnessKey key() {
        return keyNamed(name);
    }

    /** Its key under another name. */
    public WitnessKey keyNamed(String other) {
        return WitnessKey.parse(other + "+" + HexFormat.of().formatHex(id(other)) + "+"
                + Base64.getEncoder().encodeToString(typed()));
    }

    private byte[] typed() {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] typed = Arrays.copyOfRange(encoded, encoded.length - 33, encoded.length);
        typed[0] = 4;
        return typed;
    }

    private byte[] id(String other) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((other + "\n").getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(digest.digest(typed()), 4);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String note = body.substring(body.indexOf("\n\n") + 2);
        String[] head = body.substring(0, body.indexOf("\n\n")).split("\n");
        long old = Long.parseLong(head[0].substring("old ".length()));
        int claimed = Integer.parseInt(note.split("\n")[1]);
        if (answer != 0) {
            reply(exchange, answer, "");
        } else if (old != size) {
            reply(exchange, 409, size + "\n");
        } else if (!proof(head).equals(expected((int) old, claimed)) || !Arrays.equals(root(claimed), rootOf(note))) {
            reply(exchange, 422, "");
        } else {
            size = claimed;
            seen = entries().subList(0, claimed);
            reply(exchange, 200, cosign(note.substring(0, note.indexOf("\n\n") + 1)));
        }
    }

    private static List<String> proof(String[] head) {
        return List.of(head).subList(1, head.length);
    }

    private List<String> expected(int old, int claimed) throws IOException {
        List<String> proof = new ArrayList<>();
        if (old > 0) {
            for (byte[] node : Rfc6962.proof(old, entries().subList(0, claimed))) {
                proof.add(Base64.getEncoder().encodeToString(node));
            }
        }
        boolean continues =
                Arrays.equals(Rfc6962.root(seen), Rfc6962.root(entries().subList(0, old)));
        return continues ? proof : List.of("another tree");
    }

    private byte[] root(int claimed) throws IOException {
        return Rfc6962.root(entries().subList(0, claimed));
    }

    private static byte[] rootOf(String note) {
        return Base64.getDecoder().decode(note.split("\n")[2]);
    }

    private List<byte[]> entries() throws IOException {
        List<byte[]> entries = new ArrayList<>();
        for (String line : Files.readAllLines(ownChain)) {
            entries.add((line + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        return entries;
    }

    /** A signature line, cosignature/v1. */
    public String cosign(String text) {
        try {
            Signature engine = Signature.getInstance("Ed25519");
            engine.initSign(pair.getPrivate());
            engine.update(("cosignature/v1\ntime " + time + "\n" + text).getBytes(StandardCharsets.UTF_8));
            byte[] signed = ByteBuffer.allocate(76)
                    .put(id(name))
                    .putLong(time)
                    .put(engine.sign())
                    .array();
            return "\u2014 " + name + " " + Base64.getEncoder().encodeToString(signed) + "\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
