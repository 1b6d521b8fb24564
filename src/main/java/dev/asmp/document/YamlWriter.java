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
    private static final DumpSettings SETTINGS = DumpSettings.builder().setIndent(2).setIndicatorIndent(2)
            .setIndentWithIndicator(true).setWidth(110).setDefaultFlowStyle(FlowStyle.BLOCK).build();

    private final StringBuilder out = new StringBuilder(1024);
    private final Emitter emitter = new Emitter(SETTINGS, this);

    String write(Document document) {
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
            case null -> scalar(Scalar.NULL);
            case Scalar scalar -> scalar(scalar);
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
                    scalar(Scalar.text(key));
                    emit(value, depth + 1);
                });
                emitter.emit(new MappingEndEvent());
            }
        }
    }

    private void scalar(Scalar scalar) {
        emitter.emit(new ScalarEvent(Optional.empty(), Optional.empty(), NO_TAG, scalar.text(), style(scalar)));
    }

    private static ScalarStyle style(Scalar scalar) {
        if (scalar.kind() != Scalar.Kind.TEXT) {
            return ScalarStyle.PLAIN;
        }
        if (scalar.text().indexOf('\n') >= 0) {
            return ScalarStyle.LITERAL;
        }
        boolean plainIsText = Yaml.plain(scalar.text()).kind() == Scalar.Kind.TEXT;
        return plainIsText ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED;
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
