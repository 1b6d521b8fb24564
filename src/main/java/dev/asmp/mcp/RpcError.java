package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import org.jspecify.annotations.Nullable;

/** A request that cannot be answered: what was wrong with it and what to do, for the program that sent it. */
final class RpcError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final int PARSE_ERROR = -32_700;
    static final int INVALID_REQUEST = -32_600;
    static final int METHOD_NOT_FOUND = -32_601;
    static final int INVALID_PARAMS = -32_602;
    static final int INTERNAL_ERROR = -32_603;
    /** A resource that is not there; from 2026-07-28 on that counts as invalid params. */
    static final int RESOURCE_NOT_FOUND = -32_002;
    static final int HEADER_MISMATCH = -32_020;
    static final int UNSUPPORTED_REVISION = -32_022;

    private final int code;
    private final transient @Nullable Document data;

    RpcError(int code, String message) {
        this(code, message, null);
    }

    RpcError(int code, String message, @Nullable Document data) {
        super(message);
        this.code = code;
        this.data = data;
    }

    int code() {
        return code;
    }

    Mapping document() {
        return Mapping.builder().put("code", Scalar.number(code)).put("message", String.valueOf(getMessage()))
                .put("data", data).build();
    }
}
