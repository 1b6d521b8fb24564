package dev.asmp.manifest;

import java.util.List;

/** The words that the protocol knows where a manifest or profile chooses one of several. Others are kept, with a warning. */
final class KnownValues {
    static final List<String> KINDS = List.of("service", "tool", "mcp-server", "ai-model");
    static final List<String> VISIBILITIES = List.of("loopback", "local", "lan", "public");
    static final List<String> HEALTH_METHODS = List.of("http", "tcp", "llm_ping");
    static final List<String> SENSITIVITIES = List.of("low", "medium", "high");
    static final List<String> MOD_STATES = List.of("available", "attached", "disabled");
    static final List<String> DEPENDENCIES = List.of("soft", "hard");
    static final List<String> DEVICE_CLASSES = List.of("personal_computer", "server", "homelab", "vm");

    private KnownValues() {}
}
