package dev.asmp.faults;

import java.util.Arrays;
import java.util.Random;

/**
 * Decides which unforced changes a power cut leaves. What may happen is what POSIX allows a journaling file system:
 *
 * <ul>
 * <li>a change of a folder (create, rename, delete) is there whole or not at all, whatever becomes of other changes, older or
 * newer ones, until the folder is forced; forcing a file does not force its name</li>
 * <li>a write to a file is there, or not, or in part, or as zeros of its length, until the file is forced; a rename may last
 * although the content of what was renamed does not</li>
 * </ul>
 *
 * Real file systems promise more (ext4 keeps the order of its journal), but none of them all, so the weakest is taken. The
 * mode {@code ORDERED} is the one that ext4 comes close to: all that happened up to some moment.
 */
final class Survival {
    /** What the changes have in common that survive. */
    enum Mode {
        NOTHING, EVERYTHING, ORDERED, ANY
    }

    private final Mode mode;
    private final Random random;
    private final long limit;

    Survival(Mode mode, Random random, long firstUnforced, long last) {
        this.mode = mode;
        this.random = random;
        this.limit = last <= firstUnforced ? last : random.nextLong(firstUnforced, last + 1);
    }

    /** Whether a change of a folder survives. */
    boolean keeps(long sequence) {
        return switch (mode) {
            case NOTHING -> false;
            case EVERYTHING -> true;
            case ORDERED -> sequence <= limit;
            case ANY -> random.nextBoolean();
        };
    }

    /** Puts what survives of a write into a file. */
    void write(long sequence, long offset, byte[] written, FileBytes file) {
        boolean mayBeTorn = mode == Mode.ANY || (mode == Mode.ORDERED && sequence == limit);
        int fate = mayBeTorn ? random.nextInt(4) : keeps(sequence) ? 0 : 1;
        switch (fate) {
            case 0 -> file.write(offset, written);
            case 1 -> {
            }
            case 2 -> file.write(offset, Arrays.copyOf(written, random.nextInt(written.length + 1)));
            default -> file.write(offset, new byte[written.length]);
        }
    }
}
