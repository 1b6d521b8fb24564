package dev.asmp.daemon;

import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.registry.Registry;
import dev.asmp.registry.Reloaded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The host profile in force: read at the start, and again at each reload, where {@code registry.*} stays as it was. */
final class LiveProfile implements Supplier<HostProfile> {
    private final Environment environment;
    private volatile HostProfile profile;
    private volatile @Nullable String remark;

    private LiveProfile(Environment environment) throws IOException {
        this.environment = environment;
        this.profile = load();
    }

    private HostProfile load() throws IOException {
        Path file = environment.hostProfile();
        remark = file == null ? null : ProfileGuard.check(file);
        return HostProfile.load(environment);
    }

    /** Reads the profile for a start, which one that cannot be used prevents. */
    static LiveProfile read(Environment environment) throws StartFailure {
        try {
            return new LiveProfile(environment);
        } catch (IOException | MalformedDocumentException | InvalidDocumentException e) {
            throw new StartFailure(environment.hostProfile() + ": " + IoReason.of(e));
        }
    }

    @Override
    public HostProfile get() {
        return profile;
    }

    /** Logs keys of the profile that are probably typos, and who else could write it. */
    void warn(Log log) {
        String said = remark;
        if (said != null) {
            log.warn(said);
        }
        get().typos().forEach(typo -> log.warn(environment.hostProfile() + ": " + typo));
    }

    /** The profile with the default scan paths that exist now, for a scan: a folder may have been made since. */
    synchronized HostProfile current() {
        profile = profile.withUsualPlaces(environment);
        return profile;
    }

    /** What else takes in the profile when it was read again, and tells of what cannot be used. */
    interface Follower {
        void apply(Consumer<String> problem);
    }

    /** Reads the profile and the index folder again; a profile that cannot be used leaves the old one in force. */
    synchronized Mapping reload(Registry registry, ChangeNotifier changes, Log log, Follower... followers) {
        List<Document> problems = new ArrayList<>();
        try {
            HostProfile before = get();
            HostProfile now = load().keepingRegistryOf(before);
            profile = now;
            if (!now.document().equals(before.document())) {
                changes.hostChanged(now.hostId());
                warn(log);
            }
        } catch (IOException | MalformedDocumentException | InvalidDocumentException e) {
            problems.add(problem(String.valueOf(environment.hostProfile()),
                    IoReason.of(e) + " (the profile stays as it was)"));
        }
        Reloaded reloaded = registry.reload();
        for (Follower follower : followers) {
            follower.apply(told -> problems.add(problem(String.valueOf(environment.hostProfile()), told)));
        }
        reloaded.problems().forEach(broken -> problems.add(problem(broken.path(), broken.error())));
        problems.forEach(problem -> log.warn("reload: " + ((Mapping) problem).text("path") + ": "
                + ((Mapping) problem).text("error")));
        log.info("reloaded: " + reloaded.total() + " services");
        return Mapping.builder().put("message", "reloaded" + (problems.isEmpty() ? "" : " with problems"))
                .put("total", reloaded.total()).put("problems", new Sequence(problems)).build();
    }

    private static Mapping problem(String path, @Nullable String error) {
        return Mapping.builder().put("path", path).put("error", error).build();
    }
}
