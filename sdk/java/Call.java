package sosuckhoe;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One call, before it is signed. It talks to nobody: the same call, key, time and nonce sign the same text. */
public final class Call {
    static final int LIFE_IN_SECONDS = 240;
    private static final List<String> COVERED = List.of("purpose-of-use", "practitioner", "purpose-reason", "share",
            "card-seen", "content-type", "content-digest");

    final String method;
    final URI url;
    final byte[] body; // null without a body
    final Map<String, String> headers = new LinkedHashMap<>(); // all that will be covered by the signature

    Call(String method, URI url, String practitioner) {
        this(method, url, practitioner, null, null);
    }

    Call(String method, URI url, String practitioner, String contentType, byte[] body) {
        if (!practitioner.matches("[!-~]([ -~]{0,62}[!-~])?")) {
            throw new IllegalArgumentException("Practitioner: 1-64 ASCII characters, such as a licence or a user name");
        }
        this.method = method;
        this.url = url;
        this.body = body;
        headers.put("purpose-of-use", "TREAT");
        headers.put("practitioner", practitioner);
        if (body != null) {
            headers.put("content-type", contentType);
            headers.put("content-digest", "sha-256=:" + base64(sha256(body)) + ":");
        }
    }

    /** Opens what consent does not, and is told to the person. Reason: unconscious, life-threatening, unable. */
    Call inEmergency(String reason) {
        headers.put("purpose-of-use", "ETREAT");
        return with("purpose-reason", reason);
    }

    Call with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** The three texts of a signature: the one that is signed and the two headers. */
    record Signed(String base, String input, String signature) {}

    Signed signed(FacilityKey key, long created, String nonce) throws GeneralSecurityException {
        List<String> names = new ArrayList<>();
        StringBuilder base = new StringBuilder();
        for (Map.Entry<String, String> part : covered().entrySet()) {
            names.add('"' + part.getKey() + '"');
            base.append('"').append(part.getKey()).append("\": ").append(part.getValue()).append('\n');
        }
        String parameters = "(" + String.join(" ", names) + ");created=" + created + ";keyid=\"" + key.id
                + "\";alg=\"" + key.algorithm + "\";expires=" + (created + LIFE_IN_SECONDS)
                + ";nonce=\"" + nonce + "\";tag=\"ssk-facility\"";
        base.append("\"@signature-params\": ").append(parameters);
        byte[] signature = key.sign(base.toString().getBytes(StandardCharsets.UTF_8));
        return new Signed(base.toString(), "sig1=" + parameters, "sig1=:" + base64(signature) + ":");
    }

    private Map<String, String> covered() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("@method", method);
        parts.put("@authority", authority());
        parts.put("@path", url.getRawPath());
        parts.put("@query", "?" + (url.getRawQuery() == null ? "" : url.getRawQuery()));
        for (String name : COVERED) {
            if (headers.containsKey(name)) parts.put(name, headers.get(name));
        }
        return parts;
    }

    private String authority() {
        boolean own = url.getPort() == -1 || url.getPort() == (url.getScheme().equals("https") ? 443 : 80);
        return url.getHost().toLowerCase(Locale.ROOT) + (own ? "" : ":" + url.getPort());
    }

    /** A query as the service wants it signed: only these characters stand for themselves in a value. */
    static String query(Map<String, String> parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> pairs.add(percent(name, "") + "=" + percent(value, ":/")));
        return String.join("&", pairs);
    }

    static String percent(String text, String alsoPlain) {
        StringBuilder out = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xff);
            boolean plain = character >= 'A' && character <= 'Z' || character >= 'a' && character <= 'z'
                    || character >= '0' && character <= '9' || ("-._~" + alsoPlain).indexOf(character) >= 0;
            out.append(plain ? String.valueOf(character) : String.format("%%%02X", octet & 0xff));
        }
        return out.toString();
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
