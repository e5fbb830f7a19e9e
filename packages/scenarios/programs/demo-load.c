/*
 * What runs in the containers of a demonstration (src/demo/scenarios.ts). It ends with the process that started it.
 *
 *     demo-load NAME VERB NUMBER…
 *
 *   idle                              sleeps
 *   steady MILLICORES BYTES           serves: CPU time in waves around so much, memory that it goes through
 *   leak BYTES                        so much more memory every minute, bit by bit
 *   balloon SECONDS BYTES             rests, then takes so much memory within two seconds
 *   crash SECONDS CODE                works for a while, then gives up with an exit code
 *   burn THREADS                      never rests
 *   forks PER_SECOND LIFE_MS          short-lived processes
 *   chatty LINES                      so many lines a second into its log
 *   heap BYTES                        much memory, parts of which are written to all the time
 *   mappings COUNT                    so many mapped regions, in groups that have names
 *
 * NAME becomes the name of its processes. With DEMO_LOG it writes lines into that file as a CRI runtime does:
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/cri-client/pkg/logs/logs.go
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096L
#define TURN_USEC 50000
#define WAVE_TURNS 400
/* Address space of a leak, more than any machine has. */
#define LEAK_BYTES (1ul << 42)

static const char *name;
static int log_file = -1;

static uint64_t clock_usec(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void sleep_usec(uint64_t usec)
{
    struct timespec time = {.tv_sec = usec / 1000000, .tv_nsec = usec % 1000000 * 1000};
    while (nanosleep(&time, &time) != 0) {}
}

static void burn(uint64_t usec)
{
    uint64_t until = clock_usec(CLOCK_THREAD_CPUTIME_ID) + usec;
    while (clock_usec(CLOCK_THREAD_CPUTIME_ID) < until) {}
}

static void say(const char *format, ...)
{
    char line[512], stamp[32];
    struct timespec now;
    struct tm parts;
    if (log_file < 0) return;
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &parts));
    int length = snprintf(line, sizeof line, "%s.%09ldZ stdout F ", stamp, now.tv_nsec);
    va_list values;
    va_start(values, format);
    length += vsnprintf(line + length, sizeof line - length - 1, format, values);
    va_end(values);
    line[length++] = '\n';
    if (write(log_file, line, length) < 0) log_file = -1;
}

/* Small pages, so that memory is used when it is written to and not before. */
static char *reserve(size_t bytes)
{
    char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) exit(70);
    madvise(start, bytes, MADV_NOHUGEPAGE);
    return start;
}

static void touch(char *start, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += PAGE) ((volatile char *)start)[at]++;
}

static void idle(void)
{
    for (;;) sleep_usec(3600000000u);
}

static void steady(long millicores, long bytes)
{
    char *memory = reserve(bytes);
    touch(memory, bytes);
    for (uint64_t turn = 0;; turn++) {
        /* From 0.4 to 1.6 of it and back in 20 s. */
        double phase = turn % WAVE_TURNS * 2.0 / WAVE_TURNS, wave = 0.4 + 1.2 * (phase < 1 ? phase : 2 - phase);
        burn((uint64_t)(wave * millicores * TURN_USEC / 1000));
        touch(memory + turn * 7919 % (bytes / PAGE) * PAGE, PAGE);
        if (turn % 100 == 0) say("served %llu requests", (unsigned long long)turn);
        sleep_usec(TURN_USEC);
    }
}

static void leak(long bytes)
{
    char *memory = reserve(LEAK_BYTES);
    uint64_t start = clock_usec(CLOCK_MONOTONIC);
    for (uint64_t done = 0, due; done < LEAK_BYTES; sleep_usec(TURN_USEC)) {
        due = (clock_usec(CLOCK_MONOTONIC) - start) * (double)bytes / 60e6;
        for (; done + PAGE <= due && done < LEAK_BYTES; done += PAGE) touch(memory + done, PAGE);
    }
    idle();
}

static void balloon(long seconds, long bytes)
{
    say("loading an image of %ld bytes", bytes);
    sleep_usec(seconds * 1000000);
    char *memory = reserve(bytes);
    size_t step = bytes / 40 / PAGE * PAGE + PAGE;
    for (size_t at = 0; at < (size_t)bytes; at += step) {
        touch(memory + at, at + step < (size_t)bytes ? step : bytes - at);
        sleep_usec(TURN_USEC);
    }
    idle();
}

