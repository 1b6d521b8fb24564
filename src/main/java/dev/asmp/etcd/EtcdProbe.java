package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.etcd.EtcdException.Kind;
import dev.asmp.manifest.EtcdSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Questions about the cluster itself: at a start whether the settings are right, later how its members are. */
final class EtcdProbe {
    private static final Duration ONCE = Duration.ofMillis(1);
    /** A member that refuses a certificate may close the connection before its reason arrives. */
    private static final Duration UNTIL_REASON = Duration.ofSeconds(1);

    private EtcdProbe() {}

    /** Tells whether a member answers; settings that members refuse are an exception. */
    static boolean check(EtcdLink link, EtcdKeys keys, boolean isSecure, Consumer<String> log) throws EtcdException {
        try {
            link.call("/v3/kv/txn", permissions(keys), isSecure ? UNTIL_REASON : ONCE);
            return true;
        } catch (EtcdException e) {
            if (e.kind() == Kind.AWAY) {
                log.accept("etcd is away, so the fleet is not known yet: " + e.getMessage());
                return false;
            }
            throw e;
        }
    }

    /** A transaction that only reads, but that etcd carries out for those who may also write. */
    private static byte[] permissions(EtcdKeys keys) {
        String absent = "{\"key\":\"" + EtcdTransaction.text(keys.first()) + '"';
        return ("{\"compare\":[" + absent + "}],\"success\":[{\"request_range\":" + absent + ",\"range_end\":\""
                + EtcdTransaction.text(keys.end()) + "\",\"limit\":\"1\"}}],\"failure\":[{\"request_put\":" + absent
                + "}}]}").getBytes(StandardCharsets.ISO_8859_1);
    }

    static Mapping status(EtcdLink link, EtcdSettings settings, String self, long revision,
            Map<String, Mapping> processes) {
        Mapping.Builder status = Mapping.builder().put("store", "etcd").put("prefix", settings.prefix())
                .put("revision", revision);
        List<Document> members = new ArrayList<>();
        for (URI member : settings.endpoints()) {
            members.add(member(link, member));
        }
        try {
            long current = EtcdTransaction.revision(link.call("/v3/kv/range", Mapping.builder()
                    .put("key", EtcdTransaction.text(new EtcdKeys(settings.prefix()).process(self)))
                    .build(), ONCE).body());
            status.put("behind", Math.max(0, current - revision));
        } catch (EtcdException e) {
            status.put("problem", e.getMessage());
        }
        List<Document> seen = new ArrayList<>();
        processes.forEach((id, about) -> seen.add(Mapping.builder().put("id", id)
                .putAll(about.without(List.of("written")))
                .put("self", id.equals(self) ? Scalar.bool(true) : null).build()));
        return status.put("members", new Sequence(members)).put("processes", new Sequence(seen)).build();
    }

    private static Mapping member(EtcdLink link, URI member) {
        Mapping.Builder about = Mapping.builder().put("address", member.toString());
        try {
            Mapping said = link.ask(member, "/v3/maintenance/status", Mapping.EMPTY);
            String leader = said.text("leader");
            String self = said.mapping("header").text("member_id");
            about.put("version", said.text("version")).put("leader", Scalar.bool(leader != null && leader.equals(self)))
                    .put("dbSize", EtcdTransaction.number(said, "dbSize"))
                    .put("dbSizeInUse", EtcdTransaction.number(said, "dbSizeInUse"));
            if (!said.list("errors").isEmpty()) {
                about.put("problem", String.join(", ", said.texts("errors")));
            }
        } catch (EtcdException e) {
            about.put("problem", e.getMessage());
        }
        return about.build();
    }
}
