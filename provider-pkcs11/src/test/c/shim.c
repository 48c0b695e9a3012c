/*
 * A PKCS#11 library that stands before another one: it counts calls, and answers with a CKR code where a test says so. It
 * needs no header: every function of the standard takes at most eight arguments of a register's size.
 *
 * A file beside it, NAME.so.conf, says: target=LIBRARY, env=NAME=VALUE (set before C_Initialize), reserved=TEXT (pReserved of
 * C_Initialize, which NSS wants), control=FILE (mapped; see struct control), hide=CODE (a mechanism that C_GetMechanismList
 * leaves out), offer=CODE (one that it adds), der=1 (C_Sign answers with DER, for P-256), sessions=NUMBER (the most that C_OpenSession opens), silent=1 (CK_TOKEN_INFO
 * does not say so).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FUNCTIONS 68
#define INITIALIZE 0
#define FINALIZE 1
#define GET_TOKEN_INFO 6
#define GET_MECHANISM_LIST 7
#define OPEN_SESSION 12
#define CLOSE_SESSION 13
#define SIGN 43
#define FIRST_WITH_SESSION 13
#define SESSIONS 4096
#define HIDDEN 16
#define OFFERED 16
#define PASSED (~0UL) /* what a stand-in answers to a call that it leaves to the library */

typedef unsigned long word;
typedef word (*function)(word, word, word, word, word, word, word, word);

/* What the test and the shim share: 64-bit numbers. */
struct control {
    uint64_t calls[FUNCTIONS];
    uint64_t skip[FUNCTIONS];      /* answer this many calls first */
    uint64_t inject[FUNCTIONS];    /* then fail this many */
    uint64_t code[FUNCTIONS];      /* with this code */
    uint64_t hold;                 /* while set, C_Sign waits */
    uint64_t inside;               /* callers inside C_Sign */
    uint64_t most;                 /* the most at once */
    uint64_t overlaps;             /* calls into a session that another call was in */
    uint64_t replaced;             /* while set, tokens have another serial number */
    uint64_t most_open;            /* the most sessions that were open at once */
    uint64_t flags;                /* what tokens say besides, CKF_... */
    uint64_t heals;                /* while set, C_Initialize ends all failures */
    uint64_t stand_in[FUNCTIONS];  /* the test's own function, which is asked before the library's */
};

struct list {
    unsigned char version[2];
    function functions[FUNCTIONS];
};

static struct control nowhere, *control = &nowhere;
static struct list *target;
static char reserved[4096];
static unsigned char busy[SESSIONS];
static word hidden[HIDDEN];
static int hidden_count;
static word offered[OFFERED];
static int offered_count;
static int der;
static word limit; /* of sessions, 0 for none */
static int silent; /* whether tokens do not say so */
static uint64_t opened;

static void configure(void) {
    Dl_info self;
    char path[4096], line[4096];
    reserved[0] = 0;
    hidden_count = 0;
    offered_count = 0;
    der = 0;
    limit = 0;
    silent = 0;
    dladdr((void *)configure, &self);
    snprintf(path, sizeof path, "%s.conf", self.dli_fname);
    FILE *file = fopen(path, "r");
    if (!file) abort();
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *value = strchr(line, '=');
        if (!value) continue;
        *value++ = 0;
        if (!strcmp(line, "env")) {
            char *content = strchr(value, '=');
            if (!content) abort();
            *content++ = 0;
            setenv(value, content, 1);
        } else if (!strcmp(line, "reserved")) {
            snprintf(reserved, sizeof reserved, "%s", value);
        } else if (!strcmp(line, "hide") && hidden_count < HIDDEN) {
            hidden[hidden_count++] = strtoul(value, NULL, 0);
        } else if (!strcmp(line, "offer") && offered_count < OFFERED) {
            offered[offered_count++] = strtoul(value, NULL, 0);
        } else if (!strcmp(line, "der")) {
            der = 1;
        } else if (!strcmp(line, "silent")) {
            silent = 1;
        } else if (!strcmp(line, "sessions")) {
            limit = strtoul(value, NULL, 0);
        } else if (!strcmp(line, "control") && control == &nowhere) {
            int fd = open(value, O_RDWR);
            void *map = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            if (fd < 0 || map == MAP_FAILED) abort();
            close(fd);
            control = map;
        } else if (!strcmp(line, "target") && !target) {
            void *library = dlopen(value, RTLD_NOW | RTLD_LOCAL);
            word (*get)(struct list **) = library ? (word (*)(struct list **))dlsym(library, "C_GetFunctionList") : NULL;
            if (!get || get(&target)) {
                fprintf(stderr, "shim: %s\n", dlerror());
                abort();
            }
        }
    }
    fclose(file);
}

static word initialize(function f, word args) {
    struct { word mutexes[4], flags, parameters, more[4]; } own = {{0}, 2 /* CKF_OS_LOCKING_OK */, 0, {0}};
    if (!reserved[0]) return f(args, 0, 0, 0, 0, 0, 0, 0);
    own.parameters = (word)reserved;
    return f((word)&own, 0, 0, 0, 0, 0, 0, 0);
}

/* The list's length, where there is no list yet. */
static word mechanisms(word *list, word *count) {
    word kept = 0;
    for (word i = 0; list && i < *count; i++) {
        int hide = 0;
        for (int h = 0; h < hidden_count; h++) hide |= list[i] == hidden[h];
        if (!hide) list[kept++] = list[i];
    }
    for (int o = 0; list && o < offered_count; o++) list[kept++] = offered[o];
    *count = list ? kept : *count + offered_count;
    return 0;
}

