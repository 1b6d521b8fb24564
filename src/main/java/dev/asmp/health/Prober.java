package dev.asmp.health;

/** Finds out how a service is. It ends within the probe's timeout, or soon after its thread was interrupted. */
interface Prober {
    ProbeOutcome probe(ProbeSpec.Probe check);
}
