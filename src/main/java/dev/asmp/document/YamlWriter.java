package dev.asmp.document;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.emitter.Emitter;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/** Emits a document; what it writes, {@link YamlReader} reads back as the same document. */
final class YamlWriter implements StreamDataWriter {
    /** Deeper than this, lists and mappings are written in one line, so that indentation cannot multiply a file's size. */
    private static final int BLOCK_DEPTH = 12;
    private static final ImplicitTuple NO_TAG = new ImplicitTuple(true, true);
    private static final DumpSettings READABLE = settings(110);
    /** The emitter breaks a line that is too wide and indents the next by all the levels: deep lines are not broken. */
    private static final DumpSettings UNBROKEN = settings(Integer.MAX_VALUE);

    private final StringBuilder out = new StringBuilder(1024);
    private final Document document;
    private final Emitter emitter;

    YamlWriter(Document document) {
        this.document = document;
        emitter = new Emitter(deeperThan(BLOCK_DEPTH, document) ? UNBROKEN : READABLE, this);
    }

    private static DumpSettings settings(int width) {
        return DumpSettings.builder().setIndent(2).setIndicatorIndent(2).setIndentWithIndicator(true).setWidth(width)
                .setDefaultFlowStyle(FlowStyle.BLOCK).build();
    }

    private static boolean deeperThan(int levels, Document node) {
        return switch (node) {
            case Scalar _ -> false;
            case Sequence list -> levels == 0 || list.items().stream().anyMatch(item -> deeperThan(levels - 1, item));
            case Mapping mapping ->
                levels == 0 || mapping.fields().values().stream().anyMatch(value -> deeperThan(levels - 1, value));
        };
    }

    String write() {
        emitter.emit(new StreamStartEvent());
        emitter.emit(new DocumentStartEvent(false, Optional.empty(), Map.of()));
        emit(document, 1);
        emitter.emit(new DocumentEndEvent(false));
        emitter.emit(new StreamEndEvent());
        return out.toString();
    }

    private void emit(@Nullable Document node, int depth) {
        FlowStyle style = depth > BLOCK_DEPTH ? FlowStyle.FLOW : FlowStyle.BLOCK;
        switch (node) {
            case null -> scalar(Scalar.NULL, depth);
            case Scalar scalar -> scalar(scalar, depth);
            case Sequence sequence -> {
                emitter.emit(new SequenceStartEvent(Optional.empty(), Optional.empty(), true,
                        sequence.items().isEmpty() ? FlowStyle.FLOW : style));
                sequence.items().forEach(item -> emit(item, depth + 1));
                emitter.emit(new SequenceEndEvent());
            }
            case Mapping mapping -> {
                emitter.emit(new MappingStartEvent(Optional.empty(), Optional.empty(), true,
                        mapping.isEmpty() ? FlowStyle.FLOW : style));
                mapping.fields().forEach((key, value) -> {
                    scalar(Scalar.text(key), depth);
                    emit(value, depth + 1);
                });
                emitter.emit(new MappingEndEvent());
            }
        }
    }

    private void scalar(Scalar scalar, int depth) {
        // Nothing at all is null in block style only; within a line it would come out as an empty text.
        boolean unseen = scalar.isNull() && scalar.text().isEmpty() && depth > BLOCK_DEPTH;
        emitter.emit(new ScalarEvent(Optional.empty(), Optional.empty(), NO_TAG, unseen ? "null" : scalar.text(),
                style(scalar)));
    }

    private static ScalarStyle style(Scalar scalar) {
        if (scalar.kind() != Scalar.Kind.TEXT) {
            return ScalarStyle.PLAIN;
        }
        if (scalar.text().chars().anyMatch(YamlWriter::isUnseen)) {
            return ScalarStyle.DOUBLE_QUOTED;
        }
        if (scalar.text().indexOf('\n') >= 0) {
            return ScalarStyle.LITERAL;
        }
        boolean plainIsText = Yaml.plain(scalar.text()).kind() == Scalar.Kind.TEXT;
        return plainIsText ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED;
    }

    /** Tells whether a character would be lost, or taken for a line's end, where it is not escaped. */
    private static boolean isUnseen(int c) {
        return (Character.isISOControl(c) && c != '\n' && c != '\t') || c == '\u2028' || c == '\u2029' || c == '\uFEFF';
    }

    @Override
    public void write(String text) {
        out.append(text);
    }

    @Override
    public void write(String text, int offset, int length) {
        out.append(text, offset, offset + length);
    }
}
