package dev.asmp.etcd;

import java.time.Duration;

/**
 * This process among the others.
 *
 * @param id unlike that of any other process
 * @param interval between two writes that the process makes by itself
 */
public record EtcdMember(String id, String host, String version, Duration interval) {
    /** Fast enough for discovery, slow enough for etcd's disk. */
    public static final Duration USUAL = Duration.ofSeconds(3);
}
