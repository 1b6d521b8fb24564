package dev.asmp.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.MergePatch;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Problem;
import dev.asmp.ranking.Evidence;
import dev.asmp.ranking.Question;
import dev.asmp.ranking.Ranking;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Documents, manifests and profiles: what is accepted comes back from what is written of it. */
final class DocumentTargets {
    private static final Environment NOWHERE = new Environment(Map.of("HOME", "/home/me"),
            Jimfs.newFileSystem(Configuration.unix()));

    private DocumentTargets() {}

    static void yaml(byte[] input) {
        try {
            Document document = Yaml.read(input);
            assertEquals(document, Yaml.locate(input).document());
            comesBack(document);
        } catch (MalformedDocumentException e) {
            checkMessage(e.getMessage());
        }
    }

    static void json(byte[] input) {
        Document document;
        try {
            document = Json.read(input);
        } catch (MalformedDocumentException e) {
            checkMessage(e.getMessage());
            readByTheClient(input);
            return;
        }
        assertEquals(document, Json.locate(input).document());
        assertEquals(document, JsonReader.read(Json.write(document)), "as the client reads it");
        comesBack(document);
        Document once = MergePatch.apply(document, document);
        assertEquals(once, MergePatch.apply(once, document), "a patch applied twice");
    }

    /** The client's parser reads answers of a registry, and may accept what is no JSON, but fails in one way only. */
    private static void readByTheClient(byte[] input) {
        try {
            JsonReader.read(input);
        } catch (RegistryException e) {
            checkMessage(e.getMessage());
        }
    }

    static void manifest(byte[] input) {
        Manifest manifest;
        try {
            manifest = Manifest.read(input);
        } catch (MalformedDocumentException | InvalidDocumentException e) {
            checkMessage(e.getMessage());
            return;
        }
        byte[] json = Json.write(manifest.document());
        assertArrayEquals(json, Json.write(Manifest.of(Yaml.read(Yaml.write(manifest.document()))).document()));
        assertArrayEquals(json, Json.write(Manifest.of(Json.read(json)).document()));
        assertTrue(manifest.name().matches("[A-Za-z0-9][A-Za-z0-9._-]*"), manifest.name());
        assertFalse(manifest.provides().isEmpty());
        manifest.localPorts().forEach(port -> assertTrue(port > 0 && port < 65_536, () -> "port " + port));
        manifest.warnings().forEach(DocumentTargets::checkProblem);
        manifest.typos().forEach(DocumentTargets::checkProblem);
        rank(manifest);
    }

    private static void rank(Manifest manifest) {
        Evidence evidence = Evidence.of(manifest, List.of());
        Question question = Question.of(manifest.description() + " " + manifest.provides().getFirst());
        Ranking<Manifest> ranking = Ranking.of(question, List.of(manifest), _ -> evidence);
        ranking.hits().forEach(ranking::why);
    }

    static void profile(byte[] input) {
        try {
            HostProfile profile = HostProfile.of(Yaml.read(input), NOWHERE);
            HostProfile filled = reread(profile); // what was left out is written in it, and counts as said
            assertArrayEquals(Json.write(profile.document()), Json.write(filled.document()));
            assertEquals(filled.toString(), reread(filled).toString());
            assertFalse(profile.hostId().isBlank());
            assertFalse(profile.discovery().interval().isNegative());
            assertTrue(profile.servicesFolder().isAbsolute());
            profile.discovery().scanPaths().forEach(path -> checkMessage(String.valueOf(path.problem())));
            profile.warnings(NOWHERE).forEach(DocumentTargets::checkProblem);
            profile.typos().forEach(DocumentTargets::checkProblem);
        } catch (MalformedDocumentException | InvalidDocumentException e) {
            checkMessage(e.getMessage());
        }
    }

    private static HostProfile reread(HostProfile profile) {
        return HostProfile.of(Yaml.read(Yaml.write(profile.document())), NOWHERE);
    }

    private static void comesBack(Document document) {
        byte[] json = Json.write(document);
        assertArrayEquals(json, Json.write(Json.read(json)));
        String yaml = Yaml.write(document);
        assertEquals(yaml, Yaml.write(Yaml.read(yaml)));
        assertArrayEquals(json, Json.write(Yaml.read(yaml)), yaml);
        if (document instanceof Mapping mapping) {
            assertEquals(mapping.fields().size(), ((Mapping) Yaml.read(yaml)).fields().size());
        }
    }

    private static void checkProblem(Problem problem) {
        checkMessage(problem.toString());
    }

    /** A message is one line that a terminal shows as it is. */
    static void checkMessage(String message) {
        assertFalse(message.isBlank());
        assertTrue(message.length() < 20_000, () -> message.length() + " characters");
        assertTrue(message.chars().noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0)), () -> "in a message: "
                + new String(Json.write(Scalar.text(message)), StandardCharsets.UTF_8));
    }
}
