package io.tern.store.archive;

import java.io.IOException;

/// The journal, as far as the [Archiver] needs it. Frames are numbered from 1 without a gap.
///
/// Called on the archiver's thread, [#durable] on any.
public interface FrameSource {

    /// Takes a frame.
    @FunctionalInterface
    interface Handler {

        /// One frame.
        ///
        /// @param sequence its number
        /// @param bytes holds its records, until this call ends
        /// @param offset of the first
        /// @param length bytes of all
        /// @throws IOException if it can't be made use of
        void frame(long sequence, byte[] bytes, int offset, int length) throws IOException;
    }

    /// Gives frames in their order, also those that are added meanwhile.
    @FunctionalInterface
    interface Walk {

        /// Gives the next frame.
        ///
        /// @param handler takes it
        /// @return false if none is safe that was not given yet
        /// @throws IOException if it can't be read, or what the handler throws
        boolean next(Handler handler) throws IOException;
    }

    /// Starts a walk.
    ///
    /// @param sequence number of the first frame to give; it has not been released
    /// @return good as long as no frame is released that it has not given
    Walk walk(long sequence);

    /// The newest frame that is safe.
    ///
    /// @return its number, 0 if there was never one
    long durable();

    /// What the journal's files take that hold frames that were not released.
    ///
    /// @return bytes
    long heldBytes();

    /// The archive has all frames up to one, safe on disk.
    ///
    /// @param upTo number of that frame
    void released(long upTo);
}
