package dev.asmp.vm;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.SecretMask;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One registered VM, immutable. There may be a hundred thousand, read thousands of times a second, so an entry holds its JSON as
 * bytes; only the moment at their end is written when they are sent.
 */
public final class VmEntry {
    /** The bytes that follow the moment at the end of the JSON. */
    private static final int CLOSING = "\"}".length();
    private static final int BEFORE_ID = "{\"id\":".length();
    private static final int OBJECTS = 608;
    private static final String FLEET = "fleet";
    private static final String INSTANCE = "instance";
    private static final byte[] LAST_SEEN = ",\"lastSeen\":\"".getBytes(StandardCharsets.US_ASCII);

    private final String id;
    private final String name;
    private final VmRole role;
    private final VmStatus status;
    private final String address;
    private final String registeredBy;
    private final @Nullable String instance;
    private final long registeredAt;
    private final long lastSeen;
    /** The whole entry; where {@code lastSeen} stands, any moment may stand. */
    private final byte[] template;
    /** The same with secrets masked; null where there are none. */
    private final byte @Nullable [] masked;
    private final int idEnd;

    /** An entry of a VM that registers at this moment. */
    public VmEntry(VmRegistration vm, long now) {
        this(vm, now, now, json(vm, null, now));
    }

    /** Takes an entry from another registry, with its times and what its daemon keeps about it; checked like a registration. */
    public static VmEntry restored(Document written) {
        VmRegistration vm = VmRegistration.of(written);
        Mapping entry = VmRules.object(written);
        long registeredAt = checked(entry, "registeredAt");
        Mapping fleet = entry.get(FLEET) instanceof Mapping facts ? facts : null;
        VmRules.checkFacts(VmStore.SHOWN + vm.id(), fleet);
        return new VmEntry(vm, registeredAt, checked(entry, "lastSeen"), json(vm, fleet, registeredAt));
    }

    private static long checked(Mapping entry, String field) {
        Instant moment = Timestamps.parse(entry.text(field));
        if (moment == null) {
            throw VmRules.invalid(field + " must be a moment such as 2026-11-20T10:00:00.000Z");
        }
        return Timestamps.millis(moment);
    }

    private VmEntry(VmRegistration vm, long registeredAt, long lastSeen, Mapping entry) {
        this(vm, registeredAt, lastSeen, Json.write(entry), masked(entry));
    }

    private VmEntry(VmRegistration vm, long registeredAt, long lastSeen, byte[] json, byte @Nullable [] masked) {
        id = vm.id();
        name = vm.name();
        role = vm.role();
        status = vm.status();
        address = vm.address();
        registeredBy = vm.registeredBy();
        instance = VmRules.instance(vm.more().text(INSTANCE));
        this.registeredAt = registeredAt;
        this.lastSeen = lastSeen;
        template = json;
        this.masked = masked;
        idEnd = endOfText(json, BEFORE_ID);
    }

    /** The JSON with secrets masked, for the id stays as it is; null where there are none. */
    @SuppressWarnings("ReferenceEquality") // the same object means unchanged
    private static byte @Nullable [] masked(Mapping entry) {
        Mapping shown = SecretMask.masked(entry);
        return shown == entry ? null : Json.write(shown.with("id", Objects.requireNonNull(entry.get("id"))));
    }

    private static Mapping json(VmRegistration vm, @Nullable Mapping fleet, long registeredAt) {
        return Mapping.builder().put("id", vm.id()).put("name", vm.name()).put("role", vm.role().word())
                .put("status", vm.status().word()).put("address", vm.address()).put("services", vm.services())
                .put("metadata", vm.metadata()).put("registeredBy", vm.registeredBy()).putAll(vm.more())
                .put(FLEET, fleet)
                .put("registeredAt", Timestamps.format(registeredAt)).put("lastSeen", Timestamps.format(0)).build();
    }

