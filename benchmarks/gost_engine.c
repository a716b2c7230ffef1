/* Speed of OpenSSL's GOST engine over EVP: signatures and verifications per second of CPU time,
 * one thread, for each parameter set given as algorithm:paramset. Prints one JSON object.
 *
 *     cc -O2 gost_engine.c -lcrypto -o gost_engine
 *     ./gost_engine 0.5 gost2012_256:A gost2012_512:B ...
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/engine.h>
#include <openssl/evp.h>
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

static EVP_PKEY *new_key(const char *algorithm, const char *paramset)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = NULL;
    ENGINE *engine = NULL;
    const EVP_PKEY_ASN1_METHOD *method = EVP_PKEY_asn1_find_str(&engine, algorithm, -1);
    int id = 0;

    require(method != NULL, "finding the algorithm");
    EVP_PKEY_asn1_get0_info(&id, NULL, NULL, NULL, NULL, method);
    ctx = EVP_PKEY_CTX_new_id(id, engine);
    require(ctx && EVP_PKEY_keygen_init(ctx) > 0, "EVP_PKEY_keygen_init");
    require(EVP_PKEY_CTX_ctrl_str(ctx, "paramset", paramset) > 0, "the parameter set");
    require(EVP_PKEY_keygen(ctx, &key) > 0, "EVP_PKEY_keygen");
    EVP_PKEY_CTX_free(ctx);
    return key;
}

int main(int argc, char **argv)
{
    double span = argc > 1 ? atof(argv[1]) : 0.5;
    ENGINE *engine;

    ENGINE_load_builtin_engines();
    engine = ENGINE_by_id("gost");
    require(engine && ENGINE_init(engine) && ENGINE_set_default(engine, ENGINE_METHOD_ALL),
            "loading the engine");
    printf("{");
    for (int i = 2; i < argc; i++) {
        char algorithm[64];
        char *paramset;
        unsigned char digest[64], signature[128];
        size_t digest_len, signature_len = sizeof signature;
        EVP_PKEY *key;
        EVP_PKEY_CTX *ctx;
        double start, signing, verifying;
        long signed_count = 0, verified_count = 0;

        snprintf(algorithm, sizeof algorithm, "%s", argv[i]);
        paramset = strchr(algorithm, ':');
        require(paramset != NULL, "reading algorithm:paramset");
        *paramset++ = 0;
        digest_len = strstr(algorithm, "512") ? 64 : 32;
        memset(digest, 0x5a, sizeof digest);
        key = new_key(algorithm, paramset);

        ctx = EVP_PKEY_CTX_new(key, NULL);
        require(ctx && EVP_PKEY_sign_init(ctx) > 0, "EVP_PKEY_sign_init");
        start = cpu_s();
        do {
            digest[0]++;
            signature_len = sizeof signature;
            require(EVP_PKEY_sign(ctx, signature, &signature_len, digest, digest_len) > 0,
                    "EVP_PKEY_sign");
            signed_count++;
        } while ((signing = cpu_s() - start) < span);
        EVP_PKEY_CTX_free(ctx);

        ctx = EVP_PKEY_CTX_new(key, NULL);
        require(ctx && EVP_PKEY_verify_init(ctx) > 0, "EVP_PKEY_verify_init");
        start = cpu_s();
        do {
            require(EVP_PKEY_verify(ctx, signature, signature_len, digest, digest_len) == 1,
                    "EVP_PKEY_verify");
            verified_count++;
        } while ((verifying = cpu_s() - start) < span);
        EVP_PKEY_CTX_free(ctx);
        EVP_PKEY_free(key);
        printf("%s\"%s\": {\"sign\": %.1f, \"verify\": %.1f}", i > 2 ? ", " : "", argv[i],
               (double)signed_count / signing, (double)verified_count / verifying);
        fflush(stdout);
    }
    printf("}\n");
    return 0;
}
