package dev.asmp.agent;

/** How far an agent's output was read: bytes of the file with this inode. In another file it does not count. */
public record ReadPosition(String inode, long offset) {
    public static final ReadPosition START = new ReadPosition("-", 0);
}
