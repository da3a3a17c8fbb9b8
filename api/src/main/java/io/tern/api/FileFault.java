package io.tern.api;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What is wrong with a file, in words: of some exceptions the message is the file's name alone.
public final class FileFault {

    private FileFault() {}

    /// Says it.
    ///
    /// @param fault met with a file
    /// @return one line, with the file's name where the exception knows it
    public static String words(IOException fault) {
        return switch (fault) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileAlreadyExistsException there -> there.getFile() + ": is there already, and no folder";
            case NotDirectoryException other -> other.getFile() + ": is no folder";
            case FileSystemException other when other.getReason() != null ->
                other.getFile() + ": " + other.getReason();
            default -> fault.getMessage() == null ? fault.toString() : fault.getMessage();
        };
    }
}
