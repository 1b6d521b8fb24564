package dev.asmp.page;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;

/** A daemon with forty services as a host may have them: sections, relations, health, faults, notes and VMs. */
final class SampleHost implements AutoCloseable {
    private static final String APPROVAL = "policy: {requires_approval: true}\n";

    /** Section, name, icon, label, description, provides, requires; {@code -} stands for nothing. */
    private static final String SERVICES = """
            communication|mail|✉|Mail|sends and receives the mail of this machine|email.send, email.search|store.blob, auth.token
            communication|calendar|☷|Calendar|appointments of the family, with invitations by mail|calendar.read, calendar.write|email.send, auth.token
            communication|chat|❝|Chat|messages between people and agents of this host|chat.send, chat.history|auth.token, store.rows
            communication|sms|-|Short messages|sends a text message over the modem|sms.send|-
            communication|push-gateway|♪|Push|notifies phones when something needs a person|push.send|auth.token, apns.relay
            knowledge|wiki|✎|Wiki|a wiki for notes that several people keep|page.read, page.write|store.rows, search.index
            knowledge|search|⌕|Search|full text search over wiki, mail and documents|search.query, search.index|store.blob
            knowledge|documents|❏|Documents|scanned letters with recognized text|document.read, document.scan|store.blob, ocr.read
            knowledge|ocr|-|Text recognition|reads text in pictures|ocr.read|model.vision
            knowledge|bookmarks|★|Bookmarks|pages to read later|bookmark.read, bookmark.write|store.rows
            knowledge|translate|文|Translation|translates text between forty languages|text.translate|model.chat
            models|local-llm|✦|Local model|a language model on this machine for drafts and summaries|model.chat, model.embed|gpu.lease
            models|vision|◉|Vision|describes pictures|model.vision|gpu.lease
            models|whisper|♫|Dictation|speech to text|speech.transcribe|gpu.lease
            models|gpu-broker|⚙|GPU broker|hands out the graphics card, one user at a time|gpu.lease|-
            storage|blobs|▤|Blob store|keeps files by their digest|store.blob|-
            storage|rows|▦|Database|PostgreSQL for the services of this host|store.rows|-
            storage|backup|⤓|Backup|saves the home folders every night|backup.run, backup.restore|store.blob, push.send
            storage|photos|◧|Photos|the pictures of the family by date and place|photo.search, photo.share|store.blob, store.rows, model.vision
            storage|sync|⇄|File sync|keeps folders of laptops and phones alike|file.sync|store.blob, auth.token
            security|auth|⚿|Sign-in|tokens for people and services|auth.token, auth.check|store.rows
            security|secrets|⚷|Secrets|passwords that services need at their start|secret.read|auth.check
            security|certificates|✓|Certificates|issues and renews certificates of the local network|cert.issue|secret.read
            security|audit|-|Audit trail|who did what, kept for a year|audit.write|store.rows
            home|lights|☼|Lights|lamps of the house by room and scene|light.set, light.read|mqtt.publish
            home|heating|♨|Heating|temperatures by room and time|heating.set, heating.read|mqtt.publish, weather.forecast
            home|weather|☂|Weather|forecast for the next ten days|weather.forecast|-
            home|mqtt|⌁|Message broker|MQTT for sensors and switches|mqtt.publish, mqtt.subscribe|-
            home|doorbell|☎|Doorbell|shows who rings|doorbell.watch|push.send, mqtt.subscribe
            home|energy|⚡|Energy|what is used and what the sun gives|energy.read|mqtt.subscribe, store.rows
            build|ci|⚒|Builds|builds and tests what is pushed|build.run, build.log|repo.read, container.run
            build|git|⎇|Repositories|the repositories of this host|repo.read, repo.write|store.blob, auth.token
            build|containers|▣|Containers|runs containers for builds and tests|container.run|secret.read
            build|registry-mirror|-|Package mirror|caches packages so that builds work offline|package.fetch|store.blob
            build|previews|◫|Previews|shows each branch at an address of its own|preview.open|container.run, cert.issue
            agents|planner|⚑|Planner|cuts a task into steps that agents can take|plan.make|model.chat, page.read
            agents|reviewer|⚖|Reviewer|reads changes and says what it would ask|review.write|repo.read, model.chat
            agents|scheduler|◷|Scheduler|starts jobs at their time|job.schedule|audit.write, queue.push
            agents|queue|☰|Work queue|hands jobs to workers, each once|queue.push, queue.take|job.schedule
            """;

