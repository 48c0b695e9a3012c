/*
 * What a token can do at most: C_SignInit and C_Sign in a loop, a session for each thread, nothing else.
 *
 *   token_loop LIBRARY PIN LABEL ec-p256|rsa-pss-2048 THREADS WARM-MILLIS MEASURE-MILLIS
 *
 * Prints: signatures, nanoseconds on the clock, nanoseconds of CPU time of the process.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long word;
typedef word (*function)();
struct attribute { word type; const void *value; word length; };
struct mechanism { word type; const void *parameter; word length; };
struct pss { word hash, mgf, salt; };
struct list { unsigned char version[2]; function functions[68]; };

enum { INITIALIZE = 0, GET_SLOT_LIST = 4, OPEN_SESSION = 12, LOGIN = 18, FIND_INIT = 26, FIND = 27, FIND_FINAL = 28, SIGN_INIT = 42, SIGN = 43 };

static struct list *p11;
static word slot;
static const char *label;
static struct pss pss = {0x250, 2, 32};
static struct mechanism mechanism;
static volatile int phase; /* 0 warms up, 1 measures, 2 ends */
static uint64_t counts[64];

static void check(word result, const char *what) {
    if (result) { fprintf(stderr, "%s: 0x%lx\n", what, result); exit(1); }
}

static void *loop(void *argument) {
    int thread = (int)(intptr_t)argument;
    word session, key, found, class = 3;
    check(p11->functions[OPEN_SESSION](slot, 4UL, NULL, NULL, &session), "C_OpenSession");
    struct attribute template[] = {{0, &class, sizeof class}, {3, label, strlen(label)}};
    check(p11->functions[FIND_INIT](session, template, 2UL), "C_FindObjectsInit");
    check(p11->functions[FIND](session, &key, 1UL, &found), "C_FindObjects");
    check(p11->functions[FIND_FINAL](session), "C_FindObjectsFinal");
    if (found != 1) { fprintf(stderr, "no key %s\n", label); exit(1); }
    unsigned char digest[32] = {1}, signature[512];
    uint64_t count = 0;
    int seen = 0;
    while (phase < 2) {
        if (seen == 0 && phase == 1) { seen = 1; count = 0; }
        word length = sizeof signature;
        check(p11->functions[SIGN_INIT](session, &mechanism, key), "C_SignInit");
        check(p11->functions[SIGN](session, digest, 32UL, signature, &length), "C_Sign");
        count++;
    }
    counts[thread] = count;
    return NULL;
}

static uint64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 8) return 2;
    int threads = atoi(argv[5]);
    label = argv[3];
    mechanism.type = strcmp(argv[4], "ec-p256") ? 0x0d : 0x1041;
    if (mechanism.type == 0x0d) { mechanism.parameter = &pss; mechanism.length = sizeof pss; }
    void *library = dlopen(argv[1], RTLD_NOW);
    if (!library) { fprintf(stderr, "%s\n", dlerror()); return 1; }
    check(((word (*)(struct list **))dlsym(library, "C_GetFunctionList"))(&p11), "C_GetFunctionList");
    struct { word mutexes[4], flags, reserved; } arguments = {{0}, 2, 0};
    check(p11->functions[INITIALIZE](&arguments), "C_Initialize");
    word slots[16], slot_count = 16, session;
    check(p11->functions[GET_SLOT_LIST](1UL, slots, &slot_count), "C_GetSlotList");
    slot = slots[0];
    check(p11->functions[OPEN_SESSION](slot, 4UL, NULL, NULL, &session), "C_OpenSession");
    check(p11->functions[LOGIN](session, 1UL, argv[2], strlen(argv[2])), "C_Login");
    pthread_t running[64];
    for (int i = 0; i < threads; i++) pthread_create(&running[i], NULL, loop, (void *)(intptr_t)i);
    usleep((useconds_t)atoi(argv[6]) * 1000u);
    uint64_t clock = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    phase = 1;
    usleep((useconds_t)atoi(argv[7]) * 1000u);
    uint64_t clock_end = now(CLOCK_MONOTONIC), cpu_end = now(CLOCK_PROCESS_CPUTIME_ID);
    phase = 2;
    uint64_t total = 0;
    for (int i = 0; i < threads; i++) { pthread_join(running[i], NULL); total += counts[i]; }
    printf("%lu\t%lu\t%lu\n", total, clock_end - clock, cpu_end - cpu);
    return 0;
}
