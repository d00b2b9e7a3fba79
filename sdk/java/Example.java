package sosuckhoe;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A visit, from the desk to the record. Prints nothing of the person. */
public final class Example {
    public static void main(String[] given) throws Exception {
        if (given.length < 6) {
            System.err.println("give: address key-id key.pem practitioner national-id birth-date [visit-number [file.xml]]");
            System.exit(2);
        }
        String practitioner = given[3];
        FacilityClient client = new FacilityClient(given[0], FacilityKey.read(given[1], Path.of(given[2])), "en");
        if (!told("who am I", client.whoAmI(practitioner))) System.exit(1);

        Answer found = client.match(practitioner, FacilityClient.NATIONAL_ID, given[4], given[5]);
        told("match", found);
        List<Answer.Candidate> people = found.candidates();
        for (Answer.Candidate person : people) System.out.println("  " + person.grade());
        if (people.size() != 1) System.exit(1); // nobody, or several: see the card, and ask the person

        String patient = people.get(0).patient();
        Answer summary = client.summaryOf(practitioner, patient);
        if (told("summary", summary)) System.out.println("  " + Json.list(summary.json(), "entry").size() + " resources");

        String number = given.length > 6 ? given[6] : "V-2026-000001";
        String facility = given[1].replaceFirst("\\..*", "");
        Map<String, Object> bundle = visit(facility, number, patient, "A90", "Sốt xuất huyết", "2026-11-20");
        Answer checked = client.validate(practitioner, bundle);
        told("validate", checked);
        if (!checked.valid()) System.exit(1);
        for (String name : List.of("write", "write again")) {
            Answer written = client.transaction(practitioner, bundle);
            if (!told(name, written)) System.exit(1);
            for (Answer.Entry entry : written.entries()) System.out.println("  " + entry.status() + " " + entry.etag());
        }

        if (given.length > 7) {
            Answer file = client.hospitalFile(practitioner, Files.readAllBytes(Path.of(given[7])), List.of());
            told("hospital file", file);
            for (Answer.Entry episode : file.entries()) System.out.println("  " + episode.status() + " " + episode.word());
        }
    }

    private static boolean told(String what, Answer answer) {
        System.out.println(what + ": " + answer.status());
        for (Answer.Fault fault : answer.faults()) {
            System.out.println("  " + fault.word() + (fault.place() == null ? "" : " at " + fault.place()));
        }
        return answer.next() == Answer.Next.DONE;
    }

    /** All of it comes of the hospital's own visit, the ids too, so that a program that forgot sends the same Bundle. */
    static Map<String, Object> visit(
            String facility, String number, String patient, String icd10, String text, String day) {
        String visit = id(facility, "visit", number);
        String diagnosis = id(facility, "diagnosis", number);
        Map<String, Object> subject = Map.of("reference", "Patient/" + patient);
        Map<String, Object> encounter = Map.of("resourceType", "Encounter", "id", visit, "status", "finished",
                "class", Map.of("system", "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code", "AMB"),
                "subject", subject);
        Map<String, Object> condition = Map.of("resourceType", "Condition", "id", diagnosis,
                "clinicalStatus", coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
                "code", Map.of("coding", coded("http://hl7.org/fhir/sid/icd-10", icd10).get("coding"), "text", text),
                "subject", subject, "encounter", Map.of("reference", "Encounter/" + visit),
                "onsetDateTime", day);
        return Map.of("resourceType", "Bundle", "type", "transaction", "entry", List.of(put(encounter), put(condition)));
    }

    private static Map<String, Object> put(Map<String, Object> resource) {
        String url = resource.get("resourceType") + "/" + resource.get("id");
        return Map.of("resource", resource, "request", Map.of("method", "PUT", "url", url));
    }

    private static Map<String, Object> coded(String system, String code) {
        return Map.of("coding", List.of(Map.of("system", system, "code", code)));
    }

    private static String id(String facility, String kind, String number) {
        return UUID.nameUUIDFromBytes((facility + "/" + kind + "/" + number).getBytes(StandardCharsets.UTF_8)).toString();
    }
}
