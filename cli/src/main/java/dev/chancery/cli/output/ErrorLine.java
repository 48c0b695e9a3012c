package dev.chancery.cli.output;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** What the user is told of a failure, and what a script is. */
public final class ErrorLine {
    private ErrorLine() {}

    public static int status(Exception failure) {
        return failure instanceof ConfigurationException || failure instanceof InvalidPathException
                ? ExitStatus.USAGE
                : ExitStatus.FAILED;
    }

    /** A word for programs, such as {@code KeyNotFound}. */
    public static String kind(Exception failure) {
        if (failure instanceof ChanceryException) {
            return failure.getClass().getSimpleName().replaceFirst("Exception$", "");
        }
        if (failure instanceof InvalidPathException) {
            return "Configuration";
        }
        Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
        return cause instanceof FileSystemException ? "File" : cause instanceof IOException ? "InputOutput" : "Fault";
    }

    public static String of(Exception failure) {
        if (failure instanceof ChanceryException known) {
            return known.getMessage();
        }
        if (failure instanceof UncheckedIOException && failure.getCause() instanceof IOException cause) {
            return of(cause);
        }
        if (failure instanceof FileSystemException atFile) {
            return ofFile(atFile);
        }
        if (failure instanceof InvalidPathException path) {
            return "'" + path.getInput() + "' is no file name: " + path.getReason() + ".";
        }
        String what = Optional.ofNullable(failure.getMessage()).orElse("");
        if (failure instanceof IOException) {
            return "Reading or writing failed: " + what + ". Check the disk, and run it again.";
        }
        return "Unexpected " + failure.getClass().getSimpleName() + ": " + what
                + ". This is a fault in Chancery: run it again with --debug and report what it prints.";
    }

    private static String ofFile(FileSystemException failure) {
        String file = "'" + failure.getFile() + "'";
        if (failure instanceof NoSuchFileException) {
            return "There is no file " + file + ". Check the path.";
        }
        if (failure instanceof AccessDeniedException) {
            return "The file " + file + " may not be read or written by this user. Check its owner and mode.";
        }
        String reason = Optional.ofNullable(failure.getReason())
                .orElse(failure.getClass().getSimpleName());
        return "The file " + file + " cannot be used: " + reason + ".";
    }
}
