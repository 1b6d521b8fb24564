package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tool that lists hosts, and what others say about services of other hosts. */
final class HostTools {
    private static final int MOST = 100;

    static final Tool LIST = new Tool("host_list", "List hosts",
            "List this machine and the hosts whose services it knows. Call it before service_find with hosts.",
            Tool.Effect.READS, Schema.object(), Schema.object().requires("local", "hosts"), HostTools::list);

    private HostTools() {}

    /** The parameter for the hosts that a request asks about; nothing for this machine alone. */
    static String parameter(@Nullable String hosts) {
        return hosts == null ? "" : "&hosts=" + UrlEncoding.encode(hosts);
    }

    private static Tool.Answer list(Tool.Call call) {
        Mapping answer = call.registry().get("/hosts");
        List<Document> hosts = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (Document item : answer.list("hosts")) {
            if (item instanceof Mapping host && hosts.size() < MOST) {
                Mapping shown = Mapping.builder().put("host", TextSanitizer.line(host.text("host"), 128))
                        .put("status", TextSanitizer.line(host.text("status"), 20))
                        .put("services", host.get("services"))
                        .put("last_seen", TextSanitizer.line(host.text("last_seen"), 30))
                        .put("device_class", TextSanitizer.line(host.text("device_class"), 40))
                        .put("error", TextSanitizer.line(host.text("error"), 200)).build();
                hosts.add(shown);
                lines.add(shown.text("host") + ": " + state(shown) + ", " + shown.text("services")
                        + ("1".equals(shown.text("services")) ? " service" : " services")
                        + (shown.text("error") == null ? "" : " (" + shown.text("error") + ")"));
            }
        }
        return new Tool.Answer(String.join("\n", lines), Mapping.builder()
                .put("local", TextSanitizer.line(answer.text("local"), 128)).put("hosts", new Sequence(hosts)).build());
    }

    private static String state(Mapping host) {
        return "self".equals(host.text("status")) ? "this machine" : String.valueOf(host.text("status"));
    }

    /** Says which other hosts provide a capability; null where none does. */
    static @Nullable String providing(String capability, RegistryCalls registry) {
        TreeSet<String> hosts = new TreeSet<>();
        try {
            registry.getEach("/capabilities?provides=" + UrlEncoding.encode(capability) + parameter("all"), entry -> {
                if ("federate".equals(entry.text("sync")) && !ServiceSummary.isGone(entry)) {
                    hosts.add(String.valueOf(TextSanitizer.line(entry.text("host"), 128)));
                }
            });
        } catch (RegistryCalls.Refusal _) {
            return null; // an older registry knows no other hosts
        }
        return hosts.isEmpty()
                ? null
                : String.join(", ", hosts) + (hosts.size() == 1 ? " provides it" : " provide it")
                        + ": call again with hosts=\"all\".";
    }
}
