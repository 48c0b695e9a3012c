package dev.chancery.provider.aws.client;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.HeldCredentials;
import dev.chancery.spi.support.LoadedApart;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Where credentials come from: the named profile and nothing else, or the first place of the SDK's default chain that is set up. One that is set
 * up and fails is not passed over, for the next would be another identity. Places may ask an endpoint that does not answer, so another
 * thread loads, and callers wait as long as they have time. Thread-safe.
 */
final class Credentials implements AutoCloseable {
    /** The SDK's providers keep what is good; a burst of calls need not ask them one by one. */
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(1);

    private final List<Place> places;
    private final LoadedApart<AwsCredentials> loaded =
            new LoadedApart<>("chancery-credentials", this::loadNow, (any, age) -> age.compareTo(ASKED_AGAIN) < 0);
    private volatile @Nullable Place proven;

    /** One that may have credentials, and whether it is set up. */
    record Place(AwsCredentialsProvider provider, BooleanSupplier setUp) {}

    Credentials(List<Place> places) {
        this.places = places;
    }

    /** @throws ConfigurationException if there is no such profile */
    static Credentials of(StoreUri uri) {
        return uri.profile()
                .map(profile -> new Credentials(List.of(profile(profile, uri))))
                .orElseGet(() -> new Credentials(List.of(
                        new Place(SystemPropertyCredentialsProvider.create(), () -> false),
                        new Place(EnvironmentVariableCredentialsProvider.create(), () -> false),
                        new Place(
                                WebIdentityTokenFileCredentialsProvider.create(),
                                () -> isSet(SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE)),
                        new Place(ProfileCredentialsProvider.create(), Credentials::hasDefaultProfile),
                        new Place(
                                ContainerCredentialsProvider.create(),
                                () -> isSet(SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI)
                                        || isSet(SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)),
                        new Place(InstanceProfileCredentialsProvider.create(), () -> true))));
    }

    private static Place profile(String name, StoreUri uri) {
        if (ProfileFile.defaultProfileFile().profile(name).isEmpty()) {
            throw new ConfigurationException(
                    "The AWS store " + uri.location() + " cannot be opened: there is no profile '" + name
                            + "' in ~/.aws/config or ~/.aws/credentials. Write it there, or name another (profile=).");
        }
        return new Place(ProfileCredentialsProvider.create(name), () -> true);
    }

    private static boolean isSet(SdkSystemSetting setting) {
        return setting.getStringValue().isPresent();
    }

    /** A profile with a region alone brings no credentials, and those of the machine's role are meant. */
    private static boolean hasDefaultProfile() {
        String name = ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow();
        return ProfileFile.defaultProfileFile()
                .profile(name)
                .filter(
                        profile -> profile.properties().keySet().stream()
                                .anyMatch(
                                        property -> property.matches(
                                                "aws_access_key_id|role_arn|credential_(process|source)|sso_.*|web_identity.*|login_.*")))
                .isPresent();
    }

    /** For the SDK's client, which asks where a request brings none. */
    AwsCredentialsProvider source() {
        return this::loadNow;
    }

    /** @throws CredentialsException if no place has any, or time is up */
    AwsCredentials load(Deadline deadline) {
        return loaded.get(deadline).orElseThrow(CredentialsException::late);
    }

    /** What was loaded last. A place whose credentials have an end gets new ones by itself. */
    Optional<HeldCredentials> held() {
        Place source = proven;
        return source == null
                ? Optional.empty()
                : loaded.held().map(last -> HeldCredentials.of(source.provider(), last.expirationTime(), true));
    }

    private AwsCredentials loadNow() {
        Place one = proven;
        for (Place place : one == null ? places : List.of(one)) {
            try {
                AwsCredentials found = place.provider().resolveCredentials();
                proven = place; // from now on the only one
                return found;
            } catch (RuntimeException e) {
                if (place.setUp().getAsBoolean()) {
                    throw CredentialsException.of(Optional.of(e));
                }
            }
        }
        throw CredentialsException.of(Optional.empty());
    }

    @Override
    public void close() {
        for (Place place : places) {
            if (place.provider() instanceof SdkAutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
