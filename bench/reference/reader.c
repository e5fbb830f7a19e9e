/*
 * The least that reading kernel files can cost: opens every file named on stdin once, and then reads all of them, from the
 * start to their end, once a second or round after round. Parses nothing, stores nothing. Prints its own CPU time as JSON.
 *
 *     reader ROUNDS [PERIOD_MSEC] <list        (PERIOD_MSEC 0, the default: back to back)
 *     reader serve [once]                      (the list, an empty line, and then a number of rounds on each line, which it
 *                                              answers with CPU nanoseconds; once: one read of each file, not to its end)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES (1 << 20)
static int files[MOST_FILES];
static char buffer[1 << 20];

static void allow_many_files(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_all(void)
{
    static char path[4096];
    int count = 0;
    while (count < MOST_FILES && fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = 0;
        if (path[0] == 0) break;
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file >= 0) files[count++] = file;
    }
    return count;
}

/* The kernel may return less than there is: only 0 is the end. */
static long read_whole(int file)
{
    long total = 0;
    ssize_t n;
    while ((n = pread(file, buffer, sizeof buffer, total)) > 0) total += n;
    return total;
}

static double seconds(struct timeval time)
{
    return time.tv_sec + time.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void sleep_until(double moment)
{
    struct timespec time = {(time_t)moment, (long)((moment - (time_t)moment) * 1e9)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {}
}

static long cpu_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000l + time.tv_nsec;
}

/* Does what it is told, so that others can have their turn between two rounds. */
static int serve(int once)
{
    char line[64];
    int count = open_all();
    while (fgets(line, sizeof line, stdin) != NULL) {
        long before = cpu_ns();
        for (long left = atol(line); left > 0; left--) {
            for (int i = 0; i < count; i++) {
                if (!once) read_whole(files[i]);
                else if (pread(files[i], buffer, sizeof buffer, 0) < 0) errno = 0;
            }
        }
        printf("%ld\n", cpu_ns() - before);
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "serve") == 0) {
        allow_many_files();
        return serve(argc > 2);
    }
    long rounds = argc > 1 ? atol(argv[1]) : 1;
    double period = argc > 2 ? atol(argv[2]) / 1e3 : 0;
    allow_many_files();
    int count = open_all();
    long bytes = 0;
    struct rusage before, after;

    /* The first round fills caches and is not counted. */
    for (int i = 0; i < count; i++) read_whole(files[i]);
    getrusage(RUSAGE_SELF, &before);
    double start = now();
    for (long round = 0; round < rounds; round++) {
        if (period > 0) sleep_until(start + (round + 1) * period);
        for (int i = 0; i < count; i++) bytes += read_whole(files[i]);
    }
    double wall = now() - start;
    getrusage(RUSAGE_SELF, &after);
    printf("{\"files\":%d,\"rounds\":%ld,\"bytes\":%ld,\"wallSeconds\":%.6f,\"userSeconds\":%.6f,\"systemSeconds\":%.6f}\n", count,
           rounds, bytes, wall, seconds(after.ru_utime) - seconds(before.ru_utime), seconds(after.ru_stime) - seconds(before.ru_stime));
    return 0;
}
