package sosuckhoe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds {@link FacilityClient} to its promise of retries, before a small server that breaks off, delays and refuses. */
public final class CheckRetries {
    private static final String BROKEN = "broken";
    private static final Map<String, String> REFUSED =
            Map.of("replayed", "signature-replayed", "422", "bundle-invalid", "401", "signature-alg");

    private final Deque<String> script = new ArrayDeque<>();
    private final Set<String> nonces = new HashSet<>();
    private final List<Long> waited = new ArrayList<>();
    private int faults;

    public static void main(String[] arguments) throws Exception {
        CheckRetries check = new CheckRetries();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", check::answer);
        server.start();
        byte[] secret = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
        String origin = "http://127.0.0.1:" + server.getAddress().getPort();
        FacilityClient client = new FacilityClient(origin, FacilityKey.of("79001.1", secret), "en");
        client.pause = check.waited::add;
        check.writes(client, List.of("200"), "200", List.of());
        check.writes(client, List.of(BROKEN, "200"), "200", List.of(0L));
        check.writes(client, List.of("503 7", "503", "429 30", "200"), "200", List.of(7L, 2L, 30L));
        check.writes(client, List.of("429 31"), "429", List.of());
        check.writes(client, List.of("500", "502", "504", "503"), "503", List.of(0L, 2L, 4L));
        check.writes(client, List.of(BROKEN, BROKEN, BROKEN, BROKEN), "IOException", List.of(0L, 2L, 4L));
        check.writes(client, List.of("422"), "422", List.of());
        check.writes(client, List.of("401"), "401", List.of());
        check.reads(client);
        server.stop(0);
        System.out.println("retries: " + check.faults + " faults");
        System.exit(check.faults > 0 ? 1 : 0);
    }

    private void writes(FacilityClient client, List<String> answers, String outcome, List<Long> waits)
            throws Exception {
        begin(answers);
        String ended;
        try {
            ended = String.valueOf(client.transaction("CNTT", Map.of("resourceType", "Bundle")).status());
        } catch (IOException noAnswer) {
            ended = "IOException";
        }
        expect(answers, ended.equals(outcome) && script.isEmpty() && waited.equals(waits) && nonces.size() == answers.size());
    }

    /** On a connection in use JDK's client repeats the broken GET by itself: the nonce arrives twice, and then a new one. */
    private void reads(FacilityClient client) throws Exception {
        List<String> answers = List.of("200", BROKEN, "200");
        begin(answers);
        boolean done = client.whoAmI("CNTT").status() == 200 && client.whoAmI("CNTT").status() == 200;
        expect(answers, done && script.isEmpty() && nonces.size() == 3);
    }

    private void begin(List<String> answers) {
        script.clear();
        script.addAll(answers);
        nonces.clear();
        waited.clear();
    }

    private void expect(List<String> answers, boolean holds) {
        if (holds) return;
        faults++;
        System.out.println(answers + ": left " + script + ", waited " + waited + ", nonces " + nonces.size());
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String input = exchange.getRequestHeaders().getFirst("signature-input");
        String nonce = input.replaceFirst(".*nonce=\"([^\"]+)\".*", "$1");
        String[] words = (nonces.add(nonce) ? script.remove() : "replayed").split(" ");
        if (!words[0].equals(BROKEN)) {
            if (words.length > 1) exchange.getResponseHeaders().set("retry-after", words[1]);
            Map<String, String> issue = Map.of("severity", "error", "diagnostics", REFUSED.getOrDefault(words[0], "none"));
            byte[] body = Json.write(Map.of("issue", List.of(issue))).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(words[0].equals("replayed") ? 401 : Integer.parseInt(words[0]), body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
