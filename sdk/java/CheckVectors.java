package sosuckhoe;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Signs each sound call of `sdk/vectors/signatures.json`, and compares address, headers, text and signature. */
public final class CheckVectors {
    // What stands before the numbers of a JWK in the DER of a private (PKCS#8) and a public key (SubjectPublicKeyInfo).
    private static final Map<String, String> SECRET = Map.of(
            FacilityKey.ED25519, "302e020100300506032b657004220420",
            FacilityKey.P256, "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420");
    private static final Map<String, String> PUBLIC = Map.of(
            FacilityKey.ED25519, "302a300506032b6570032100",
            FacilityKey.P256, "3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    public static void main(String[] arguments) throws Exception {
        Object vectors = Json.read(Files.readString(Path.of(arguments[0])));
        int faults = 0;
        for (Object vector : Json.list(vectors, "sound")) {
            String fault = faultOf(vectors, vector);
            if (fault != null) {
                faults++;
                System.out.println(Json.text(vector, "name") + ", " + Json.text(vector, "algorithm") + ": " + fault);
            }
        }
        System.out.println(Json.list(vectors, "sound").size() + " calls signed, " + faults + " differ");
        System.exit(faults > 0 || Json.list(vectors, "sound").isEmpty() ? 1 : 0);
    }

    private static String faultOf(Object vectors, Object vector) throws Exception {
        String algorithm = Json.text(vector, "algorithm");
        Object jwk = Json.in(vectors, "keys", algorithm, "jwk");
        FacilityKey key = FacilityKey.of(Json.text(vectors, "keys", algorithm, "key_id"), der(SECRET.get(algorithm), jwk, "d"));
        PublicKey open = KeyFactory.getInstance(algorithm.equals(FacilityKey.P256) ? "EC" : "Ed25519")
                .generatePublic(new X509EncodedKeySpec(der(PUBLIC.get(algorithm), jwk, "x", "y")));
        Call call = callOf(Json.text(vectors, "origin"), Json.in(vector, "call"));
        long created = ((Number) Json.in(vector, "created")).longValue();
        Call.Signed signed = call.signed(key, created, Json.text(vector, "nonce"));

        Map<String, String> headers = new LinkedHashMap<>(call.headers);
        headers.put("signature-input", signed.input());
        Map<String, Object> expected = new LinkedHashMap<>();
        ((Map<?, ?>) Json.in(vector, "headers")).forEach((name, value) -> expected.put(name.toString(), value));
        String theirs = (String) expected.remove("signature");
        byte[] base = signed.base().getBytes(StandardCharsets.UTF_8);
        if (!call.url.toString().equals(Json.text(vector, "url"))) return "address " + call.url;
        if (!headers.equals(expected)) return "headers " + headers;
        if (!signed.base().equals(Json.text(vector, "signature_base"))) return "text " + signed.base();
        if (!FacilityKey.verifies(algorithm, open, base, bytes(theirs))) return "their signature does not verify";
        if (!FacilityKey.verifies(algorithm, open, base, bytes(signed.signature()))) return "our signature does not verify";
        if (algorithm.equals(FacilityKey.ED25519) && !signed.signature().equals(theirs)) return "signature " + signed.signature();
        return null;
    }

    private static Call callOf(String origin, Object given) {
        String body = Json.text(given, "body");
        String type = Json.text(given, "content_type");
        Map<String, String> query = new LinkedHashMap<>();
        if (Json.in(given, "query") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> query.put(name.toString(), value.toString()));
        }
        URI url = FacilityClient.address(origin, Json.text(given, "path"), query);
        Call call = new Call(Json.text(given, "method"), url, Json.text(given, "practitioner"),
                type == null ? "application/fhir+json" : type, body == null ? null : body.getBytes(StandardCharsets.UTF_8));
        if ("ETREAT".equals(Json.text(given, "purpose"))) call.inEmergency(Json.text(given, "reason"));
        if (Json.text(given, "share") != null) call.with("share", Json.text(given, "share"));
        if (Json.text(given, "card_seen") != null) call.with("card-seen", Json.text(given, "card_seen"));
        return call;
    }

    private static byte[] der(String before, Object jwk, String... members) {
        StringBuilder hex = new StringBuilder(before);
        for (String member : members) {
            String number = Json.text(jwk, member);
            if (number != null) hex.append(HexFormat.of().formatHex(Base64.getUrlDecoder().decode(number)));
        }
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] bytes(String signature) {
        return Base64.getDecoder().decode(signature.substring("sig1=:".length(), signature.length() - 1));
    }
}
