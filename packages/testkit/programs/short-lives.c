/*
 * Makes cgroups that live for a short time, as a container runtime does, and says what their last figures were.
 *
 *     short-lives DIRECTORY COUNT PER_SECOND SHORTEST_MS LONGEST_MS GAP_MS SEED
 *
 * Each is a directory of 64 hex digits below DIRECTORY. A process inside uses CPU for a tenth of its life; when it has been
 * reaped, GAP_MS pass, the time a runtime takes; then cpu.stat is read for the last time and the directory is removed. For
 * each one line: its name, its life in microseconds, the last usage_usec. Lives are the same for the same SEED.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_usec(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void sleep_until(uint64_t usec) {
  struct timespec time = {.tv_sec = usec / 1000000, .tv_nsec = usec % 1000000 * 1000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR) {
  }
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void live(const char *directory, uint64_t life) {
  char path[600], pid[16];
  uint64_t start = now_usec(CLOCK_MONOTONIC);
  snprintf(path, sizeof path, "%s/cgroup.procs", directory);
  int file = open(path, O_WRONLY);
  int length = snprintf(pid, sizeof pid, "%d", getpid());
  if (file < 0 || write(file, pid, length) != length) fail(path);
  close(file);
  uint64_t used = now_usec(CLOCK_THREAD_CPUTIME_ID);
  while (now_usec(CLOCK_THREAD_CPUTIME_ID) - used < life / 10) {
  }
  sleep_until(start + life);
  _exit(0);
}

static long long last_usage(const char *directory) {
  char path[600], text[1024];
  snprintf(path, sizeof path, "%s/cpu.stat", directory);
  int file = open(path, O_RDONLY);
  ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (length <= 0) fail(path);
  close(file);
  text[length] = 0;
  return atoll(strstr(text, "usage_usec ") + strlen("usage_usec "));
}

/* One container's runtime: a process of its own, so that none waits for another. */
static void run(const char *base, const char *id, uint64_t life, uint64_t gap) {
  char directory[512], line[256];
  snprintf(directory, sizeof directory, "%s/%s", base, id);
  uint64_t start = now_usec(CLOCK_MONOTONIC);
  if (mkdir(directory, 0755) < 0) fail(directory);
  pid_t child = fork();
  if (child == 0) live(directory, life);
  if (child < 0 || waitpid(child, NULL, 0) != child) fail("waitpid");
  uint64_t end = now_usec(CLOCK_MONOTONIC);
  if (gap > 0) sleep_until(end + gap);
  long long usage = last_usage(directory);
  if (rmdir(directory) < 0) fail("rmdir");
  int length = snprintf(line, sizeof line, "%s %llu %lld\n", id, (unsigned long long)(end - start), usage);
  if (write(STDOUT_FILENO, line, length) != length) fail("write");
  _exit(0);
}

static uint64_t next_random(uint64_t *state) {
  *state += 0x9e3779b97f4a7c15u;
  uint64_t mixed = (*state ^ (*state >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

int main(int count, char **arguments) {
  if (count != 8) {
    fprintf(stderr, "usage: short-lives DIRECTORY COUNT PER_SECOND SHORTEST_MS LONGEST_MS GAP_MS SEED\n");
    return 2;
  }
  uint64_t total = strtoull(arguments[2], NULL, 10), rate = strtoull(arguments[3], NULL, 10);
  uint64_t shortest = strtoull(arguments[4], NULL, 10) * 1000, longest = strtoull(arguments[5], NULL, 10) * 1000;
  uint64_t gap = strtoull(arguments[6], NULL, 10) * 1000, state = strtoull(arguments[7], NULL, 10);
  uint64_t start = now_usec(CLOCK_MONOTONIC);
  int failed = 0, status;
  for (uint64_t number = 0; number < total; number++) {
    char id[65];
    for (int part = 0; part < 4; part++) snprintf(id + part * 16, 17, "%016llx", (unsigned long long)next_random(&state));
    uint64_t life = shortest + next_random(&state) % (longest - shortest + 1);
    sleep_until(start + number * 1000000 / rate);
    pid_t runner = fork();
    if (runner == 0) run(arguments[1], id, life, gap);
    if (runner < 0) fail("fork");
    while (waitpid(-1, &status, WNOHANG) > 0) failed += status != 0;
  }
  while (waitpid(-1, &status, 0) > 0) failed += status != 0;
  return failed > 0;
}
