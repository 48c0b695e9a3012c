/** Events of keys and rings, posted to a webhook. */
module dev.chancery.notify {
    requires transitive dev.chancery.core;
    requires java.net.http;
    requires org.jspecify;
    requires org.slf4j;

    exports dev.chancery.notify;

    provides dev.chancery.spi.NotifierProvider with
            dev.chancery.notify.WebhookProvider;
}
