/*
 * The processes of one container: joins the cgroups named by its arguments, becomes PROCESSES processes, touches memory, and
 * then sleeps; the first ACTIVE of them wake once a second, burn a millisecond of CPU, touch fresh pages and write a little.
 * Prints "ok" once all are there. All end with stdin.
 *
 *     load PROCESSES ACTIVE TOUCH_BYTES CGROUP_PROCS_FILE…
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define FRESH_BYTES (64 * 1024)

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

static void work_each_second(void)
{
    int null = open("/dev/null", O_WRONLY);
    static char page[4096];
    struct timespec second = {1, 0};
    for (;;) {
        nanosleep(&second, NULL);
        burn(1000);
        char *fresh = touch(FRESH_BYTES);
        if (fresh != NULL) munmap(fresh, FRESH_BYTES);
        if (write(null, page, sizeof page) < 0) return;
    }
}

static void live(int active, size_t bytes)
{
    touch(bytes);
    if (active) work_each_second();
    for (;;) pause();
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

    /* One waits for the end of stdin; it is itself one of the processes, and never active. */
    for (int i = 1; i < processes; i++) {
        if (fork() != 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        live(i <= active, bytes);
    }
    touch(bytes);
    puts("ok");
    fflush(stdout);
    char byte;
    while (read(0, &byte, 1) > 0) {}
    return 0;
}
