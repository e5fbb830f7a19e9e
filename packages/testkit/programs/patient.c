/*
 * A process that feels it when its mmap lock is held: it has much memory in small pages, maps and unmaps a little all the time,
 * and measures how long that takes.
 *
 *   patient MIB
 *
 * Says "ready" when it has written to all its memory. Then, for each line "SECONDS" on stdin, it goes on for so long and says
 * in one line of JSON what it felt. Time in which it could have run but had no CPU (run_delay of /proc/PID/schedstat) is not
 * the fault of who holds the lock, and is taken off.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MOST_ROUNDS 20000000L
#define MOST_STALLS 1000
#define PAUSE_NSEC 50000

static int schedstat;
static float *latencies;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

/* Seconds in which this thread was runnable and another one ran. */
static double waited_for_cpu(void)
{
    char text[128] = {0};
    unsigned long long run = 0, delay = 0;
    if (pread(schedstat, text, sizeof text - 1, 0) <= 0) return 0;
    sscanf(text, "%llu %llu", &run, &delay);
    return delay / 1e9;
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double quantile(long rounds, double share)
{
    long at = (long)(rounds * share);
    return latencies[at < rounds ? at : rounds - 1];
}

/* Maps and unmaps once; seconds that it took and was not just waiting for a CPU. */
static double round_trip(double *cpu_wait)
{
    double waited = waited_for_cpu(), start = seconds();
    void *page = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page, 65536);
    double took = seconds() - start;
    *cpu_wait = waited_for_cpu() - waited;
    return took > *cpu_wait ? took - *cpu_wait : 0;
}

static void feel(double duration)
{
    static float stalls[MOST_STALLS];
    const struct timespec pause = {0, PAUSE_NSEC};
    long rounds = 0, over1 = 0, over10 = 0, stall_count = 0;
    double longest_cpu_wait = 0;
    for (double until = seconds() + duration; seconds() < until && rounds < MOST_ROUNDS;) {
        double cpu_wait, took = round_trip(&cpu_wait) * 1000;
        latencies[rounds++] = took;
        if (took >= 1 && stall_count < MOST_STALLS) stalls[stall_count++] = took;
        over1 += took > 1;
        over10 += took > 10;
        if (cpu_wait > longest_cpu_wait) longest_cpu_wait = cpu_wait;
        nanosleep(&pause, NULL);
    }
    qsort(latencies, rounds, sizeof *latencies, ascending);
    printf("{\"rounds\":%ld,\"over1\":%ld,\"over10\":%ld,\"p50\":%.4f,\"p99\":%.4f,\"p9999\":%.4f,\"max\":%.4f,"
           "\"longestCpuWait\":%.4f,\"stalls\":[",
           rounds, over1, over10, quantile(rounds, 0.5), quantile(rounds, 0.99), quantile(rounds, 0.9999),
           quantile(rounds, 1), longest_cpu_wait * 1000);
    for (long at = 0; at < stall_count; at++) printf("%s%.3f", at ? "," : "", stalls[at]);
    puts("]}");
}

int main(int argc, char **argv)
{
    static char line[64];
    size_t bytes = (argc > 1 ? atol(argv[1]) : 1024) << 20;
    setvbuf(stdout, NULL, _IOLBF, 0);
    schedstat = open("/proc/self/schedstat", O_RDONLY);
    latencies = mmap(NULL, MOST_ROUNDS * sizeof *latencies, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || latencies == MAP_FAILED) return 1;
    madvise(memory, bytes, MADV_NOHUGEPAGE);
    for (size_t at = 0; at < bytes; at += 4096) memory[at] = 1;
    puts("ready");
    while (fgets(line, sizeof line, stdin) != NULL) feel(atof(line));
    return 0;
}
