package sosuckhoe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Signed calls of one facility. Safe for several threads. Every call may be sent again: each attempt is signed anew. */
public final class FacilityClient {
    public static final String NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id";
    public static final String INSURANCE_NUMBER = "http://fhir.ehealth.gov.vn/core/sid/insurance_number";
    private static final String FHIR = "application/fhir+json";
    private static final Set<Integer> LOST = Set.of(500, 502, 504); // it may have been done
    private static final int ATTEMPTS = 4;
    private static final long LONGEST_WAIT = 30; // seconds; who is told to wait longer gets the answer and decides

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
    Pause pause = seconds -> Thread.sleep(seconds * 1000);
    private final String origin;
    private final FacilityKey key;
    private final String language;

    /** How to wait, which {@link CheckRetries} does not. */
    interface Pause {
        void seconds(long seconds) throws InterruptedException;
    }

    /** The province's public address, such as `https://suckhoe.example`; language `vi` or `en` for the texts of refusals. */
    public FacilityClient(String origin, FacilityKey key, String language) {
        this.origin = origin;
        this.key = key;
        this.language = language;
    }

    /** Whom the service takes the key for, and what it may do. */
    public Answer whoAmI(String practitioner) throws Exception {
        return send(new Call("GET", address(origin, "/facility-key", Map.of()), practitioner));
    }

    /** Who may be meant by a number and a birth date (YYYY-MM-DD): {@link Answer#candidates}, none where nobody is. */
    public Answer match(String practitioner, String system, String number, String birthDate) throws Exception {
        Map<String, Object> patient = Map.of("resourceType", "Patient", "birthDate", birthDate,
                "identifier", List.of(Map.of("system", system, "value", number)));
        return post(practitioner, "Patient/$match", parameters(List.of(Map.of("name", "resource", "resource", patient))));
    }

    /** The summary by number and birth date; `409 several-records` where more than one record claims the number. */
    public Answer summary(String practitioner, String system, String number, String birthDate) throws Exception {
        return send(summaryCall(practitioner, system, number, birthDate));
    }

    /** The same without consent, in an emergency (permission `emergency`). */
    public Answer emergencySummary(
            String practitioner, String system, String number, String birthDate, String reason) throws Exception {
        return send(summaryCall(practitioner, system, number, birthDate).inEmergency(reason));
    }

    private Call summaryCall(String practitioner, String system, String number, String birthDate) {
        Object asked = parameters(List.of(Map.of("name", "identifier", "valueString", system + "|" + number),
                Map.of("name", "birthdate", "valueDate", birthDate)));
        return fhir(practitioner, "Patient/$summary", asked);
    }

    /** The summary of a person already found. */
    public Answer summaryOf(String practitioner, String patient) throws Exception {
        return send(new Call("GET", address(origin, "Patient/" + patient + "/$summary", Map.of()), practitioner));
    }

    /** What a transaction would be refused for ({@link Answer#valid}); keeps nothing. */
    public Answer validate(String practitioner, Object bundle) throws Exception {
        return post(practitioner, "Bundle/$validate", bundle);
    }

    /** Writes all entries or none. The same Bundle sent twice changes nothing the second time. */
    public Answer transaction(String practitioner, Object bundle) throws Exception {
        return post(practitioner, "", bundle);
    }

    /** A file of Decision 130, 4750 or 3176. `cardSeen`: the MA_LK whose card was seen (permission `verify`), or none. */
    public Answer hospitalFile(String practitioner, byte[] file, List<String> cardSeen) throws Exception {
        String type = isUtf8(file) ? "application/xml" : "application/octet-stream";
        Call call = new Call("POST", address(origin, "/hospital-files", Map.of()), practitioner, type, file);
        List<String> quoted = new ArrayList<>();
        for (String treatment : cardSeen) quoted.add('"' + Call.percent(treatment, "") + '"');
        return send(quoted.isEmpty() ? call : call.with("card-seen", String.join(", ", quoted)));
    }

    private Answer post(String practitioner, String path, Object resource) throws Exception {
        return send(fhir(practitioner, path, resource));
    }

    private Call fhir(String practitioner, String path, Object resource) {
        byte[] body = Json.write(resource).getBytes(StandardCharsets.UTF_8);
        return new Call("POST", address(origin, path, Map.of()), practitioner, FHIR, body);
    }

    private static Map<String, Object> parameters(List<?> members) {
        return Map.of("resourceType", "Parameters", "parameter", members);
    }

    /** A path with `/` at its front stands below `/v1`, any other below the base of FHIR. */
    static URI address(String origin, String path, Map<String, String> query) {
        String place = path.startsWith("/") ? path : path.isEmpty() ? "/fhir" : "/fhir/" + path;
        return URI.create(origin + "/v1" + place + (query.isEmpty() ? "" : "?" + Call.query(query)));
    }

    /**
     * Sends, and sends again what may be sent again, each time signed anew: after 429 and 503 when the service says, if
     * that is soon, and when the answer was lost. The JDK repeats a GET whose connection broke by itself, with the same
     * signature; the service refuses that as replayed, which counts as a lost answer here.
     */
    Answer send(Call call) throws IOException, InterruptedException, GeneralSecurityException {
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt == ATTEMPTS;
            long wait = 2L * (attempt - 1);
            try {
                Answer answer = once(call);
                boolean busy = answer.status() == 429 || answer.status() == 503;
                boolean lost = LOST.contains(answer.status()) || answer.word().equals("signature-replayed");
                wait = busy ? answer.retryAfter().orElse(attempt) : wait;
                if (last || !(lost || busy) || wait > LONGEST_WAIT) return answer;
            } catch (IOException noAnswer) {
                if (last) throw noAnswer;
            }
            pause.seconds(wait);
        }
    }

    private Answer once(Call call) throws IOException, InterruptedException, GeneralSecurityException {
        Call.Signed signed = call.signed(key, Instant.now().getEpochSecond(), UUID.randomUUID().toString());
        HttpRequest.Builder request = HttpRequest.newBuilder(call.url).timeout(Duration.ofSeconds(60))
                .method(call.method, call.body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(call.body))
                .header("accept", FHIR).header("accept-language", language)
                .header("signature-input", signed.input()).header("signature", signed.signature());
        call.headers.forEach(request::header);
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Answer(response.statusCode(), response.headers().firstValueAsLong("retry-after"), response.body());
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException other) {
            return false;
        }
    }
}
