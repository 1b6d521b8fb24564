package dev.asmp.registry;

/** How a service stands after a claim about it: in service, or proposed to the owner. */
public sealed interface Standing permits Entry, Proposal {
    String name();
}
