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
        String name = arguments.operand("the service's NAME");
        byte[] answer;
        try {
            answer = session.get("/services/" + Urls.encode(name));
        } catch (RegistryFinder.NoRegistry e) {
            throw e;
        } catch (CommandFailure e) {
            session.err().println("asmp: " + e.getMessage());
            session.err().println("if it exists or should, note it: asmp todo " + Terminal.clean(name)
                    + " --note \"who needs it and what for\"");
            return FAILED;
        }
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().print(Outline.of(Session.mapping(answer)));
        }
        return DONE;
    }
}
