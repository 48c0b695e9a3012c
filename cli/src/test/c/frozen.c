/*
 * A disk that does not answer: preloaded into a process (LD_PRELOAD), it keeps each write to a file below a directory "chains" from
 * returning for as long as the file exists that CHANCERY_TEST_FROZEN names.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static void wait_for(int fd) {
    const char *frozen = getenv("CHANCERY_TEST_FROZEN");
    char link[64];
    char path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = frozen == NULL ? -1 : readlink(link, path, sizeof path - 1);
    if (length > 0) {
        path[length] = 0;
        while (strstr(path, "/chains/") != NULL && access(frozen, F_OK) == 0) {
            usleep(10000);
        }
    }
}

ssize_t write(int fd, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) {
        real = dlsym(RTLD_NEXT, "write");
    }
    wait_for(fd);
    return real(fd, bytes, count);
}

int fsync(int fd) {
    static int (*real)(int);
    if (real == NULL) {
        real = dlsym(RTLD_NEXT, "fsync");
    }
    wait_for(fd);
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (real == NULL) {
        real = dlsym(RTLD_NEXT, "fdatasync");
    }
    wait_for(fd);
    return real(fd);
}
