package dev.asmp.vm;

/** The number of live VMs by status, and of stale ones. */
public record VmCounts(int running, int paused, int stopped, int stale) {}
