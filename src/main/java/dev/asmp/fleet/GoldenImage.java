package dev.asmp.fleet;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.Exec;
import dev.asmp.vers.VmTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The commit that agents' VMs are restored from: the one that was set here, else {@code VERS_GOLDEN_COMMIT_ID}, else
 * {@code VERS_COMMIT_ID}, else the one named by a registered VM of the role {@code golden}.
 */
public final class GoldenImage {
    private static final String KEY = "golden";
    private static final Duration ITEM = Duration.ofSeconds(20);
    /** What must hold inside, by name, as a script that succeeds. */
    private static final Map<String, String> CHECKS = checks();

    private final VmFleet fleet;

    public GoldenImage(VmFleet fleet) {
        this.fleet = fleet;
    }

    private static Map<String, String> checks() {
        Map<String, String> checks = new LinkedHashMap<>();
        checks.put("agent", "command -v punkin || command -v pi");
        checks.put("pi in /usr/local/bin", "test -x /usr/local/bin/pi");
        checks.put("/root/pi-vers", "test -d /root/pi-vers");
        checks.put("/root/reef/services-active", "test -d /root/reef/services-active");
        checks.put("/root/workspace", "test -d /root/workspace");
        checks.put("tmux", "command -v tmux");
        checks.put("node >= 20 or bun",
                "command -v bun || [ \"$(node -p 'process.versions.node.split(\".\")[0]')\" -ge 20 ]");
        checks.put("settings.json names packages", "grep -q packages /root/.punkin/agent/settings.json");
        checks.put("no tmux server", "! tmux ls 2>/dev/null");
        checks.put("no /tmp/pi-rpc", "test ! -e /tmp/pi-rpc");
        checks.put("no agent runs", "! ps -eo args | grep -E '[-]-mode rpc'");
        checks.put("no secrets in profiles",
                "! grep -rqsE '(API_KEY|AUTH_TOKEN|PROXY_KEY)=.' /etc/profile.d /root/.profile /root/.bashrc /etc/asmp");
        checks.put("disk >= 4 GiB", "[ \"$(df -Pk / | awk 'NR==2 {print $2}')\" -ge 4000000 ]");
        return checks;
    }

    /** The golden commit and where it is named: {@code commitId, source}; without {@code commitId} where there is none. */
    public Mapping shown() {
        String kept = fleet.records().kept(KEY).text("commitId");
        if (kept != null) {
            return fleet.records().kept(KEY).with("source", Scalar.text("record"));
        }
        for (String variable : List.of("VERS_GOLDEN_COMMIT_ID", "VERS_COMMIT_ID")) {
            String commit = fleet.setup().variable().apply(variable);
            if (commit != null) {
                return Mapping.builder().put("commitId", commit).put("source", variable).build();
            }
        }
        return fleet.setup().store().discover(VmRole.GOLDEN).stream()
                .map(vm -> vm.document().mapping("metadata").text("commitId")).filter(commit -> commit != null)
                .findFirst().map(commit -> Mapping.builder().put("commitId", commit).put("source", "registry").build())
                .orElse(Mapping.builder().put("source", "none").build());
    }

    /** The golden commit; refused where none is known. */
    public String commit(@Nullable String explicit) {
        String commit = explicit == null ? shown().text("commitId") : explicit;
        if (commit == null) {
            throw new RefusedException(RefusedException.Reason.NOT_FOUND, "no golden commit is known: name one with"
                    + " asmp golden ensure COMMIT, or set VERS_GOLDEN_COMMIT_ID");
        }
        return commit;
    }

    /** Makes a commit the golden one, once it passes the check; without one, checks the one in force. */
    public Mapping ensure(@Nullable String explicit) {
        Mapping checked = check(explicit);
        if (!(checked.get("ok") instanceof Scalar ok) || !ok.isTrue()) {
            return checked;
        }
        fleet.records().keep(KEY, Mapping.builder().put("commitId", checked.text("commitId"))
                .put("checkedAt", Timestamps.format(fleet.setup().clock().millis())).build());
        return checked.with("golden", Scalar.bool(true));
    }

    /** Restores a commit, looks at each item of the list, and deletes the VM. */
    public Mapping check(@Nullable String explicit) {
        String commit = commit(explicit);
        VmRecord vm = fleet.make(VmRequest.restore(commit, "golden-check", VmRole.GOLDEN, null,
                Mapping.builder().put("purpose", "golden check").build())).getFirst();
        List<Document> verdicts = new ArrayList<>();
        boolean ok = true;
        try {
            for (Map.Entry<String, String> check : CHECKS.entrySet()) {
                VmTransport.Result result = fleet.transport().exec(vm.id(),
                        Exec.script(check.getValue()).within(ITEM));
                boolean passed = result.outcome().isSuccess();
                ok &= passed;
                verdicts.add(Mapping.builder().put("item", check.getKey()).put("ok", Scalar.bool(passed))
                        .put("said", passed ? null : said(result)).build());
            }
        } finally {
            fleet.delete(vm.id());
        }
        return Mapping.builder().put("commitId", commit).put("ok", Scalar.bool(ok))
                .put("items", new Sequence(verdicts)).build();
    }

    private static String said(VmTransport.Result result) {
        String said = new String(result.stderr(), StandardCharsets.UTF_8).strip();
        String outcome = result.outcome().shown();
        return said.isEmpty() ? outcome : outcome + ": " + said.lines().findFirst().orElse("");
    }
}