static word integer(unsigned char *to, const unsigned char *from, word length) {
    for (; length > 1 && !*from; from++) length--;
    word zero = *from >> 7;
    to[0] = 2;
    to[1] = length + zero;
    to[2] = 0;
    memcpy(to + 2 + zero, from, length);
    return 2 + zero + length;
}

static void as_der(unsigned char *signature, word *length) {
    unsigned char sequence[128] = {0x30};
    word half = *length / 2, end = 2 + integer(sequence + 2, signature, half);
    end += integer(sequence + end, signature + half, half);
    sequence[1] = end - 2;
    memcpy(signature, sequence, end);
    *length = end;
}

static void at_least(uint64_t *most, uint64_t now) {
    uint64_t seen = *most;
    while (now > seen && !__atomic_compare_exchange_n(most, &seen, now, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
}

static word open_session(function f, word slot, word flags, word application, word notify, word handle) {
    uint64_t now = __atomic_add_fetch(&opened, 1, __ATOMIC_SEQ_CST);
    word result = limit && now > limit ? 0xb1 /* CKR_SESSION_COUNT */ : f(slot, flags, application, notify, handle, 0, 0, 0);
    if (result) __atomic_sub_fetch(&opened, 1, __ATOMIC_SEQ_CST);
    else at_least(&control->most_open, now);
    return result;
}

static void describe(unsigned char *info) {
    if (__atomic_load_n(&control->replaced, __ATOMIC_SEQ_CST)) memset(info + 80, '9', 16); /* serialNumber */
    word flags;
    memcpy(&flags, info + 96, sizeof flags);
    flags |= __atomic_load_n(&control->flags, __ATOMIC_SEQ_CST);
    memcpy(info + 96, &flags, sizeof flags);
    if (limit && !silent) memcpy(info + 104, &limit, sizeof limit);                                   /* ulMaxSessionCount */
}

/* Takes one of what is left, unless this call is to pass. */
static int take(uint64_t *left, int passes) {
    uint64_t now = __atomic_load_n(left, __ATOMIC_SEQ_CST);
    while (now && !passes) {
        if (__atomic_compare_exchange_n(left, &now, now - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return 1;
    }
    return 0;
}

static word pass(int i, word a, word b, word c, word d, word e, word g, word h, word k) {
    if (i == INITIALIZE) {
        configure();
        if (__atomic_load_n(&control->heals, __ATOMIC_SEQ_CST)) memset(control->inject, 0, sizeof control->inject);
    }
    __atomic_add_fetch(&control->calls[i], 1, __ATOMIC_SEQ_CST);
    if (take(&control->inject[i], control->skip[i] && take(&control->skip[i], 0))) return control->code[i];
    if (i == INITIALIZE) return initialize(target->functions[i], a);
    if (i == OPEN_SESSION) return open_session(target->functions[i], a, b, c, d, e);
    /* C_GetFunctionStatus and C_WaitForSlotEvent are not called here. */
    unsigned char *session = i >= FIRST_WITH_SESSION ? &busy[a % SESSIONS] : NULL;
    if (session && __atomic_exchange_n(session, 1, __ATOMIC_SEQ_CST)) {
        __atomic_add_fetch(&control->overlaps, 1, __ATOMIC_SEQ_CST);
    }
    if (i == SIGN) {
        at_least(&control->most, __atomic_add_fetch(&control->inside, 1, __ATOMIC_SEQ_CST));
        while (__atomic_load_n(&control->hold, __ATOMIC_SEQ_CST)) usleep(200);
    }
    function stand_in = (function)__atomic_load_n(&control->stand_in[i], __ATOMIC_SEQ_CST);
    word result = stand_in ? stand_in(a, b, c, d, e, g, h, k) : PASSED;
    if (result == PASSED) result = target->functions[i](a, b, c, d, e, g, h, k);
    if (i == SIGN) __atomic_sub_fetch(&control->inside, 1, __ATOMIC_SEQ_CST);
    if (i == SIGN && der && !result && d) as_der((unsigned char *)d, (word *)e);
    if (session) __atomic_store_n(session, 0, __ATOMIC_SEQ_CST);
    if (i == CLOSE_SESSION && !result) __atomic_sub_fetch(&opened, 1, __ATOMIC_SEQ_CST);
    if (i == FINALIZE && !result) __atomic_store_n(&opened, 0, __ATOMIC_SEQ_CST);
    if (i == GET_TOKEN_INFO && !result) describe((unsigned char *)b);
    if (i == GET_MECHANISM_LIST && !result) return mechanisms((word *)b, (word *)c);
    return result;
}

#define PROXY(i) \
    static word proxy##i(word a, word b, word c, word d, word e, word g, word h, word k) { return pass(i, a, b, c, d, e, g, h, k); }
#define TEN(M, t) M(t##0) M(t##1) M(t##2) M(t##3) M(t##4) M(t##5) M(t##6) M(t##7) M(t##8) M(t##9)
#define ALL(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) TEN(M, 1) TEN(M, 2) TEN(M, 3) TEN(M, 4) TEN(M, 5) \
    M(60) M(61) M(62) M(63) M(64) M(65) M(66) M(67)

ALL(PROXY)

#define ENTRY(i) proxy##i,
static struct list proxies = {{2, 40}, {ALL(ENTRY)}};

word C_GetFunctionList(struct list **list) {
    configure();
    *list = &proxies;
    return 0;
}
