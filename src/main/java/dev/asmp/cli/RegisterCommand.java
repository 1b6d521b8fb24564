package dev.asmp.cli;

import java.util.List;

final class RegisterCommand implements Command {
    @Override
    public Spec spec() {
        return new Spec("register", "FILE", "register a service until it is removed, running or not", List.of(),
                List.of("asmp register ./asmp.yaml", "generate-manifest | asmp register -"));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        String file = arguments.operand("the FILE to register");
        byte[] answer = session.post("/services", Session.read(file), Session.mediaType(file));
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println(Standings.line(Session.mapping(answer)));
        }
        return DONE;
    }
}