static void crash(long seconds, long code)
{
    for (long turn = 0; turn < seconds * 20; turn++) {
        burn(TURN_USEC / 20);
        sleep_usec(TURN_USEC);
    }
    say("panic: no configuration");
    exit((int)code);
}

static void *burn_forever(void *unused)
{
    for (;;) burn(1000000);
    return unused;
}

static void burn_with(long threads)
{
    for (pthread_t thread; threads > 1; threads--) pthread_create(&thread, NULL, burn_forever, NULL);
    burn_forever(NULL);
}

static void forks(long rate, long life_msec)
{
    uint64_t start = clock_usec(CLOCK_MONOTONIC);
    for (uint64_t number = 1;; number++) {
        pid_t child = fork();
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            burn(500);
            sleep_usec(life_msec * 1000 / 4 * (1 + number * 2654435761u % 7));
            _exit(0);
        }
        if (child < 0) say("fork: out of processes");
        while (waitpid(-1, NULL, WNOHANG) > 0) {}
        uint64_t due = start + number * 1000000 / rate, now = clock_usec(CLOCK_MONOTONIC);
        if (due > now) sleep_usec(due - now);
    }
}

static void chatty(long lines)
{
    uint64_t start = clock_usec(CLOCK_MONOTONIC);
    for (unsigned long long number = 0;; sleep_usec(TURN_USEC))
        for (; number < (clock_usec(CLOCK_MONOTONIC) - start) * lines / 1000000; number++)
            say("GET /v1/orders/%llu 200 %llu bytes, user agent Mozilla/5.0, trace %016llx", number, number % 4096, number * 0x9e3779b97f4a7c15ull);
}

static void heap(long bytes)
{
    char *memory = reserve(bytes);
    touch(memory, bytes);
    for (uint64_t number = 0;; number++) {
        touch(memory + number * 2654435761u % (bytes / PAGE) * PAGE, PAGE);
        if (number % 64 == 0) sleep_usec(TURN_USEC);
    }
}

/* Every other region is read-only, so that the kernel cannot join them; with names, as a runtime with arenas has. */
static void mappings(long count)
{
    static const char *const names[] = {"arena", "code cache", "metaspace", "thread stacks"};
    char **regions = calloc(count, sizeof *regions);
    for (long at = 0; at < count; at++) {
        char *start = regions[at] = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start == MAP_FAILED) exit(70);
        touch(start, PAGE);
        if (at % 2 == 0) mprotect(start, 4 * PAGE, PROT_READ);
        /* A kernel without CONFIG_ANON_VMA_NAME leaves them nameless. */
        prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, start, 4 * PAGE, names[at % 4]);
    }
    for (long at = 1;; at = (at + 2) % count | 1) {
        if (at < count) touch(regions[at], 4 * PAGE);
        sleep_usec(1000000);
    }
}

int main(int count, char **arguments)
{
    if (count < 3) {
        fprintf(stderr, "usage: demo-load NAME VERB NUMBER...\n");
        return 2;
    }
    const char *verb = arguments[2], *path = getenv("DEMO_LOG");
    long first = count > 3 ? atol(arguments[3]) : 0, second = count > 4 ? atol(arguments[4]) : 0;
    name = arguments[1];
    prctl(PR_SET_NAME, name);
    /* In a container of its own it is number 1, and dies with its cgroup. */
    if (getpid() != 1) prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (path != NULL) log_file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    say("%s: started", name);
    if (strcmp(verb, "idle") == 0) idle();
    if (strcmp(verb, "steady") == 0) steady(first, second);
    if (strcmp(verb, "leak") == 0) leak(first);
    if (strcmp(verb, "balloon") == 0) balloon(first, second);
    if (strcmp(verb, "crash") == 0) crash(first, second);
    if (strcmp(verb, "burn") == 0) burn_with(first);
    if (strcmp(verb, "forks") == 0) forks(first, second);
    if (strcmp(verb, "chatty") == 0) chatty(first);
    if (strcmp(verb, "heap") == 0) heap(first);
    if (strcmp(verb, "mappings") == 0) mappings(first);
    fprintf(stderr, "demo-load: unknown verb %s\n", verb);
    return 2;
}
