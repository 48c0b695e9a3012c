package dev.chancery.internal.signing;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;

/** A message while whose first bytes are read something happens. */
final class EventfulMessage extends FilterInputStream {
    private Runnable event;

    EventfulMessage(byte[] message, Runnable event) {
        super(new ByteArrayInputStream(message));
        this.event = event;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        event.run();
        event = () -> {};
        return super.read(into, offset, length);
    }
}
