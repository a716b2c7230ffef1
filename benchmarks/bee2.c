/* Speed of bee2's bign over its own API: signatures and verifications per second of CPU time, one
 * thread, on each curve. Prints one JSON object.
 *
 *     cc -O2 bee2.c -I$BEE2_PREFIX/include -L$BEE2_PREFIX/lib -lbee2 -Wl,-rpath,$BEE2_PREFIX/lib -o bee2
 *     ./bee2 0.5
 */
#include <bee2/crypto/bign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void require(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "%s failed\n", what);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static const char *curves[] = {
        "1.2.112.0.2.0.34.101.45.3.1", "1.2.112.0.2.0.34.101.45.3.2", "1.2.112.0.2.0.34.101.45.3.3"
    };
    double span = argc > 1 ? atof(argv[1]) : 0.5;
    octet oid[16];
    size_t oid_len = sizeof oid;

    require(bignOidToDER(oid, &oid_len, "1.2.112.0.2.0.34.101.31.81") == ERR_OK, "bignOidToDER");
    printf("{");
    for (size_t i = 0; i < 3; i++) {
        bign_params params;
        octet d[64], key[128], hash[64], signature[96];
        double start, signing, verifying;
        long signed_count = 0, verified_count = 0;

        require(bignParamsStd(&params, curves[i]) == ERR_OK, "bignParamsStd");
        memset(d, 0x2a, sizeof d);
        memset(hash, 0x5a, sizeof hash);
        require(bignPubkeyCalc(key, &params, d) == ERR_OK, "bignPubkeyCalc");
        start = cpu_s();
        do {
            hash[0]++;
            require(bignSign2(signature, &params, oid, oid_len, hash, d, 0, 0) == ERR_OK,
                    "bignSign2");
            signed_count++;
        } while ((signing = cpu_s() - start) < span);
        start = cpu_s();
        do {
            require(bignVerify(&params, oid, oid_len, hash, signature, key) == ERR_OK,
                    "bignVerify");
            verified_count++;
        } while ((verifying = cpu_s() - start) < span);
        printf("%s\"%s\": {\"sign\": %.1f, \"verify\": %.1f}", i ? ", " : "", curves[i],
               (double)signed_count / signing, (double)verified_count / verifying);
    }
    printf("}\n");
    return 0;
}
