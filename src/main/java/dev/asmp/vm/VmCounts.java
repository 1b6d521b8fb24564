package dev.asmp.vm;

/** The number of VMs by status; those that are silent although they have not said that they stop are stale instead. */
public record VmCounts(int running, int paused, int stopped, int stale) {}
