/** Keys in AWS KMS; found by core. The SDK's jars are automatic modules. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.chancery.provider.aws {
    requires transitive dev.chancery.core;
    requires transitive software.amazon.awssdk.services.kms;
    requires org.jspecify;
    requires org.slf4j;
    requires software.amazon.awssdk.auth;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.urlconnection;
    requires software.amazon.awssdk.profiles;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.retries;
    requires software.amazon.awssdk.services.sts; // found by name, for roles
    requires software.amazon.awssdk.utils;

    exports dev.chancery.provider.aws;

    provides dev.chancery.spi.KeyStoreProvider with
            dev.chancery.provider.aws.AwsKeyStoreProvider;
}
