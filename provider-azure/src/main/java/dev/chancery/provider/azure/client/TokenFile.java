package dev.chancery.provider.azure.client;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import dev.chancery.spi.files.SecretFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import reactor.core.publisher.Mono;

/** A bearer token that another program keeps fresh in a file: for servers that are not Azure's. Read again every few minutes. */
record TokenFile(Path file) implements TokenCredential {
    private static final Duration LIFE = Duration.ofMinutes(10);

    @Override
    public Mono<AccessToken> getToken(TokenRequestContext context) {
        return Mono.fromCallable(() -> getTokenSync(context));
    }

    @Override
    public AccessToken getTokenSync(TokenRequestContext context) {
        String token = new String(SecretFile.readFirstLine(file, "token file"));
        return new AccessToken(token, OffsetDateTime.now(ZoneOffset.UTC).plus(LIFE));
    }
}
