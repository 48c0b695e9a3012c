module com.example.contracts {
    requires dev.chancery.core;
    requires dev.chancery.audit;
}
