package dev.chancery.notify;

import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyEvent;
import dev.chancery.options.Webhook;
import dev.chancery.spi.Notifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts events to a webhook as the JSON that Slack takes, and others after it: {@code {"text": "…"}}.
 *
 * <p>Thread-safe, and never in the way: events wait in a bounded queue for one daemon thread. One that finds the queue full
 * is dropped, one that cannot be delivered is given up after some attempts; either is logged and {@linkplain #undelivered()
 * counted}. An event may arrive twice, where the answer to an attempt was lost.
 *
 * <p>The URL of a webhook is a secret. No message, log line or {@code toString} shows more of it than scheme, host and port.
 *
 * <p>Posts over https, to public addresses, without redirects and without a proxy. Loopback, private and link-local addresses
 * and the metadata services of clouds (RFC 6890) are refused unless listed, before each attempt and for every address that the
 * host has. One limit remains: the HTTP client looks the name up once more to connect. The JVM keeps look-ups for 30 seconds
 * ({@code networkaddress.cache.ttl}), so both get the same answer; where that cache is off, or the entry ends in between, a
 * DNS server may answer differently (DNS rebinding). What it then leads to must still show a certificate for the webhook's
 * host before it gets a byte of the request.
 */
public final class WebhookNotifier implements Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookNotifier.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int TOO_MANY_REQUESTS = 429;

    private final Destination destination;
    private final Duration requestTimeout;
    private final int attempts;
    private final Duration firstPause;
    private final Duration closeTimeout;
    private final HttpClient client;
    private final ThreadPoolExecutor sender;
    private final AtomicLong undelivered = new AtomicLong();

    private WebhookNotifier(Builder settings) {
        destination = new Destination(settings.url, settings.loopbackAllowed, settings.allowedHosts, settings.resolver);
        requestTimeout = settings.requestTimeout;
        attempts = settings.attempts;
        firstPause = settings.firstPause;
        closeTimeout = settings.closeTimeout;
        requireAllowedNow();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(settings.connectTimeout)
                .build();
        sender = oneDaemonThread(settings.queueCapacity);
    }

    /** A wrong address is better found now than with the first alarm; a name server that is down is no reason to fail. */
    private void requireAllowedNow() {
        try {
            Optional<String> refusal = destination.refusal();
            if (refusal.isPresent()) {
                throw new ConfigurationException(
                        "The webhook at " + destination + " is refused: " + refusal.get() + ".");
            }
        } catch (UnknownHostException e) {
            LOG.warn("The host of the webhook at {} has no address at present.", destination);
        }
    }

    /** One thread that ends when there is nothing to do, so that a forgotten notifier keeps no thread. */
    private static ThreadPoolExecutor oneDaemonThread(int queueCapacity) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queueCapacity), task -> {
                    Thread thread = new Thread(task, "chancery-webhook");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * Starts a notifier.
     *
     * @param url the webhook's URL, a secret
     * @return a builder
     */
    public static Builder builder(URI url) {
        return new Builder(url);
    }

    /**
     * Posts to a webhook that may have been configured.
     *
     * @param webhook where to
     * @return a notifier
     * @throws ConfigurationException if the URL is not https to a public or listed host
     */
    public static WebhookNotifier of(Webhook webhook) {
        Builder builder = builder(webhook.url());
        Optional<String> host = Optional.ofNullable(webhook.url().getHost()).filter(name -> webhook.mayBePrivate());
        host.ifPresent(name -> builder.allowLoopback().allowHost(name));
        return builder.build();
    }

    /** Queues the event and returns at once. */
    @Override
    public void onEvent(KeyEvent event) {
        String json = SlackMessage.json(event);
        try {
            sender.execute(() -> deliver(event.type(), json));
        } catch (RejectedExecutionException e) {
            reportLoss(
                    event.type(),
                    sender.isShutdown() ? "the notifier is closed" : "too many notifications are waiting");
        }
    }

    private void deliver(KeyEvent.Type type, String json) {
        try {
            Duration pause = firstPause;
            for (int attempt = 1; ; attempt++) {
                Answer answer = post(json);
                if (answer.delivered()) {
                    return;
                }
                if (!answer.worthAnotherTry() || attempt == attempts) {
                    reportLoss(type, answer.problem() + (attempt > 1 ? ", after " + attempt + " attempts" : ""));
                    return;
                }
                LOG.debug("Attempt {} to notify {} failed: {}", attempt, destination, answer.problem());
                Thread.sleep(jitter(shorter(longer(pause, answer.retryAfter()), LONGEST_PAUSE)));
                pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            }
        } catch (InterruptedException e) {
            reportLoss(type, "the notifier was closed before it could be delivered");
            Thread.currentThread().interrupt();
        }
    }

    private void reportLoss(KeyEvent.Type type, String why) {
        undelivered.incrementAndGet();
        LOG.warn("A notification of {} to {} was not delivered: {}.", type, destination, why);
    }

    /** What became of one attempt. */
    private record Answer(boolean delivered, boolean worthAnotherTry, Duration retryAfter, String problem) {
        static Answer failed(boolean worthAnotherTry, String problem) {
            return new Answer(false, worthAnotherTry, Duration.ZERO, problem);
        }
    }

    private Answer post(String json) throws InterruptedException {
        try {
            Optional<String> refusal = destination.refusal();
            if (refusal.isPresent()) {
                return Answer.failed(false, refusal.get());
            }
            HttpRequest request = HttpRequest.newBuilder(destination.url())
                    .timeout(requestTimeout)
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString(json))
                    .build();
            return answer(client.send(request, head -> new NoBody()));
        } catch (IOException | RuntimeException e) {
            // The class alone: a message may hold the URL.
            return Answer.failed(e instanceof IOException, e.getClass().getSimpleName());
        }
    }

    private static Answer answer(HttpResponse<Void> response) {
        int status = response.statusCode();
        boolean delivered = status >= 200 && status < 300;
        boolean passing = status >= 500 || status == TOO_MANY_REQUESTS;
        String redirect = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
        return new Answer(delivered, passing, retryAfter(response), "HTTP " + status + redirect);
    }

    /** The seconds that a busy server asks for (RFC 9110, 10.2.3); a date is not worth the parsing. */
    private static Duration retryAfter(HttpResponse<Void> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(Duration.ZERO);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Up to a quarter more, so that a fleet that was told of one failure does not come back at one moment. */
    private static long jitter(Duration pause) {
        long millis = pause.toMillis();
        return millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1);
    }

    /** The answer's body is not read, for it may have no end. */
    private static final class NoBody implements HttpResponse.BodySubscriber<Void> {
        @Override
        public CompletionStage<Void> getBody() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> ignored) {}

        @Override
        public void onError(Throwable ignored) {}

        @Override
        public void onComplete() {}
    }

    /**
     * How many events were dropped or given up so far.
     *
     * @return the number
     */
    public long undelivered() {
        return undelivered.get();
    }

    /** Takes no more events, waits for those in the queue as long as was set, and gives the rest up. Safe to call twice. */
    @Override
    public void close() {
        sender.shutdown();
        boolean done = false;
        boolean interrupted = false;
        try {
            done = sender.awaitTermination(closeTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!done) {
            int waiting = sender.shutdownNow().size();
            if (waiting > 0) {
                undelivered.addAndGet(waiting);
                LOG.warn(
                        "{} notifications to {} were still waiting when the notifier was closed.",
                        waiting,
                        destination);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns where to, without what is secret. */
    @Override
    public String toString() {
        return "WebhookNotifier[" + destination + "]";
    }

    /** Collects settings; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {
        private final URI url;
        private boolean loopbackAllowed;
        private final Set<String> allowedHosts = new HashSet<>();
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration requestTimeout = Duration.ofSeconds(10);
        private int attempts = 4;
        private Duration firstPause = Duration.ofSeconds(1);
        private int queueCapacity = 256;
        private Duration closeTimeout = Duration.ofSeconds(5);
        private Destination.Resolver resolver = host -> List.of(InetAddress.getAllByName(host));

        private Builder(URI url) {
            this.url = url;
        }

        /**
         * Allows loopback addresses, and plain http to them: for a relay on the same machine, and for tests.
         *
         * @return this builder
         */
        public Builder allowLoopback() {
            loopbackAllowed = true;
            return this;
        }

        /**
         * Lists a host that may have private addresses. It still needs https.
         *
         * @param host the host as the URL has it
         * @return this builder
         */
        public Builder allowHost(String host) {
            allowedHosts.add(host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT));
            return this;
        }

        /**
         * Sets how long connecting may take.
         *
         * @param value the time, 5 seconds by default
         * @return this builder
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /**
         * Sets how long an answer may take.
         *
         * @param value the time, 10 seconds by default
         * @return this builder
         */
        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        /**
         * Sets how often delivery is tried where it may yet succeed: after HTTP 5xx, 429 and failures of the network.
         *
         * @param most the number of attempts, 1 to 10, 4 by default
         * @param pause the time before the second, 1 second by default; it doubles each time, up to 30 seconds
         * @return this builder
         */
        public Builder attempts(int most, Duration pause) {
            attempts = most;
            firstPause = pause;
            return this;
        }

        /**
         * Sets how many events may wait.
         *
         * @param value the number, 1 to 10,000, 256 by default
         * @return this builder
         */
        public Builder queueCapacity(int value) {
            queueCapacity = value;
            return this;
        }

        /**
         * Sets how long {@link WebhookNotifier#close()} waits for what is queued.
         *
         * @param value the time, 5 seconds by default
         * @return this builder
         */
        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        Builder resolver(Destination.Resolver value) {
            resolver = value;
            return this;
        }

        /**
         * Makes the notifier.
         *
         * @return the notifier
         * @throws ConfigurationException if the URL is not https to a public or listed host, or a number is out of range
         */
        public WebhookNotifier build() {
            require(attempts >= 1 && attempts <= 10, "1 to 10 attempts");
            require(queueCapacity >= 1 && queueCapacity <= 10_000, "a queue of 1 to 10000 events");
            for (Duration time : List.of(connectTimeout, requestTimeout)) {
                require(!time.isNegative() && !time.isZero(), "time-outs longer than nothing");
            }
            require(!firstPause.isNegative() && !closeTimeout.isNegative(), "no negative times");
            return new WebhookNotifier(this);
        }

        private static void require(boolean met, String what) {
            if (!met) {
                throw new ConfigurationException("A webhook notifier takes " + what + ".");
            }
        }
    }
}
