package dev.asmp.cli;

import java.util.List;

final class GetCommand implements Command {
    @Override
    public Spec spec() {
        return new Spec("get", "NAME", "show all that is known about one service", List.of(),
                List.of("asmp get mail", "asmp get mail --json"));
    }

    @Override
    public int run(Arguments arguments, Session session) {
        byte[] answer = session.get("/services/" + Urls.encode(arguments.operand("the service's NAME")));
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().print(Outline.of(Session.mapping(answer)));
        }
        return DONE;
    }
}
