package dev.asmp.vers;

import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Environment;
import dev.asmp.store.DurableFile;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key to the Vers API: from {@code VERS_API_KEY}, else from {@code vers.json} in the state folder, else from the files
 * that other programs for Vers keep. It is looked up at each call, so that a login takes effect at once.
 */
public final class VersKey {
    /** The variable that comes first. */
    public static final String VARIABLE = "VERS_API_KEY";
    private static final String FILE = "vers.json";
    private static final int SHOWN = 8;

    private final Environment environment;

    public VersKey(Environment environment) {
        this.environment = environment;
    }

    /** A key and where it was found. */
    public record Found(String key, String origin) {
        /** The beginning of the key, which is all that is ever shown of it. */
        public String shown() {
            return key.length() < 2 * SHOWN ? "…" : key.substring(0, SHOWN) + "…";
        }

        @Override
        public String toString() {
            return "Found[" + shown() + ", " + origin + "]";
        }
    }

    /** A file that may hold the key, and the members that lead to it. */
    private record Place(Path file, List<List<String>> members) {}

    private List<Place> places() {
        Path home = environment.home();
        return List.of(new Place(file(), List.of(List.of("api_key"), List.of(VARIABLE))),
                new Place(home.resolve(".vers/keys.json"), List.of(List.of("keys", VARIABLE), List.of(VARIABLE))),
                new Place(home.resolve(".vers/config.json"), List.of(List.of("versApiKey"), List.of("api_key"))),
                new Place(home.resolve(".versrc"), List.of(List.of("apiKey"))));
    }

    /** The file in which a login keeps the key. */
    public Path file() {
        return environment.stateFolder().resolve(FILE);
    }

    /** Finds the key; null where there is none. */
    public @Nullable Found find() {
        String variable = environment.variable(VARIABLE);
        if (variable != null && !variable.isBlank()) {
            return new Found(variable.strip(), VARIABLE);
        }
        for (Place place : places()) {
            Mapping content = read(place.file);
            for (List<String> members : place.members) {
                Mapping parent = members.size() == 1 ? content : content.mapping(members.getFirst());
                String key = parent.text(members.getLast());
                if (key != null && !key.isBlank()) {
                    return new Found(key.strip(), place.file.toString());
                }
            }
        }
        return null;
    }

    /** The key, or null. */
    public @Nullable String get() {
        Found found = find();
        return found == null ? null : found.key();
    }

    /** The id of the key's owner, where the key begins with it; null where it does not tell. */
    public @Nullable String owner() {
        String key = get();
        return key != null && key.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}[0-9a-fA-F]{64}")
                ? key.substring(0, 36)
                : null;
    }

    private static Mapping read(Path file) {
        try {
            return Json.read(Files.readAllBytes(file)) instanceof Mapping content ? content : Mapping.EMPTY;
        } catch (IOException | MalformedDocumentException _) {
            return Mapping.EMPTY; // not there, not for us, or of another program that is just writing it
        }
    }

    /** Keeps a key for this account only; what else the file says stays. A file that cannot be read is not replaced. */
    public void save(String key, @Nullable String email) throws IOException {
        PrivateFiles.makeFolder(environment.stateFolder());
        Mapping old = Mapping.EMPTY;
        try {
            old = Json.read(Files.readAllBytes(file())) instanceof Mapping content ? content : old;
        } catch (NoSuchFileException _) {
            // The first login.
        } catch (MalformedDocumentException e) {
            throw new IOException(file() + " is not JSON, so it was not replaced: " + IoReason.of(e));
        }
        Mapping merged = old.with("api_key", Scalar.text(key));
        DurableFile.replace(file(),
                Json.write(email == null ? merged : merged.with("email", Scalar.text(email))));
    }
}
