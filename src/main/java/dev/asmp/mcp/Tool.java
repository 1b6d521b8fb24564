package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;

/** One tool: what a model reads of it, and what it does. */
record Tool(String name, String title, String description, Effect effect, Mapping input, Mapping output,
        Action action) {
    /** What a call may change; clients ask their user before some of it. */
    enum Effect {
        /** Nothing. */
        READS(true, false, true),
        /** Something is added, the same again adds it again. */
        ADDS(false, false, false),
        /** Something is brought up to date, the same again changes nothing more. */
        REFRESHES(false, false, true),
        /** What was there under that name is replaced. */
        REPLACES(false, true, true);

        private final boolean readOnly;
        private final boolean destructive;
        private final boolean idempotent;

        Effect(boolean readOnly, boolean destructive, boolean idempotent) {
            this.readOnly = readOnly;
            this.destructive = destructive;
            this.idempotent = idempotent;
        }
    }

    /** Answers one call. */
    @FunctionalInterface
    interface Action {
        Mapping answer(Call call);
    }

    /** What one call is made of: its arguments, whom to ask, and who calls. */
    record Call(ToolArguments arguments, RegistryCalls registry, RegistryCalls fleet, String client) {}

    Tool(String name, String title, String description, Effect effect, Schema input, Schema output, Action action) {
        this(name, title, description.replaceAll("\\s+", " ").strip(), effect, input.closed(), output.open(), action);
    }

    /** The tool as it is listed. */
    Mapping document() {
        Mapping annotations = Mapping.builder().put("title", title).put("readOnlyHint", Scalar.bool(effect.readOnly))
                .put("destructiveHint", Scalar.bool(effect.destructive))
                .put("idempotentHint", Scalar.bool(effect.idempotent)).put("openWorldHint", Scalar.bool(false)).build();
        return Mapping.builder().put("name", name).put("title", title).put("description", description)
                .put("inputSchema", input).put("outputSchema", output).put("annotations", annotations).build();
    }
}
