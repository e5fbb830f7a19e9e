/*
 * A process that does what it is told, one command a line on stdin, and answers "ok" (or "error") when it has done it, so that
 * a test knows what there is to see without waiting. It ends with its stdin.
 *
 *   cpu MSEC      burns that much CPU time in user mode
 *   system MSEC   burns CPU time in the kernel
 *   touch BYTES   maps anonymous memory and writes to every page of it
 *   free          unmaps all that was touched
 *   small BYTES   the same as touch, never in huge pages
 *   huge BYTES    the same in transparent huge pages, error where there are none
 *   hugetlb BYTES the same from hugetlbfs, error where nothing is reserved
 *   share BYTES   the same, shared with the children forked later
 *   zero BYTES    reads every page of memory that was never written
 *   reserve BYTES address space that is not used
 *   regions N     that many mapped regions of one page
 *   map FILE      maps a file and reads every page of it
 *   write BYTES FILE   writes and syncs
 *   read FILE     reads to the end
 *   threads N     N threads more, which sleep
 *   fork N        N child processes, which sleep and die with us
 *   name HEX      sets comm (bytes in hexadecimal, at most 15)
 *   exit CODE
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REGIONS 256
static struct { void *start; size_t bytes; } regions[REGIONS];
static int region_count;

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static void burn_user(double seconds)
{
    volatile unsigned long sum = 0;
    for (double until = cpu_seconds() + seconds; cpu_seconds() < until;)
        for (int i = 0; i < 20000; i++) sum += i;
}

static void burn_system(double seconds)
{
    static char page[1 << 16];
    int zero = open("/dev/zero", O_RDONLY);
    for (double until = cpu_seconds() + seconds; cpu_seconds() < until;)
        if (read(zero, page, sizeof page) < 0) break;
    close(zero);
}

static int keep(void *start, size_t bytes)
{
    if (start == MAP_FAILED || region_count == REGIONS) return -1;
    regions[region_count].start = start;
    regions[region_count++].bytes = bytes;
    return 0;
}

/* Maps memory, takes the advice (or -1), and writes to every page. */
static int touch_as(size_t bytes, int flags, int advice)
{
    char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
    if (keep(start, bytes) < 0) return -1;
    if (advice >= 0 && madvise(start, bytes, advice) < 0) return -1;
    for (size_t at = 0; at < bytes; at += 4096) start[at] = 1;
    return 0;
}

static int touch(size_t bytes)
{
    return touch_as(bytes, MAP_PRIVATE, -1);
}

static int read_zeroes(size_t bytes)
{
    volatile char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (keep((void *)start, bytes) < 0) return -1;
    madvise((void *)start, bytes, MADV_NOHUGEPAGE);
    char sum = 0;
    for (size_t at = 0; at < bytes; at += 4096) sum += start[at];
    return 0;
}

static int reserve(size_t bytes)
{
    return keep(mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), bytes);
}

/* Every other page is read-only, so that the kernel cannot join them. */
static int make_regions(long count)
{
    char *start = mmap(NULL, count * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (keep(start, count * 4096) < 0) return -1;
    for (long at = 0; at < count; at += 2) {
        start[at * 4096] = 1;
        if (mprotect(start + at * 4096, 4096, PROT_READ) < 0) return -1;
    }
    return 0;
}

static int map_file(const char *path)
{
    struct stat status;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &status) < 0) return -1;
    volatile char *start = mmap(NULL, status.st_size, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (keep((void *)start, status.st_size) < 0) return -1;
    char sum = 0;
    for (off_t at = 0; at < status.st_size; at += 4096) sum += start[at];
    return 0;
}

static void free_all(void)
{
    while (region_count > 0) {
        region_count--;
        munmap(regions[region_count].start, regions[region_count].bytes);
    }
}

static int write_file(long bytes, const char *path)
{
    static char block[1 << 16];
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0) return -1;
    while (bytes > 0) {
        ssize_t n = write(file, block, bytes < (long)sizeof block ? (size_t)bytes : sizeof block);
        if (n < 0) return -1;
        bytes -= n;
    }
    fsync(file);
    return close(file);
}

static int read_file(const char *path)
{
    static char block[1 << 16];
    int file = open(path, O_RDONLY);
    if (file < 0) return -1;
    while (read(file, block, sizeof block) > 0) {}
    return close(file);
}

static void *sleep_forever(void *unused)
{
    for (;;) pause();
    return unused;
}

static int start_threads(int count)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, sleep_forever, NULL) != 0) return -1;
    }
    return 0;
}

static int start_children(int count)
{
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0) return -1;
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            sleep_forever(NULL);
        }
    }
    return 0;
}

static int set_name(const char *hex)
{
    char name[16] = {0};
    for (int i = 0; i < 15 && hex[2 * i] != 0 && hex[2 * i + 1] != 0; i++) {
        unsigned byte;
        if (sscanf(hex + 2 * i, "%2x", &byte) != 1) return -1;
        name[i] = (char)byte;
    }
    return prctl(PR_SET_NAME, name);
}

static int obey(const char *verb, long number, const char *text, const char *path)
{
    if (strcmp(verb, "cpu") == 0) return burn_user(number / 1e3), 0;
    if (strcmp(verb, "system") == 0) return burn_system(number / 1e3), 0;
    if (strcmp(verb, "touch") == 0) return touch(number);
    if (strcmp(verb, "small") == 0) return touch_as(number, MAP_PRIVATE, MADV_NOHUGEPAGE);
    if (strcmp(verb, "huge") == 0) return touch_as(number, MAP_PRIVATE, MADV_HUGEPAGE);
    if (strcmp(verb, "hugetlb") == 0) return touch_as(number, MAP_PRIVATE | MAP_HUGETLB, -1);
    if (strcmp(verb, "share") == 0) return touch_as(number, MAP_SHARED, -1);
    if (strcmp(verb, "zero") == 0) return read_zeroes(number);
    if (strcmp(verb, "reserve") == 0) return reserve(number);
    if (strcmp(verb, "regions") == 0) return make_regions(number);
    if (strcmp(verb, "free") == 0) return free_all(), 0;
    if (strcmp(verb, "map") == 0) return map_file(text);
    if (strcmp(verb, "write") == 0) return write_file(number, path);
    if (strcmp(verb, "read") == 0) return read_file(text);
    if (strcmp(verb, "threads") == 0) return start_threads((int)number);
    if (strcmp(verb, "fork") == 0) return start_children((int)number);
    if (strcmp(verb, "name") == 0) return set_name(text);
    if (strcmp(verb, "exit") == 0) exit((int)number);
    return -1;
}

int main(void)
{
    static char line[8192], verb[16], text[4096], path[4096];
    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGCHLD, SIG_IGN);
    puts("ok");
    while (fgets(line, sizeof line, stdin) != NULL) {
        verb[0] = text[0] = path[0] = 0;
        sscanf(line, "%15s %4095s %4095s", verb, text, path);
        puts(obey(verb, atol(text), text, path) < 0 ? "error" : "ok");
    }
    return 0;
}
