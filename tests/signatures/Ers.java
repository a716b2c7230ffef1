// Another program's view of evidence records (RFC 4998): BouncyCastle asks for time-stamps, makes
// records of the answers, renews them, and checks what they hold. A and B in one group: "A,B".
//   java -cp bcpkix.jar:bcprov.jar:bcutil.jar Ers.java ask DIGEST_OID OUT FILE...
//   java ... Ers.java make DIGEST_OID ANSWER FOLDER FILE...      makes FOLDER/0.ers, 1.ers, ...
//   java ... Ers.java ask-again RECORD OUT                       time-stamp renewal
//   java ... Ers.java renew RECORD ANSWER OUT
//   java ... Ers.java ask-rehash RECORD DIGEST_OID FILE OUT      hash-tree renewal
//   java ... Ers.java rehash RECORD DIGEST_OID FILE ANSWER OUT
//   java ... Ers.java check RECORD FILE MILLISECONDS             prints "holds true" or why not

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.ers.ERSArchiveTimeStampGenerator;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;
import org.bouncycastle.tsp.ers.ERSEvidenceRecordGenerator;
import org.bouncycastle.tsp.ers.ERSException;

public class Ers {
    static DigestCalculatorProvider digests;

    public static void main(String[] words) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        TimeStampRequestGenerator asking = new TimeStampRequestGenerator();
        asking.setCertReq(true);
        switch (words[0]) {
            case "ask" -> write(words[2], over(words, 3).generateTimeStampRequest(asking));
            case "make" -> {
                var made = over(words, 4).generateArchiveTimeStamps(answer(words[2]));
                var records = new ERSEvidenceRecordGenerator(digests).generate(made);
                for (int n = 0; n < records.size(); n++) {
                    Files.write(Path.of(words[3], n + ".ers"), records.get(n).getEncoded());
                }
            }
            case "ask-again" ->
                write(words[2], record(words[1]).generateTimeStampRenewalRequest(asking));
            case "renew" ->
                write(words[3], record(words[1]).renewTimeStamp(answer(words[2])));
            case "ask-rehash" -> write(words[4], record(words[1]).generateHashRenewalRequest(
                calculator(words[2]), data(words[3]), asking));
            case "rehash" -> write(words[5], record(words[1]).renewHash(
                calculator(words[2]), data(words[3]), answer(words[4])));
            default -> check(record(words[1]), data(words[2]), Long.parseLong(words[3]));
        }
    }

    static ERSArchiveTimeStampGenerator over(String[] words, int from) throws Exception {
        var made = new ERSArchiveTimeStampGenerator(calculator(words[1]));
        for (int n = from; n < words.length; n++) {
            made.addData(data(words[n]));
        }
        return made;
    }

    static ERSData data(String names) throws Exception {
        List<ERSData> found = new ArrayList<>();
        for (String name : names.split(",")) {
            found.add(new ERSByteData(Files.readAllBytes(Path.of(name))));
        }
        return found.size() == 1 ? found.get(0) : new ERSDataGroup(found);
    }

    static DigestCalculator calculator(String oid) throws Exception {
        return digests.get(new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid)));
    }

    static ERSEvidenceRecord record(String name) throws Exception {
        return new ERSEvidenceRecord(Files.readAllBytes(Path.of(name)), digests);
    }

    static TimeStampResponse answer(String name) throws Exception {
        return new TimeStampResponse(Files.readAllBytes(Path.of(name)));
    }

    static void write(String name, TimeStampRequest request) throws Exception {
        Files.write(Path.of(name), request.getEncoded());
    }

    static void write(String name, ERSEvidenceRecord record) throws Exception {
        Files.write(Path.of(name), record.getEncoded());
    }

    static void check(ERSEvidenceRecord record, ERSData data, long at) throws Exception {
        var verifier = new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC");
        try {
            record.validatePresent(data, new Date(at));
            record.validate(verifier.build(record.getSigningCertificate()));
            System.out.println("holds true");
        } catch (ERSException error) {
            System.out.println("holds " + error.getMessage());
        }
    }
}