    /** Finds the end of a JSON text that begins at a place, with its quotes. */
    private static int endOfText(byte[] json, int start) {
        int at = start + 1;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private VmEntry(VmEntry same, long lastSeen, byte[] template, byte @Nullable [] masked) {
        id = same.id;
        name = same.name;
        role = same.role;
        status = same.status;
        address = same.address;
        registeredBy = same.registeredBy;
        instance = same.instance;
        registeredAt = same.registeredAt;
        this.lastSeen = lastSeen;
        this.template = template;
        this.masked = masked;
        idEnd = same.idEnd;
    }

    /** Reads what {@link #json} wrote; it was checked when it came in. Anything else is an unchecked exception. */
    public static VmEntry read(byte[] json) {
        if (!(Json.read(json) instanceof Mapping mapping) || !text(mapping, "lastSeen").equals(
                new String(json, json.length - CLOSING - Timestamps.LENGTH, Timestamps.LENGTH,
                        StandardCharsets.US_ASCII))) {
            throw new IllegalArgumentException("an entry is an object that ends with the moment it was last seen");
        }
        return new VmEntry(registration(mapping), moment(mapping, "registeredAt"),
                moment(mapping, "lastSeen"), json, masked(mapping));
    }

    private static VmRegistration registration(Mapping json) {
        return new VmRegistration(text(json, "id"), text(json, "name"),
                Objects.requireNonNull(VmRole.of(json.text("role"))),
                Objects.requireNonNull(VmStatus.of(json.text("status"))), text(json, "address"),
                json.get("services") instanceof Sequence services ? services : null,
                json.get("metadata") instanceof Mapping metadata ? metadata : null, text(json, "registeredBy"),
                VmRules.unknown(json));
    }

    private static long moment(Mapping json, String field) {
        return Timestamps.millis(Objects.requireNonNull(Timestamps.parse(json.text(field)), field));
    }

    private static String text(Mapping json, String field) {
        return Objects.requireNonNull(json.text(field), field);
    }

    /** The entry after a patch, seen at this moment. */
    public VmEntry with(VmPatch patch, long now) {
        VmRegistration old = registration(document());
        Mapping more = patch.instance() == null
                ? old.more()
                : old.more().with(INSTANCE, Scalar.text(patch.instance()));
        VmRegistration changed = new VmRegistration(id, Objects.requireNonNullElse(patch.name(), name), role,
                Objects.requireNonNullElse(patch.status(), status),
                Objects.requireNonNullElse(patch.address(), address),
                patch.services() == null ? old.services() : patch.services().value(),
                patch.metadata() == null ? old.metadata() : patch.metadata().value(), registeredBy, more);
        return new VmEntry(changed, registeredAt, now, json(changed, fleet(), registeredAt));
    }

    /** The same with these facts under {@code fleet}; null for none. */
    public VmEntry withFleet(@Nullable Mapping facts) {
        Mapping document = document();
        VmRegistration same = registration(document);
        return facts == null && document.get(FLEET) == null
                ? this
                : new VmEntry(same, registeredAt, lastSeen, json(same, facts, registeredAt));
    }

    /** What the daemon that made the VM keeps about it; null where it did not. */
    public @Nullable Mapping fleet() {
        return document().get(FLEET) instanceof Mapping facts ? facts : null;
    }

    /** The instance of the VM's agent that may send heartbeats; null for any. */
    @Nullable
    String instance() {
        return instance;
    }

    /** The same entry, last seen at this moment. */
    public VmEntry seenAt(long moment) {
        return new VmEntry(this, moment, template, masked);
    }

    /** The same for lists, events and logs: its JSON has secrets masked. */
    public VmEntry shown() {
        return masked == null ? this : new VmEntry(this, lastSeen, masked, null);
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public VmRole role() {
        return role;
    }

    public VmStatus status() {
        return status;
    }

    public String address() {
        return address;
    }

    public String registeredBy() {
        return registeredBy;
    }

    public Instant registeredAt() {
        return Instant.ofEpochMilli(registeredAt);
    }

    long registeredAtMillis() {
        return registeredAt;
    }

    /** The last heartbeat by the wall clock, for display. */
    public Instant lastSeen() {
        return Instant.ofEpochMilli(lastSeen);
    }

    /** Tells whether id, name, role, address or registrar contains this text, which must be in lower case. */
    boolean mentions(String lower) {
        return contains(id, lower) || contains(name, lower) || contains(role.word(), lower)
                || contains(address, lower) || contains(registeredBy, lower);
    }

    private static boolean contains(String text, String lower) {
        return text.toLowerCase(Locale.ROOT).contains(lower);
    }

    /** The memory that a VM takes, with its heartbeat and its places in the fleet's indexes (measured). */
    public long heapBytes() {
        return OBJECTS + template.length + (masked == null ? 0 : masked.length + 16) + heapBytes(id) + heapBytes(name)
                + heapBytes(address) + heapBytes(registeredBy);
    }

    /** A text takes one byte a character where all are in Latin-1, else two. */
    private static long heapBytes(String text) {
        return text.chars().allMatch(character -> character <= 0xFF) ? text.length() : 2L * text.length();
    }

    /** The number of bytes that {@link #write} writes. */
    public int length() {
        return template.length;
    }

    /** Writes the entry as a JSON object at a place; returns where it ends. */
    public int write(byte[] target, int at) {
        System.arraycopy(template, 0, target, at, template.length);
        int end = at + template.length;
        Timestamps.write(lastSeen, target, end - CLOSING - Timestamps.LENGTH);
        return end;
    }

    /** The entry as a JSON object. */
    public byte[] json() {
        byte[] json = new byte[template.length];
        write(json, 0);
        return json;
    }

    /** The answer to a heartbeat: {@code {"id": …, "lastSeen": …}}. */
    public byte[] heartbeatJson() {
        int end = idEnd + LAST_SEEN.length + Timestamps.LENGTH;
        byte[] json = Arrays.copyOf(template, end + CLOSING);
        System.arraycopy(LAST_SEEN, 0, json, idEnd, LAST_SEEN.length);
        Timestamps.write(lastSeen, json, end - Timestamps.LENGTH);
        json[end] = '"';
        json[end + 1] = '}';
        return json;
    }

    /** The entry as a document, services and metadata with it. */
    public Mapping document() {
        return Json.read(json()) instanceof Mapping mapping ? mapping : Mapping.EMPTY;
    }

    @Override
    public String toString() {
        return id + " (" + name + ", " + role.word() + ", " + status.word() + ")";
    }
}
