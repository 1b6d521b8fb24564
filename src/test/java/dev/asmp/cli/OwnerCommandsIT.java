package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Manifests;
import dev.asmp.cli.Shell.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the owner of a machine governs what runs there, from a terminal. */
@Timeout(120)
class OwnerCommandsIT {
    @TempDir
    private Path folder;
    private Shell shell;

    @BeforeEach
    void open() throws IOException {
        shell = new Shell(folder);
    }

    private Process serve(String moreProfile) throws IOException {
        shell.addToProfile(moreProfile);
        return shell.serve();
    }

    @AfterEach
    void stop() {
        shell.close();
    }

    private Path moved() throws IOException {
        return Files.writeString(folder.resolve("moved.yaml"),
                Manifests.yaml("mail", "1", "mail.send").replace("7100", "7199"));
    }

    @Test
    void theOwnerSeesTheOldBesideTheNewAndDecides() throws Exception {
        serve("policy: {requires_approval: true}\n");
        assertEquals(new Run(0, "nothing waits for approval\n", ""), shell.run("pending"));
        assertTrue(shell.run("announce", shell.manifest("mail", "1").toString()).out().contains("asmp approve mail"));
        assertEquals(1, shell.run("find", "-c", "mail.send").status());
        assertTrue(shell.run("pending").out().startsWith("mail (new, by announce, since "));
        Run unseen = shell.run("approve", "mail");
        assertEquals(1, unseen.status());
        assertTrue(unseen.out().startsWith("mail (new, by announce, since "), unseen.out());
        String command = unseen.err().substring(unseen.err().indexOf("asmp approve mail --digest ")).strip();
        assertEquals(new Run(0, "approved: mail is registered on test-box, generation 2\n", ""),
                shell.run(command.split(" ", -1)[1], "mail", "--digest", command.split(" ", -1)[4]));
        assertEquals(0, shell.run("find", "-c", "mail.send").status());
        shell.run("announce", moved().toString());
        String pending = shell.run("pending").out();
        assertTrue(pending.contains("  -     port: 7100\n") && pending.contains("  +     port: 7199\n"), pending);
        String shown = pending.substring(pending.indexOf("--digest ") + 9, pending.indexOf("--digest ") + 21);
        assertEquals(1, shell.run("approve", "mail", "--digest", "0123456789ab").status());
        assertEquals(new Run(0, "rejected: mail\n", ""),
                shell.run("reject", "mail", "--digest", shown, "--note", "stay"));
        Run again = shell.run("announce", moved().toString());
        assertEquals(1, again.status());
        assertTrue(again.err().contains("(stay)"), again.err());
        assertTrue(shell.run("pending", "--rejected").out().contains("rejected: stay"));
        assertTrue(shell.run("find", "-c", "mail.send").out().contains("7100"));
        assertEquals(new Run(0, "removed mail\n", ""), shell.run("rm", "mail"));
        assertEquals(1, shell.run("get", "mail").status());
    }

