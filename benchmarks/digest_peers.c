/* Speed of the peers' digests over their own API, CPU time of one thread.
 *
 *     digest_peers NAME OCTETS SECONDS
 *
 * prints MB/s (10^6 octets) of hashing messages of OCTETS octets. Names: md_gost12_256,
 * md_gost12_512, md_gost94 by OpenSSL with the GOST engine; with -DWITH_BEE2 belt-hash, bash256,
 * bash384, bash512 by bee2. Exit status 2: this peer is absent.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/engine.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef WITH_BEE2
#include <bee2/crypto/bash.h>
#include <bee2/crypto/belt.h>
#endif

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static const EVP_MD *engine_digest;

static int by_engine(const unsigned char *data, size_t size)
{
    unsigned char value[EVP_MAX_MD_SIZE];
    unsigned int length;
    return EVP_Digest(data, size, value, &length, engine_digest, NULL) == 1;
}

#ifdef WITH_BEE2
static size_t bash_level; /* 0 for belt-hash */

static int by_bee2(const unsigned char *data, size_t size)
{
    unsigned char value[64];
    return (bash_level ? bashHash(value, bash_level, data, size) : beltHash(value, data, size)) == 0;
}
#endif

static int (*find(const char *name))(const unsigned char *, size_t)
{
    ENGINE *engine;
#ifdef WITH_BEE2
    if (strcmp(name, "belt-hash") == 0)
        return by_bee2;
    if (strncmp(name, "bash", 4) == 0) {
        bash_level = strtoul(name + 4, NULL, 10) / 2;
        return by_bee2;
    }
#endif
    ENGINE_load_builtin_engines();
    engine = ENGINE_by_id("gost");
    if (engine == NULL || !ENGINE_init(engine) || !ENGINE_set_default(engine, ENGINE_METHOD_ALL))
        return NULL;
    engine_digest = EVP_get_digestbyname(name);
    return engine_digest ? by_engine : NULL;
}

int main(int argc, char **argv)
{
    int (*hash)(const unsigned char *, size_t) = argc == 4 ? find(argv[1]) : NULL;
    size_t size = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    double limit = argc == 4 ? atof(argv[3]) : 0, start, spent, best = 0;
    unsigned char *data;
    if (hash == NULL || (data = calloc(size + 1, 1)) == NULL)
        return 2;
    /* The best of ten slices, so that a busy machine disturbs little. */
    for (int slice = 0; slice < 10; slice++) {
        double octets = 0;
        start = cpu_seconds();
        do {
            if (!hash(data, size))
                return 1;
            octets += size;
            spent = cpu_seconds() - start;
        } while (spent < limit / 10);
        if (octets / spent > best)
            best = octets / spent;
    }
    printf("%.1f\n", best / 1e6);
    return 0;
}
