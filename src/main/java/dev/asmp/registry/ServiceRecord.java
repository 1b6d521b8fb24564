package dev.asmp.registry;

/** How a service stands after a claim about it: in service, or proposed to the owner. */
public sealed interface ServiceRecord permits Entry, Proposal {
    String name();
}