    private final RunningDaemon daemon;
    private final HttpServer probed;
    private final TestClock clock;

    SampleHost(Path folder) throws Exception {
        clock = new TestClock(Instant.now().minus(Duration.ofMinutes(3)));
        probed = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        probed.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        probed.start();
        daemon = new RunningDaemon(folder, clock, "");
    }

    RunningDaemon daemon() {
        return daemon;
    }

    TestClock clock() {
        return clock;
    }

    /** Registers the services by a scan, with two files that cannot be used. */
    SampleHost withServices() throws Exception {
        int port = 7200;
        for (String line : SERVICES.lines().toList()) {
            daemon.write(line.split("\\|", -1)[1], manifest(line.split("\\|", -1), port++));
        }
        daemon.write("mail-old", manifest(SERVICES.lines().findFirst().orElseThrow().split("\\|", -1), 7199));
        daemon.write("unfinished", "asmp: \"0.1\"\nkind: service\nname: unfinished\ncapabilities: {provides: [\n");
        daemon.post("/discover/scan");
        daemon.announce("""
                asmp: "0.1"
                kind: service
                name: laptop-agent
                section: agents
                description: an agent on a laptop that was closed
                capabilities: {provides: [task.run]}
                """.replace("laptop-agent", "laptop-agent"));
        daemon.awaitUntil(() -> daemon.get("/health").mapping().text("healthy").length() == 2
                && daemon.get("/health").text().contains("\"unhealthy\":2"));
        return this;
    }

    private String manifest(String[] parts, int port) {
        String name = parts[1];
        String target = switch (name) {
            case "sms", "audit", "registry-mirror" -> "";
            case "doorbell", "previews" ->
                "health: {method: tcp, target: \"127.0.0.1:1\", interval: 30s, timeout: 2s}\n";
            default -> "health: {method: http, target: \"http://127.0.0.1:" + probed.getAddress().getPort()
                    + "/\", interval: 30s, timeout: 5s}\n";
        };
        return """
                asmp: "0.1"
                kind: service
                name: %s
                description: %s
                version: 1.%d.0
                section: %s
                owner: ada
                display:
                  label: %s
                %s  critical: %s
                endpoints:
                  - {protocol: http, host: 127.0.0.1, port: %d, path: /%s, visibility: loopback}
                %scapabilities:
                  provides: [%s]
                  requires: [%s]
                run:
                  command: bin/%s
                  args: [--port, "%d"]
                  restart: on-failure
                %s""".formatted(name, parts[4], port % 17, parts[0], parts[3],
                parts[2].equals("-") ? "" : "  icon: \"" + parts[2] + "\"\n", name.equals("auth"), port, name, target,
                parts[5], parts[6].equals("-") ? "" : parts[6], name, port,
                name.equals("calendar") ? "  depends_on: [{name: mail, kind: soft}]\n" : "");
    }

    SampleHost withNotes() throws Exception {
        List.of("fax|the office sends five faxes a day|ada",
                "printer|labels for parcels, on the printer in the hall|planner",
                "invoice.pay|paying invoices from the mailbox; the bank has an interface|reviewer").forEach(line -> {
                    String[] parts = line.split("\\|", -1);
                    json("POST", "/discoveries",
                            "{\"name\":\"%s\",\"note\":\"%s\",\"found_by\":\"%s\",\"hint\":\"ask the owner of the host\"}"
                                    .formatted(parts[0], parts[1], parts[2]));
                });
        return this;
    }

