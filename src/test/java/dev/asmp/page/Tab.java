package dev.asmp.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tab of the browser: what a person does in it, and what it says and asks for. */
final class Tab implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE = 30;
    private static final Map<String, Integer> CODES = Map.of("Enter", 13, "Tab", 9, "Escape", 27, "ArrowLeft", 37,
            "ArrowUp", 38, "ArrowRight", 39, "ArrowDown", 40, "Space", 32, "Backspace", 8);

    private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> trace = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<@Nullable Void> traced = new CompletableFuture<>();
    private final WebSocket socket;
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
    private int last;

    Tab(HttpClient client, URI address) {
        socket = client.newWebSocketBuilder().buildAsync(address, new Reader()).join();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            send(domain + ".enable");
        }
    }

    private final class Reader implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
            text.append(data);
            if (isLast) {
                String whole = text.toString();
                text.setLength(0);
                take(whole);
            }
            from.request(1);
            return null;
        }
    }

    private void take(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer = open.remove(message.path("id").asInt());
            if (answer != null) {
                answer.complete(message);
            }
            return;
        }
        JsonNode params = message.path("params");
        switch (message.path("method").asText()) {
            case "Runtime.consoleAPICalled" -> messages.add(params.path("args").toString());
            case "Runtime.exceptionThrown" -> messages.add(params.path("exceptionDetails").toString());
            case "Log.entryAdded" -> messages.add(params.at("/entry/text").asText() + " "
                    + params.at("/entry/url").asText());
            case "Network.requestWillBeSent" -> requests.add(params.at("/request/url").asText());
            case "Fetch.requestPaused" -> fulfil(params);
            case "Tracing.dataCollected" -> params.path("value").forEach(trace::add);
            case "Tracing.tracingComplete" -> traced.complete(null);
            default -> {
                // Not looked at.
            }
        }
    }

    /** Answers requests for addresses that contain a text, in the place of the server. */
    void answer(String part, String json) {
        answers.put(part, json);
        send("Fetch.enable", "patterns", JSON.valueToTree(answers.keySet().stream()
                .map(one -> Map.of("urlPattern", "*" + one + "*")).toList()));
    }

    private void fulfil(JsonNode paused) {
        String url = paused.at("/request/url").asText();
        String body = answers.entrySet().stream().filter(one -> url.contains(one.getKey())).map(Map.Entry::getValue)
                .findFirst().orElse("{}");
        ObjectNode params = JSON.createObjectNode();
        params.put("requestId", paused.path("requestId").asText()).put("responseCode", 200).put("body",
                Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
        params.putArray("responseHeaders").addObject().put("name", "Content-Type").put("value", "application/json");
        var _ = post("Fetch.fulfillRequest", params);
    }

    private synchronized CompletableFuture<JsonNode> post(String method, ObjectNode params) {
        ObjectNode message = JSON.createObjectNode();
        message.put("id", ++last).put("method", method).set("params", params);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        open.put(last, answer);
        sending = sending.thenCompose(_ -> socket.sendText(message.toString(), true));
        return answer;
    }

    private JsonNode send(String method, Object... pairs) {
        ObjectNode params = JSON.createObjectNode();
        for (int i = 0; i < pairs.length; i += 2) {
            params.set((String) pairs[i], JSON.valueToTree(pairs[i + 1]));
        }
        JsonNode answer = post(method, params).orTimeout(PATIENCE, TimeUnit.SECONDS).join();
        if (answer.has("error")) {
            throw new AssertionError(method + ": " + answer.path("error"));
        }
        return answer.path("result");
    }

    /** Loads an address and waits for its scripts. */
    void load(String url) {
        navigate("about:blank");
        navigate(url);
        await("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /** Goes to an address, and does not wait for its scripts. */
    void navigate(String url) {
        send("Page.navigate", "url", url);
    }

    /** The value of an expression, which may be a promise. */
    JsonNode eval(String script) {
        JsonNode answer = send("Runtime.evaluate", "expression", script, "awaitPromise", true, "returnByValue", true,
                "userGesture", true);
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(script + ": " + answer.path("exceptionDetails"));
        }
        return answer.at("/result/value");
    }

    /** Waits until an expression is true; it is looked at in the page. */
    void await(String condition) {
        String script = "new Promise(done => { const began = Date.now(); const look = () => { let is = false; try { is = !!("
                + condition
                + "); } catch {} if (is || Date.now() - began > 15000) done(is); else setTimeout(look, 30); }; "
                + "look(); })";
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                if (eval(script).asBoolean()) {
                    return;
                }
                break;
            } catch (AssertionError e) {
                if (!String.valueOf(e.getMessage()).contains("context")) { // of a document that has been left
                    throw e;
                }
            }
        }
        throw new AssertionError("not so: " + condition + "\nthe page says: " + text());
    }

    void awaitText(String words) {
        await("document.body.innerText.includes(" + JSON.valueToTree(words) + ")");
    }

    /** The text that a person sees. */
    String text() {
        return eval("document.body?.innerText ?? ''").asText();
    }

    /** Clicks into the middle of the first element of a selector. */
    void click(String selector) {
        await("document.querySelector(" + JSON.valueToTree(selector) + ")");
        JsonNode place = eval("(() => { const e = document.querySelector(" + JSON.valueToTree(selector)
                + "); e.scrollIntoView({ block: 'center' }); const b = e.getBoundingClientRect(); "
                + "return { x: b.x + b.width / 2, y: b.y + b.height / 2 }; })()");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            send("Input.dispatchMouseEvent", "type", type, "x", place.path("x").asDouble(), "y",
                    place.path("y").asDouble(), "button", "left", "clickCount", 1);
        }
    }

    /** Presses keys one after another: names such as {@code Enter}, or single characters. */
    void press(String... keys) {
        for (String key : keys) {
            boolean isText = key.length() == 1;
            ObjectNode down = JSON.createObjectNode();
            down.put("key", key).put("windowsVirtualKeyCode",
                    CODES.getOrDefault(key, isText ? (int) key.charAt(0) : 0));
            ObjectNode up = down.deepCopy().put("type", "keyUp");
            down.put("type", isText || key.equals("Enter") ? "keyDown" : "rawKeyDown");
            if (isText || key.equals("Enter")) {
                down.put("text", key.equals("Enter") ? "\r" : key);
            }
            post("Input.dispatchKeyEvent", down).orTimeout(PATIENCE, TimeUnit.SECONDS).join();
            post("Input.dispatchKeyEvent", up).orTimeout(PATIENCE, TimeUnit.SECONDS).join();
        }
    }

    void type(String words) {
        send("Input.insertText", "text", words);
    }

    /** Begins to record the tasks of the browser. */
    void record() {
        trace.clear();
        traced = new CompletableFuture<>();
        send("Tracing.start", "transferMode", "ReportEvents", "traceConfig",
                Map.of("includedCategories", List.of("toplevel", "disabled-by-default-devtools.timeline",
                        "devtools.timeline", "__metadata")));
    }

    /** The milliseconds of processor time of the tasks of the page's thread that took longer than this, since {@link #record}. */
    List<Long> tasksLongerThan(long millis) {
        send("Tracing.end");
        traced.orTimeout(PATIENCE, TimeUnit.SECONDS).join();
        Set<String> pages = trace.stream().filter(one -> one.path("name").asText().equals("thread_name")
                && one.at("/args/name").asText().equals("CrRendererMain")).map(Tab::thread).collect(Collectors.toSet());
        List<Long> tasks = trace.stream()
                .filter(one -> one.path("name").asText().endsWith("RunTask") && pages.contains(thread(one)))
                .map(one -> one.path("tdur").asLong() / 1000).toList();
        if (tasks.size() < 100) {
            throw new AssertionError("only " + tasks.size() + " tasks were recorded");
        }
        return tasks.stream().filter(one -> one > millis).toList();
    }

    private static String thread(JsonNode event) {
        return event.path("pid").asText() + "/" + event.path("tid").asText();
    }

    void size(int width, int height) {
        send("Emulation.setDeviceMetricsOverride", "width", width, "height", height, "deviceScaleFactor", 1, "mobile",
                false);
    }

    void dark(boolean dark) {
        send("Emulation.setEmulatedMedia", "features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light")));
    }

    /** Keeps the page from hearing of changes: its streams of events are answered with nothing more. */
    void deaf(boolean deaf) {
        send("Network.setBlockedURLs", "urls", deaf ? List.of("*/events*") : List.of());
        eval("dispatchEvent(new PageTransitionEvent('pagehide')); dispatchEvent(new PageTransitionEvent('pageshow')); 0");
    }

    void javaScript(boolean enabled) {
        send("Emulation.setScriptExecutionDisabled", "value", !enabled);
    }

    /** Saves what is seen; the whole page where it is not much longer than the window. */
    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file,
                Base64.getDecoder().decode(send("Page.captureScreenshot", "format", "png").path("data").asText()));
    }

    /** What the console says, and errors. */
    List<String> messages() {
        return messages;
    }

    /** The addresses that were asked for. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
