package sosuckhoe;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What came back. Why a call was refused is in its faults; log their words only, a text may speak of the person. */
public record Answer(int status, OptionalLong retryAfter, String body) {
    private static final String MATCH_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade";

    /** What a caller does next. */
    public enum Next {
        DONE, MEND_SIGNATURE, MEND_CALL, NOT_ALLOWED, NOBODY, SETTLE_BY_CARD, TOO_LARGE, LATER
    }

    /** A person who may be meant: the id of the Patient, and `certain`, `probable` or `possible`. */
    public record Candidate(String patient, String grade) {}

    /** What became of one entry; the etag is that of the version that stands. */
    public record Entry(int status, String word, String etag, List<Fault> faults) {}

    /** One fault of a refused call or episode: its word, its place in what was sent (or null), and a text for people. */
    public record Fault(String word, String place, String text) {}

    public Next next() {
        if (status < 300) return Next.DONE;
        return switch (status) {
            case 401 -> Next.MEND_SIGNATURE;
            case 403 -> Next.NOT_ALLOWED;
            case 404 -> word().equals("no-such-operation") ? Next.MEND_CALL : Next.NOBODY;
            case 409 -> word().equals("resource-of-another-facility") ? Next.MEND_CALL : Next.SETTLE_BY_CARD;
            case 413 -> Next.TOO_LARGE;
            case 429, 500, 502, 503, 504 -> Next.LATER;
            default -> Next.MEND_CALL;
        };
    }

    /** Whether `$validate`, which answers 200 in both cases, found nothing that would be refused. */
    public boolean valid() {
        return status == 200 && errors(json()).isEmpty();
    }

    /** The body as {@link Json}; null when it is not JSON, as when something on the way answered. */
    public Object json() {
        try {
            return Json.read(body);
        } catch (IllegalArgumentException notJson) {
            return null;
        }
    }

    public List<Fault> faults() {
        return errors(json());
    }

    /** The word of the first fault, such as `consent-missing`; empty when there is none. */
    public String word() {
        return faults().isEmpty() || faults().get(0).word() == null ? "" : faults().get(0).word();
    }

    /** The people of a searchset, the likeliest first. */
    public List<Candidate> candidates() {
        List<Candidate> found = new ArrayList<>();
        for (Object entry : Json.list(json(), "entry")) {
            String grade = "";
            for (Object extension : Json.list(entry, "search", "extension")) {
                if (MATCH_GRADE.equals(Json.text(extension, "url"))) grade = Json.text(extension, "valueCode");
            }
            found.add(new Candidate(Json.text(entry, "resource", "id"), grade));
        }
        return found;
    }

    /** What became of each entry of a transaction, or of each episode of a hospital's file, in the order sent. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Object entry : Json.list(json(), "entry")) {
            Object response = Json.in(entry, "response");
            String word = word(Json.in(response, "outcome", "issue", 0));
            int status = Integer.parseInt(Json.text(response, "status").substring(0, 3));
            entries.add(new Entry(status, word, Json.text(response, "etag"), errors(Json.in(response, "outcome"))));
        }
        return entries;
    }

    private static List<Fault> errors(Object outcome) {
        List<Fault> faults = new ArrayList<>();
        for (Object issue : Json.list(outcome, "issue")) {
            if (!List.of("fatal", "error").contains(Json.text(issue, "severity"))) continue;
            String text = Json.text(issue, "details", "text");
            faults.add(new Fault(word(issue), Json.text(issue, "expression", 0), text));
        }
        return faults;
    }

    private static String word(Object issue) {
        String coded = Json.text(issue, "details", "coding", 0, "code");
        return coded != null ? coded : Json.text(issue, "diagnostics");
    }
}
