package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The host's settings in {@code host.yaml}: where to listen, where to look, what to allow. */
public record HostProfile(Mapping document, String hostId, ApiAddress api, Path servicesFolder, Discovery discovery,
        Policy policy, boolean probesRemote, FleetSettings fleet, FederationSettings federation) {
    private static final List<String> USUAL_PLACES = List.of("src", "code", "projects", "dev");

    /** The settings of scans: where and how often, whether to watch in between, and when an unseen service is stale. */
    public record Discovery(List<ScanPath> scanPaths, Duration interval, Duration staleAfter, int maxDepth,
            Set<String> ignore, boolean watch, boolean usualPlaces) {
        public static final int DEFAULT_MAX_DEPTH = 4;

        /** With scan paths that the owner chose. */
        public Discovery(List<ScanPath> scanPaths, Duration interval, Duration staleAfter, int maxDepth,
                Set<String> ignore, boolean watch) {
            this(scanPaths, interval, staleAfter, maxDepth, ignore, watch, false);
        }

        public Discovery {
            scanPaths = List.copyOf(scanPaths);
            ignore = Set.copyOf(ignore);
        }
    }

    /** Reads the profile that the environment points to; built-in defaults where there is none. */
    public static HostProfile load(Environment environment) throws IOException {
        Path file = environment.hostProfile();
        if (file != null && !Files.isRegularFile(file) && Files.exists(file)) {
            throw new FileSystemException(file.toString(), null,
                    Files.isDirectory(file) ? "is a folder" : "is not a regular file"); // to open a pipe would wait
        }
        return file == null ? defaults(environment) : of(Yaml.read(Files.readAllBytes(file)), environment);
    }

    /** The profile of a host whose owner wrote none. */
    public static HostProfile defaults(Environment environment) {
        Mapping document = Mapping.builder().put("asmp", Manifest.VERSION).put("kind", "host")
                .put("host_id", environment.hostName()).put("device_class", "personal_computer").build();
        return of(document, environment);
    }

    /** Checks a document and takes it as a profile; throws with all problems at once. */
    public static HostProfile of(Document document, Environment environment) {
        if (!(document instanceof Mapping mapping)) {
            throw new InvalidDocumentException("", "a host profile is a mapping of keys, but this is "
                    + document.kindName());
        }
        FieldReader check = new FieldReader();
        String hostId = identity(mapping, check);
        Mapping registry = block(mapping, "registry", check);
        ApiAddress api = check.value(registry, "registry.api", value -> ApiAddress.parse(ValueType.text(value)));
        check.value(registry, "registry.tcp", value -> PortAccess.parse(ValueType.text(value)));
        Path folder = check.value(registry, "registry.path", value -> environment.expand(ValueType.text(value)));
        Discovery discovery = discovery(block(mapping, "discovery", check), environment, check);
        Policy policy = Policy.of(block(mapping, "policy", check), environment, check);
        // A misspelt restriction would restrict nothing.
        KnownKeys.POLICY.typos(mapping).forEach(typo -> check.add(typo.field(), typo.message()));
        boolean probesRemote = check.bool(block(mapping, "health", check), "health.allow_remote", false);
        FleetSettings fleet = FleetSettings.of(block(mapping, "fleet", check), environment, check);
        FederationSettings federation = FederationSettings.of(mapping.mapping("federation"), hostId, environment,
                check);
        ApiAddress address = address(api, environment, check);
        check.throwIfAny();
        HostProfile profile = new HostProfile(mapping, hostId, address,
                folder == null ? environment.stateFolder().resolve("services") : folder, discovery, policy,
                probesRemote, fleet, federation);
        return profile.withDocument(profile.effective());
    }

    /** The profile's address, with the port that a start was told to take. */
    private static ApiAddress address(@Nullable ApiAddress api, Environment environment, FieldReader check) {
        ApiAddress address = api == null ? ApiAddress.DEFAULT : api;
        String port = environment.variable(Environment.PORT);
        if (port != null && (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535)) {
            check.add(Environment.PORT, "must be a number from 0 to 65535, but is " + Printable.quoted(port));
            return address;
        }
        return port == null ? address : new ApiAddress(address.host(), Integer.parseInt(port));
    }

    private static String identity(Mapping document, FieldReader check) {
        String version = check.value(document, "asmp", ValueType::text);
        if (version != null && !version.equals(Manifest.VERSION)) {
            check.add("asmp", "version " + Printable.quoted(version) + " is not supported; this registry speaks \""
                    + Manifest.VERSION + "\"");
        }
        String kind = check.value(document, "kind", ValueType::text);
        if (kind != null && !kind.equals("host")) {
            check.add("kind", "must be host, but is " + Printable.quoted(kind));
        }
        check.required(document, "device_class", "personal_computer, server, homelab or vm");
        return check.required(document, "host_id", "a stable name for this host, such as build-box-1");
    }

    private static Discovery discovery(Mapping discovery, Environment environment, FieldReader check) {
        boolean usual = FieldReader.isAbsent(discovery.get("scan_paths"));
        List<ScanPath> paths = usual
                ? usualPlaces(environment)
                : check.texts(discovery, "discovery.scan_paths").stream()
                        .map(written -> ScanPath.of(written, environment)).toList();
        Integer depth = check.integer(discovery, "discovery.max_depth", 0, 32);
        Duration older = check.duration(discovery, "discovery.scan_interval", Duration.ofMinutes(5));
        return new Discovery(paths, check.duration(discovery, "discovery.interval", older),
                check.duration(discovery, "discovery.stale_after", Duration.ofMinutes(15)),
                depth == null ? Discovery.DEFAULT_MAX_DEPTH : depth,
                Set.copyOf(check.texts(discovery, "discovery.ignore")),
                check.bool(discovery, "discovery.watch", true), usual);
    }

    /** The places where people keep their repositories, as far as they exist below this home. */
    private static List<ScanPath> usualPlaces(Environment environment) {
        Path home = environment.home();
        List<Path> places = new ArrayList<>();
        try (DirectoryStream<Path> repos = Files.newDirectoryStream(home, "repos*")) {
            repos.forEach(places::add);
        } catch (IOException _) {
            // No home to look into: then there are no usual places either.
        }
        places.sort(null);
        return Stream.concat(places.stream(), USUAL_PLACES.stream().map(home::resolve)).filter(Files::isDirectory)
                .map(path -> new ScanPath("~/" + home.relativize(path), path, null)).toList();
    }

    private static Mapping block(Mapping document, String key, FieldReader check) {
        Document block = document.get(key);
        if (block != null && !(block instanceof Mapping) && !FieldReader.isAbsent(block)) {
            check.add(key, "must be a mapping of keys, but is " + block.kindName());
        }
        return document.mapping(key);
    }

    /** The document as written, with what it leaves to defaults filled in. */
    private Mapping effective() {
        Mapping registry = Mapping.builder().put("path", servicesFolder.toString()).put("api", api.url())
                .putAll(document.mapping("registry")).build();
        Mapping look = Mapping.builder()
                .put("scan_paths", Sequence.ofTexts(discovery.scanPaths.stream().map(ScanPath::written).toList()))
                .put("interval", Durations.format(discovery.interval))
                .put("stale_after", discovery.staleAfter.toSeconds()).put("max_depth", discovery.maxDepth)
                .put("watch", Scalar.bool(discovery.watch))
                .putAll(document.mapping("discovery")).build();
        return document.with("registry", registry).with("discovery", look);
    }

    private HostProfile withDocument(Mapping effective) {
        return new HostProfile(effective, hostId, api, servicesFolder, discovery, policy, probesRemote, fleet,
                federation);
    }

    /** This profile with the default scan paths that exist now; the same where the owner chose them, or none came or went. */
    public HostProfile withUsualPlaces(Environment environment) {
        List<ScanPath> places = discovery.usualPlaces ? usualPlaces(environment) : discovery.scanPaths;
        if (places.equals(discovery.scanPaths)) {
            return this;
        }
        Discovery now = new Discovery(places, discovery.interval, discovery.staleAfter, discovery.maxDepth,
                discovery.ignore, discovery.watch, true);
        Mapping shown = document.mapping("discovery").with("scan_paths",
                Sequence.ofTexts(places.stream().map(ScanPath::written).toList()));
        return new HostProfile(document.with("discovery", shown), hostId, api, servicesFolder, now, policy,
                probesRemote, fleet, federation);
    }

    /** This profile with the address and folder of another: what a reload may not change under a running daemon. */
    public HostProfile keepingRegistryOf(HostProfile running) {
        Document registry = running.document.get("registry");
        return new HostProfile(registry == null ? document : document.with("registry", registry), hostId, running.api,
                running.servicesFolder, discovery, policy, probesRemote, running.fleet, federation);
    }

    /** What the port allows. */
    public PortAccess portAccess() {
        String written = document.mapping("registry").text("tcp");
        return written == null ? PortAccess.OPEN : PortAccess.parse(written);
    }

    /** The variables with keys of models that the daemon may compare with digests in manifests. */
    public List<String> modelSecrets() {
        return document.mapping("models").texts("secrets");
    }

    /** The weaknesses of what is valid. */
    public List<Problem> warnings(Environment environment) {
        return ProfileWarnings.of(document, environment);
    }

    /** Unknown keys that are probably typos of known ones. */
    public List<Problem> typos() {
        return KnownKeys.PROFILE.typos(document);
    }

    /** The scan paths as written, for a line that a person reads. */
    public @Nullable String scanPathsShown() {
        return discovery.scanPaths.isEmpty()
                ? null
                : String.join(", ", discovery.scanPaths.stream().map(ScanPath::written).toList());
    }
}
