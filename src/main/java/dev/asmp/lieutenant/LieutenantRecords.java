package dev.asmp.lieutenant;

import dev.asmp.document.Mapping;
import java.util.List;

/** The durable records of agents, by id. What was saved is there after a crash. */
public interface LieutenantRecords {
    /** All records, at the start. */
    List<Mapping> load();

    /** Saves a record in place of an earlier one with its {@code id}. */
    void save(Mapping agent);

    void remove(String id);
}
