module com.example.session {
    requires dev.chancery.core;

    provides dev.chancery.spi.KeyStoreProvider with
            com.example.session.SessionProvider;
}
