package sosuckhoe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** A facility's private key: ECDSA P-256, or Ed25519. */
public final class FacilityKey {
    /** The names that RFC 9421 gives to the two algorithms. */
    public static final String P256 = "ecdsa-p256-sha256", ED25519 = "ed25519";

    public final String id;
    public final String algorithm;
    private final PrivateKey key;

    private FacilityKey(String id, String algorithm, PrivateKey key) {
        this.id = id;
        this.algorithm = algorithm;
        this.key = key;
    }

    /** Reads a PEM file of `openssl genpkey` or of {@link #main} ("BEGIN PRIVATE KEY", which is PKCS#8). */
    public static FacilityKey read(String id, Path pem) throws IOException, GeneralSecurityException {
        String text = Files.readString(pem);
        if (!text.contains("-----BEGIN PRIVATE KEY-----")) {
            throw new GeneralSecurityException("no plain PKCS#8 key; convert it: openssl pkcs8 -topk8 -nocrypt");
        }
        return of(id, Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", "")));
    }

    /** Takes a PKCS#8 key; its algorithm is found by trying both. */
    public static FacilityKey of(String id, byte[] pkcs8) throws GeneralSecurityException {
        PKCS8EncodedKeySpec form = new PKCS8EncodedKeySpec(pkcs8);
        try {
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(form);
            if (((ECKey) key).getParams().getCurve().getField().getFieldSize() != 256) {
                throw new GeneralSecurityException("the curve must be P-256");
            }
            return new FacilityKey(id, P256, key);
        } catch (java.security.spec.InvalidKeySpecException notElliptic) {
            return new FacilityKey(id, ED25519, KeyFactory.getInstance("Ed25519").generatePrivate(form));
        }
    }

    /** Signs; an ECDSA signature is `r` and `s` of 32 bytes each, not DER. */
    public byte[] sign(byte[] text) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(javaName(algorithm));
        signature.initSign(key);
        signature.update(text);
        return signature.sign();
    }

    static boolean verifies(String algorithm, PublicKey key, byte[] text, byte[] signed) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(javaName(algorithm));
        signature.initVerify(key);
        signature.update(text);
        return signature.verify(signed);
    }

    private static String javaName(String algorithm) {
        return algorithm.equals(P256) ? "SHA256withECDSAinP1363Format" : "Ed25519";
    }

    /** Makes a P-256 key pair: `java -cp out sosuckhoe.FacilityKey facility.pem facility.pub.pem`. Overwrites nothing. */
    public static void main(String[] arguments) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Path secret = Path.of(arguments[0]);
        write(secret, "PRIVATE", pair.getPrivate().getEncoded());
        write(Path.of(arguments[1]), "PUBLIC", pair.getPublic().getEncoded());
        System.out.println("Keep " + arguments[0] + " here; send " + arguments[1] + " to the province.");
    }

    private static void write(Path file, String kind, byte[] der) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String text = "-----BEGIN " + kind + " KEY-----\n" + lines + "\n-----END " + kind + " KEY-----\n";
        if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text, StandardOpenOption.WRITE);
        } else {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        }
    }
}