    @Test
    void theOwnersWordGoesToTheDaemonOfItsOwnFolderOnly() throws Exception {
        Process daemon = serve("policy: {requires_approval: true}\n");
        shell.run("announce", shell.manifest("mail", "1").toString());
        ProcessBuilder elsewhere = shell.asmp("approve", "mail");
        elsewhere.environment().put("ASMP_REGISTRY_URL", "http://127.0.0.1:9");
        Run refused = shell.run(elsewhere);
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("ASMP_REGISTRY_URL"), refused.err());
        daemon.destroyForcibly().waitFor();
        Run dead = shell.run("approve", "mail");
        assertEquals(1, dead.status());
        assertTrue(dead.err().contains("is not running"), dead.err());
        assertEquals(2, shell.run("approve").status());
        Files.delete(shell.home().resolve("daemon.json"));
        assertTrue(shell.run("reject", "mail").err().contains("asmp serve"));
    }

    @Test
    void modsAreAttachedListedAndDetached() throws Exception {
        serve("");
        assertEquals(new Run(0, "mail is registered, generation 1\n", ""),
                shell.run("register", shell.manifest("mail", "1").toString()));
        assertEquals(new Run(0, "mail has no mods\n", ""), shell.run("mods", "mail"));
        Path mod = Files.writeString(folder.resolve("mod.yaml"),
                "{name: filter, description: keeps spam out, capabilities: {provides: [mail.filter], requires: [mail.send]}}");
        Run attached = shell.run("mod", "attach", "mail", mod.toString());
        assertEquals(new Run(0, "attached: mail is registered on test-box, generation 2\n", ""), attached);
        assertTrue(shell.run("mods", "mail").out().contains("filter  attached  mail.filter  keeps spam out"));
        assertEquals(0, shell.run("find", "-c", "mail.filter").status());
        assertEquals(0, shell.run("mod", "detach", "mail", "filter").status());
        assertEquals(1, shell.run("mod", "detach", "mail", "filter").status());
        assertEquals(2, shell.run("mod", "attach", "mail").status());
    }

    @Test
    void watchPrintsWhatHappensAndTakesUpTheStreamAgain() throws Exception {
        Process daemon = serve("");
        Process watch = shell.started(shell.asmp("watch").redirectErrorStream(true).start());
        BufferedReader lines = watch.inputReader();
        assertTrue(lines.readLine().contains("watching"));
        shell.run("announce", shell.manifest("mail", "1").toString());
        String registered = lines.readLine();
        assertTrue(registered.contains("  registered  mail (registered, generation 1)"), registered);
        daemon.destroy();
        daemon.waitFor();
        assertTrue(lines.readLine().contains("went away"));
        shell.serve();
        assertTrue(lines.readLine().contains("is back"));
        assertTrue(lines.readLine().contains("reset"));
        shell.run("rm", "mail");
        String removed = lines.readLine();
        assertTrue(removed.contains("  removed     mail"), removed);
    }

    @Test
    void theOwnerRestoresWhatAnotherServiceReplaced() throws Exception {
        serve("");
        shell.run("announce", shell.manifest("mail", "1").toString());
        Path other = Files.writeString(folder.resolve("other.yaml"), Manifests.yaml("mail", "9", "cat.pictures"));
        Run taken = shell.run("announce", other.toString());
        assertEquals(new Run(0, "mail is registered on test-box, generation 2\n"
                + "replaced generation 1; asmp undo mail restores it\n", ""), taken);
        assertEquals(new Run(0, "restored: mail is registered on test-box, generation 3\n", ""),
                shell.run("undo", "mail"));
        assertEquals(1, shell.run("undo", "mail").status());
    }

    /** Runs a command in a terminal, where somebody types an answer. */
    private Run answering(String answer, String... words) throws Exception {
        ProcessBuilder asmp = shell.asmp(words);
        Path typed = Files.writeString(folder.resolve("typed"), answer + "\n");
        Run run = shell.run(asmp.command("script", "-qec", String.join(" ", asmp.command()), "/dev/null")
                .redirectInput(typed.toFile()));
        assertTrue(run.out().contains("? [y/N] "), run.toString());
        return run;
    }

    @Test
    void aChangeOfManyServicesIsAskedForAtATerminal() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no command script");
        serve("policy: {requires_approval: true}\n");
        shell.run("announce", shell.manifest("mail", "1").toString());
        shell.run("announce", shell.manifest("fax", "1").toString());
        Run without = shell.run("approve", "--all");
        assertEquals(1, without.status());
        assertTrue(without.err().contains("--yes is needed to approve these 2"), without.err());
        for (String no : new String[]{"n", "", "nay"}) {
            Run refused = answering(no, "approve", "--all");
            assertEquals(1, refused.status());
            assertTrue(refused.out().contains("nothing was changed"), refused.out());
        }
        assertEquals("[]\n", shell.run("list", "--json").out());
        Run approved = answering("y", "approve", "--all");
        assertEquals(0, approved.status(), approved.toString());
        assertTrue(approved.out().contains("approve these 2? [y/N] ") && approved.out().contains("approved: mail")
                && approved.out().contains("approved: fax"), approved.out());
    }

    @Test
    void staleServicesAreRemovedAtATerminalOnceTheOwnerAgrees() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no command script");
        Path source = Files.createDirectories(folder.resolve("src/mail"));
        Files.writeString(source.resolve("asmp.yaml"), Manifests.yaml("mail", "1"));
        serve("");
        Files.delete(source.resolve("asmp.yaml"));
        shell.run("scan");
        assertEquals(1, answering("no", "prune").status());
        Run pruned = answering("yes", "prune");
        assertEquals(0, pruned.status(), pruned.toString());
        assertTrue(pruned.out().contains("remove this service? [y/N] ") && pruned.out().contains("removed mail"),
                pruned.out());
        assertEquals("no service is stale\n", shell.run("prune").out());
    }
}
