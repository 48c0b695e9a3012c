package dev.chancery.options;

/**
 * Is told what happened, after it happened, on the thread that made it happen. A listener that throws is logged and changes
 * nothing; a slow one slows its caller, so hand long work to a thread of your own.
 */
@FunctionalInterface
public interface KeyListener {

    /**
     * Takes note of an event.
     *
     * @param event what happened
     */
    void onEvent(KeyEvent event);
}
