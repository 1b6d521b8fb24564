package dev.asmp.vm;

/** How many VMs there are: the live ones by their status, and those who have given no sign of life for too long. */
public record VmCounts(int running, int paused, int stopped, int stale) {}
