/*
 * The processes of one container: joins the cgroups named by its arguments, becomes PROCESSES processes, touches memory, and
 * then sleeps; the first ACTIVE of them wake once a second, burn a millisecond of CPU, touch fresh pages and write a little.
 * Prints "ok" once all are there. All end with stdin.
 *
 *     load PROCESSES ACTIVE TOUCH_BYTES CGROUP_PROCS_FILE…
 *
 * SIGUSR1 makes one active that was not, but for the first. FGM_LOAD_PERIOD_MS is the time between two wakes. With
 * FGM_LOAD_VARIED=1 no two wakes do the same: how long they burn, how many pages they keep or give back, how much they write
 * is drawn anew each time, so that figures do not compress by being alike.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define FRESH_BYTES (64 * 1024)
#define MOST_KEPT 16

struct worker {
    int null;
    int varied;
    unsigned seed;
    char *kept[MOST_KEPT];
    size_t kept_bytes[MOST_KEPT];
};

static char *touch(size_t bytes)
{
    char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    for (size_t at = 0; at < bytes; at += 4096) start[at] = 1;
    return start;
}

static void burn(long usec)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    long until = now.tv_sec * 1000000 + now.tv_nsec / 1000 + usec;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while (now.tv_sec * 1000000 + now.tv_nsec / 1000 < until);
}

static int drawn(struct worker *worker, int below)
{
    return rand_r(&worker->seed) % below;
}

static char page[4096];

static void work_alike(struct worker *worker)
{
    burn(1000);
    char *fresh = touch(FRESH_BYTES);
    if (fresh != NULL) munmap(fresh, FRESH_BYTES);
    if (write(worker->null, page, sizeof page) < 0) _exit(1);
}

/* The same on average, but for memory: up to MOST_KEPT pieces of up to 128 KiB are held. */
static void work_varied(struct worker *worker)
{
    burn(100 + drawn(worker, 1800));
    int place = drawn(worker, MOST_KEPT);
    if (worker->kept[place] != NULL) munmap(worker->kept[place], worker->kept_bytes[place]);
    worker->kept_bytes[place] = (size_t)(1 + drawn(worker, 32)) * 4096;
    worker->kept[place] = touch(worker->kept_bytes[place]);
    for (int writes = drawn(worker, 8); writes > 0; writes--)
        if (write(worker->null, page, 1 + drawn(worker, sizeof page)) < 0) _exit(1);
}

static long period_ms(void)
{
    const char *given = getenv("FGM_LOAD_PERIOD_MS");
    return given == NULL ? 1000 : atol(given);
}

/* Blocked in all of them: it waits for who takes it. */
static sigset_t wake_up;

static struct worker new_worker(void)
{
    struct worker worker = {.null = open("/dev/null", O_WRONLY), .seed = getpid()};
    const char *varied = getenv("FGM_LOAD_VARIED");
    worker.varied = varied != NULL && varied[0] == '1';
    return worker;
}

static void work(struct worker *worker)
{
    if (worker->varied) work_varied(worker);
    else work_alike(worker);
}

static void live(int active, size_t bytes)
{
    touch(bytes);
    int signal;
    if (!active) sigwait(&wake_up, &signal);
    struct worker worker = new_worker();
    long ms = period_ms();
    struct timespec period = {ms / 1000, ms % 1000 * 1000000};
    for (;;) {
        nanosleep(&period, NULL);
        work(&worker);
    }
}

/* Until stdin ends. */
static void live_as_first(int active)
{
    struct worker worker = new_worker();
    struct pollfd in = {.fd = 0, .events = POLLIN};
    char byte;
    for (;;) {
        int ready = poll(&in, 1, active ? period_ms() : -1);
        if (ready == 0) work(&worker);
        else if (read(0, &byte, 1) <= 0) return;
    }
}

static int join(const char *cgroup_procs)
{
    int file = open(cgroup_procs, O_WRONLY);
    if (file < 0 || write(file, "0", 1) != 1) return -1;
    return close(file);
}

int main(int argc, char **argv)
{
    if (argc < 4) return 2;
    int processes = atoi(argv[1]), active = atoi(argv[2]);
    size_t bytes = strtoul(argv[3], NULL, 10);
    for (int i = 4; i < argc; i++)
        if (join(argv[i]) < 0) { perror(argv[i]); return 1; }

    sigemptyset(&wake_up);
    sigaddset(&wake_up, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wake_up, NULL);

    /* One waits for the end of stdin; it is itself one of the processes, and active only when all are. */
    for (int i = 1; i < processes; i++) {
        if (fork() != 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        live(i <= active, bytes);
    }
    touch(bytes);
    puts("ok");
    fflush(stdout);
    live_as_first(active >= processes);
    return 0;
}
