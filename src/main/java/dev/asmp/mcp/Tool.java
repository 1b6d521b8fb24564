package dev.asmp.mcp;

import dev.asmp.client.OwnerClient;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A tool: what a model reads about it, and what it does. */
record Tool(String name, String title, String description, Effect effect, Mapping input, Mapping output,
        Action action) {
    /** The changes that a call may make; clients ask their user before some of them. */
    enum Effect {
        /** No change. */
        READS(true, false, true),
        /** Something is added; the same call again adds it again. */
        ADDS(false, false, false),
        /** Something is brought up to date; the same call again changes nothing more. */
        REFRESHES(false, false, true),
        /** An entry of the same name is replaced. */
        REPLACES(false, true, true);

        private final boolean readOnly;
        private final boolean destructive;
        private final boolean idempotent;

        Effect(boolean readOnly, boolean destructive, boolean idempotent) {
            this.readOnly = readOnly;
            this.destructive = destructive;
            this.idempotent = idempotent;
        }

        /** The hints of the protocol, without those that have no meaning for this effect or say the default. */
        private Mapping hints() {
            return Mapping.builder().put("readOnlyHint", Scalar.bool(readOnly))
                    .put("destructiveHint", readOnly || destructive ? null : Scalar.bool(false))
                    .put("idempotentHint", readOnly || !idempotent ? null : Scalar.bool(true))
                    .put("openWorldHint", Scalar.bool(false)).build();
        }
    }

    /** Answers one call. */
    @FunctionalInterface
    interface Action {
        Answer answer(Call call);
    }

    /**
     * One call of a tool.
     *
     * @param client the caller's name
     * @param owner the registry of this machine for its owner; null where the caller may not act so
     * @param progress tells the client how far the call is
     * @param variables the caller's environment; null where it is not this process's
     */
    record Call(ToolArguments arguments, RegistryCalls registry, RegistryCalls fleet, String client,
            @Nullable Function<String, @Nullable String> variables, @Nullable OwnerClient owner, Progress progress) {
        /** The same call with other arguments. */
        Call with(ToolArguments other) {
            return new Call(other, registry, fleet, client, variables, owner, progress);
        }
    }

    /** Tells the client how far a call is. */
    @FunctionalInterface
    interface Progress {
        void at(String message);
    }

    /**
     * The answer to a call, in two forms.
     *
     * @param text a few plain lines for a model
     * @param data the same for a program
     */
    record Answer(String text, Mapping data) {
        /** The same with a remark of the registry. */
        Answer noting(String remark) {
            return new Answer(text + "\nNote: " + remark, data.with("notice", Scalar.text(remark)));
        }
    }

    Tool(String name, String title, String description, Effect effect, Schema input, Schema output, Action action) {
        this(name, title, description.replaceAll("\\s+", " ").strip(), effect, input.document(), output.document(),
                action);
    }

    /** The tool in {@code tools/list}. */
    Mapping document() {
        return Mapping.builder().put("name", name).put("title", title).put("description", description)
                .put("inputSchema", input).put("outputSchema", output).put("annotations", effect.hints()).build();
    }
}
