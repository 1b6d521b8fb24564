package dev.asmp.cli;

import java.util.List;

final class HostCommand implements Command {
    @Override
    public Spec spec() {
        return new Spec("host", "", "show the profile of this host", List.of(),
                List.of("asmp host", "asmp host --json"));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        arguments.noMoreThan(0);
        byte[] answer = session.get("/host");
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().print(Outline.of(Session.mapping(answer)));
        }
        return DONE;
    }
}