    /** VMs of some hours: born one after another, some of them ended or silent. */
    SampleHost withVms() throws Exception {
        clock.advance(Duration.ofHours(-5));
        String[] roles = {"infra", "lieutenant", "worker", "worker", "worker", "worker", "golden", "worker"};
        for (int i = 0; i < 12; i++) {
            String role = roles[i % roles.length];
            json("POST", "/registry/vms",
                    """
                            {"id":"vm-%04x","name":"%s-%d","role":"%s","address":"vm-%04x.vm.vers.sh","registeredBy":"vm-lead",
                             "services":[{"name":"shell","port":7681,"protocol":"http"}]}"""
                            .formatted(0x7f30 + i * 37, role, i + 1, role,
                                    0x7f30 + i * 37));
            for (int beat = 0; beat < 4 + i % 3; beat++) {
                clock.advance(Duration.ofMinutes(4));
                for (int other = 0; other <= i; other++) {
                    if (other != 3 || i < 7 || i > 8) { // which is silent for a while
                        json("POST", "/registry/vms/vm-%04x/heartbeat".formatted(0x7f30 + other * 37), "");
                    }
                }
            }
        }
        for (int minute = 0; minute < 30; minute++) {
            clock.advance(Duration.ofSeconds(50));
            for (int i = 0; i < 12; i++) {
                String path = "/registry/vms/vm-%04x".formatted(0x7f30 + i * 37);
                if ((i == 4 && minute == 3) || (i == 9 && minute == 20)) {
                    json("PATCH", path, "{\"status\":\"stopped\"}");
                } else if (i != 4 && i != 9 && !(i == 7 && minute > 8)) {
                    json("POST", path + "/heartbeat", "");
                }
            }
        }
        Duration behind = Duration.between(clock.instant(), Instant.now()).minusSeconds(20);
        clock.advance(behind);
        for (int i = 0; i < 12; i++) {
            if (i != 4 && i != 9 && i != 7) {
                json("POST", "/registry/vms/vm-%04x/heartbeat".formatted(0x7f30 + i * 37), "");
            }
        }
        return this;
    }

    /** Proposals: a change of a service in service, and two new ones. */
    SampleHost withProposals() throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile) + APPROVAL);
        daemon.post("/reload");
        Path wiki = daemon.source().resolve("wiki/asmp.yaml");
        Files.writeString(wiki, Files.readString(wiki).replace("several people keep", "the whole office keeps")
                .replace("page.read, page.write", "page.read, page.write, page.export").replace("/wiki,", "/wiki/v2,")
                .replace("owner: ada\n", "data: {sensitivity: high}\n"));
        daemon.post("/discover/scan");
        daemon.announce("""
                asmp: "0.1"
                kind: tool
                name: invoice-bot
                description: reads invoices in the mailbox and prepares their payment
                capabilities: {provides: [invoice.read, invoice.pay], requires: [email.search]}
                endpoints: [{protocol: http, host: 127.0.0.1, port: 7300, path: /}]
                """);
        return this;
    }

    /** A day of samples of ten minutes, with a failure of half an hour and a time in which nothing ran. */
    static String day() {
        Random random = new Random(7);
        Instant now = Instant.now();
        return IntStream.range(0, 144).filter(i -> i < 90 || i > 99).mapToObj(i -> {
            boolean healthy = i < 42 || i > 44;
            long latency = Math.round(18 + 9 * Math.sin(i / 12.0) + random.nextInt(8) + (i % 29 == 0 ? 70 : 0));
            return "{\"at\":\"" + now.minus(Duration.ofMinutes(10L * (144 - i))).truncatedTo(ChronoUnit.SECONDS)
                    + "\",\"healthy\":" + healthy + (healthy ? ",\"latency_ms\":" + latency : "") + "}";
        }).collect(Collectors.joining(",", "{\"history\":[", "]}"));
    }

    /** A one-time code for the page, as the owner gets it. */
    String code() throws Exception {
        return String
                .valueOf(daemon.send("POST", "/session/code", new byte[0], "Authorization", "Bearer " + daemon.token())
                        .mapping().text("code"));
    }

    void json(String method, String path, String body) {
        try {
            RunningDaemon.Reply reply = daemon.json(method, path, body);
            Assertions.assertTrue(reply.status() < 300,
                    () -> String.format(Locale.ROOT, "%s %s: %s", method, path, reply.text()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        daemon.close();
        probed.stop(0);
    }
}
