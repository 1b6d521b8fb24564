package dev.asmp.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Composes a document from parser events, so that every limit is checked before memory is spent: an alias stands for the
 * node already built and is charged for all that it repeats.
 */
final class YamlReader {
    private static final LoadSettings SETTINGS = LoadSettings.builder().setParseComments(false)
            .setCodePointLimit(Integer.MAX_VALUE).build();

    private final String source;
    private final StreamReader characters;
    private final Budget budget;
    private final Map<String, Anchored> anchors = new HashMap<>();

    /** A node that aliases may repeat, what it costs, and how many levels it holds. */
    private record Anchored(Document node, Budget.Spent cost, int height) {}

    YamlReader(String source, int maxNodes) {
        this.source = source;
        this.characters = new StreamReader(SETTINGS, source);
        this.budget = new Budget(maxNodes, Limits.YAML_CHARACTERS);
    }

    Document read() {
        try {
            return readStream();
        } catch (ReaderException e) {
            throw unprintable(e);
        } catch (YamlVersionException e) {
            SpecVersion asked = e.getSpecVersion();
            throw new MalformedDocumentException(
                    "YAML " + asked.getMajor() + "." + asked.getMinor() + " is not supported", 1, 1);
        } catch (MarkedYamlEngineException e) {
            throw at(e.getProblemMark().or(e::getContextMark), messageOf(e));
        } catch (YamlEngineException e) {
            throw new MalformedDocumentException(oneLine(e.getMessage()), 0, 0);
        } catch (IllegalArgumentException _) { // what the scanner lets through for "\UFFFFFFFF and for "\x at the end
            throw at(characters.getMark(), "an escape sequence is cut off here or stands for no character");
        }
    }

    private Document readStream() {
        ParserImpl parser = new ParserImpl(SETTINGS, characters);
        parser.next();
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            throw new MalformedDocumentException("the document is empty", 1, 1);
        }
        parser.next();
        Document document = node(parser, 1);
        parser.next();
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            throw at(parser.peekEvent().getStartMark(), "a second document begins here; only one is allowed");
        }
        return document;
    }

    static ParserImpl parser(String source) {
        return new ParserImpl(SETTINGS, new StreamReader(SETTINGS, source));
    }

    private Document node(ParserImpl parser, int depth) {
        Event event = parser.next();
        if (event instanceof AliasEvent alias) {
            return repeat(alias, depth);
        }
        refuseTag(event);
        Budget.Spent before = budget.spent();
        // Not by types: the JVM would generate such a switch at each start, which takes longer than reading a profile.
        Document node = switch (event.getEventId()) {
            case Scalar -> scalar((ScalarEvent) event);
            case SequenceStart -> sequence(parser, event, depth);
            case MappingStart -> mapping(parser, event, depth);
            default -> throw at(event.getStartMark(), "unexpected " + event);
        };
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(),
                new Anchored(node, budget.spent().since(before), height(node))));
        return node;
    }

    private Document repeat(AliasEvent alias, int depth) {
        String name = alias.getAlias().getValue();
        Anchored anchored = anchors.get(name);
        if (anchored == null) {
            throw at(alias.getStartMark(), "alias *" + name + " has no anchor before it");
        }
        Budget.checkDepth(depth - 1 + anchored.height, problem -> at(alias.getStartMark(), problem));
        budget.charge(anchored.cost, problem -> at(alias.getStartMark(), problem));
        return anchored.node;
    }

    private Scalar scalar(ScalarEvent event) {
        refuseHalfCharacter(event);
        budget.chargeNode(event.getValue().length(), problem -> at(event.getStartMark(), problem));
        return resolve(event);
    }

    private Sequence sequence(ParserImpl parser, Event start, int depth) {
        open(start, depth);
        List<Document> items = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(parser, depth + 1));
        }
        parser.next();
        return new Sequence(items);
    }

    private Mapping mapping(ParserImpl parser, Event start, int depth) {
        open(start, depth);
        LinkedHashMap<String, Document> fields = new LinkedHashMap<>();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            Event keyEvent = parser.peekEvent();
            String key = key(parser);
            if (fields.containsKey(key)) {
                throw at(keyEvent.getStartMark(), "the key '" + key + "' is written twice");
            }
            fields.put(key, node(parser, depth + 1));
        }
        parser.next();
        return new Mapping(fields);
    }

    private String key(ParserImpl parser) {
        Event event = parser.next();
        refuseTag(event);
        if (event instanceof ScalarEvent scalar) {
            refuseHalfCharacter(scalar);
            budget.chargeKey(scalar.getValue().length(), problem -> at(event.getStartMark(), problem));
            scalar.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), new Anchored(resolve(scalar),
                    new Budget.Spent(1, scalar.getValue().length()), 0)));
            return scalar.getValue();
        }
        if (event instanceof AliasEvent alias && repeat(alias, 1) instanceof Scalar scalar) {
            return scalar.text();
        }
        throw at(event.getStartMark(), "a key must be text, not a mapping or a list");
    }

    private static Scalar resolve(ScalarEvent event) {
        return event.isPlain() ? Yaml.plain(event.getValue()) : Scalar.text(event.getValue());
    }

    private void open(Event start, int depth) {
        Budget.checkDepth(depth, problem -> at(start.getStartMark(), problem));
        budget.chargeNode(0, problem -> at(start.getStartMark(), problem));
    }

    private static int height(Document node) {
        return switch (node) {
            case Scalar _ -> 0;
            case Sequence sequence -> 1 + sequence.items().stream().mapToInt(YamlReader::height).max().orElse(0);
            case Mapping mapping -> 1 + mapping.fields().values().stream().mapToInt(YamlReader::height).max().orElse(0);
        };
    }

    private static void refuseTag(Event event) {
        Optional<String> tag = switch (event.getEventId()) {
            case Scalar -> ((ScalarEvent) event).getTag();
            case SequenceStart, MappingStart -> ((CollectionStartEvent) event).getTag();
            default -> Optional.empty();
        };
        tag.ifPresent(name -> {
            throw at(event.getStartMark(), "tags are not allowed, but this is tagged "
                    + name.replace("tag:yaml.org,2002:", "!!"));
        });
    }

    /** Only an escape can smuggle in half a surrogate pair, which no UTF-8 could carry out again. */
    private static void refuseHalfCharacter(ScalarEvent event) {
        int half = Utf8.halfCharacter(event.getValue());
        if (half >= 0) {
            throw at(event.getStartMark(), Utf8.describeHalf(half));
        }
    }

    private static String messageOf(MarkedYamlEngineException e) {
        String problem = e.getProblem() == null ? "not valid YAML" : e.getProblem();
        return oneLine(e.getContext() == null ? problem : e.getContext() + ": " + problem);
    }

    private static String oneLine(@Nullable String message) {
        String line = message == null ? "not valid YAML" : message.replaceAll("\\s+", " ").strip();
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }

    private MalformedDocumentException unprintable(ReaderException e) {
        String before = source.substring(0, source.offsetByCodePoints(0, Math.min(e.getPosition(),
                source.codePointCount(0, source.length()))));
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
        return new MalformedDocumentException(
                "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()), line, column);
    }

    private static MalformedDocumentException at(Optional<Mark> mark, String problem) {
        return new MalformedDocumentException(oneLine(problem), mark.map(m -> m.getLine() + 1).orElse(0),
                mark.map(m -> m.getColumn() + 1).orElse(0));
    }

    static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    static int column(Event event) {
        return event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
    }
}
