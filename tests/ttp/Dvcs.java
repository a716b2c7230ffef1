// Another program's view of DVCS: BouncyCastle makes requests and reads, and verifies, answers.
//   java -cp bcpkix.jar:bcprov.jar:bcutil.jar Dvcs.java vsd SIGNED_DATA OUT
//   java ... Dvcs.java ccpd DIGEST_OID DIGEST_HEX OUT
//   java ... Dvcs.java read ANSWER          prints what it says
//   java ... Dvcs.java verify ANSWER        also verifies its signature by the certificate inside

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.dvcs.DVCSCertInfo;
import org.bouncycastle.asn1.dvcs.DVCSErrorNotice;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.dvcs.CCPDRequestBuilder;
import org.bouncycastle.dvcs.DVCSRequest;
import org.bouncycastle.dvcs.DVCSResponse;
import org.bouncycastle.dvcs.MessageImprint;
import org.bouncycastle.dvcs.VSDRequestBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.encoders.Hex;

public class Dvcs {
    public static void main(String[] words) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        switch (words[0]) {
            case "vsd" -> vsd(Path.of(words[1]), Path.of(words[2]));
            case "ccpd" -> ccpd(words[1], words[2], Path.of(words[3]));
            default -> answer(Path.of(words[1]), words[0].equals("verify"));
        }
    }

    static void vsd(Path document, Path out) throws Exception {
        VSDRequestBuilder builder = new VSDRequestBuilder();
        builder.setNonce(BigInteger.valueOf(77));
        DVCSRequest request = builder.build(new CMSSignedData(Files.readAllBytes(document)));
        Files.write(out, bare(request));
    }

    static void ccpd(String oid, String digest, Path out) throws Exception {
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid));
        DigestInfo imprint = new DigestInfo(algorithm, Hex.decode(digest));
        DVCSRequest request = new CCPDRequestBuilder().build(new MessageImprint(imprint));
        Files.write(out, bare(request));
    }

    // BouncyCastle wraps its requests in a ContentInfo of no signer; a service wants the bare one.
    static byte[] bare(DVCSRequest request) throws Exception {
        return org.bouncycastle.asn1.dvcs.DVCSRequest.getInstance(
            request.getContent()).getEncoded("DER");
    }

    static void answer(Path file, boolean verify) throws Exception {
        CMSSignedData message = new CMSSignedData(Files.readAllBytes(file));
        var content = (org.bouncycastle.asn1.dvcs.DVCSResponse) new DVCSResponse(message).getContent();
        DVCSErrorNotice notice = content.getErrorNotice();
        if (notice != null) {
            System.out.println("status " + notice.getTransactionStatus().getStatus());
        } else {
            DVCSCertInfo info = content.getCertInfo();
            System.out.println("serial " + info.getSerialNumber().getValue());
            System.out.println("time " + info.getResponseTime().getGenTime().getTimeString());
            System.out.println("imprint " + Hex.toHexString(info.getMessageImprint().getDigest()));
            System.out.println("nonce " + info.getDvReqInfo().getNonce());
            System.out.println("chains " + (info.getCerts() == null ? 0 : info.getCerts().length));
        }
        if (verify) {
            SignerInformation signer = message.getSignerInfos().getSigners().iterator().next();
            X509CertificateHolder holder = (X509CertificateHolder)
                message.getCertificates().getMatches(signer.getSID()).iterator().next();
            System.out.println("verified " + signer.verify(
                new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder)));
        }
    }
}
