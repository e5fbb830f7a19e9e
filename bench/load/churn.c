/*
 * A node on which much comes and goes: containers in pods of their own, and processes in one container that stays.
 *
 *     churn SECONDS CONTAINERS_PER_SECOND FORKS_PER_SECOND SHORTEST_MS LONGEST_MS SEED LOGS CGROUP…
 *
 * CGROUP… are the directories of the container that stays, one for each hierarchy: PARENT/podUID/ID. Each container that comes
 * and goes is a PARENT/podUID/ID beside it, with one process inside, and has what a kubelet makes for it below LOGS: a directory
 * in LOGS/pods and a link in LOGS/containers. Processes and containers live from SHORTEST_MS to LONGEST_MS. Prints once a second
 * how many containers have gone and how many processes were forked; all end with it, and it with its stdin.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ALIVE 4096
#define TOUCH_BYTES (256 * 1024)

struct container { pid_t pid; uint64_t number; char uid[40], id[65]; };
static struct container alive[ALIVE];
static char **stays;
static int hierarchies;
static const char *logs;
static uint64_t state, shortest, longest, gone, forked;

static uint64_t now_usec(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static uint64_t next_random(void) {
  state += 0x9e3779b97f4a7c15u;
  uint64_t mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void sleep_usec(uint64_t usec) {
  struct timespec time = {.tv_sec = usec / 1000000, .tv_nsec = usec % 1000000 * 1000};
  while (nanosleep(&time, &time) != 0 && errno == EINTR) {
  }
}

/* Lives as a process does: touches memory, works a little, waits. */
static void live(uint64_t msec, const char *name) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, name);
  char *bytes = malloc(TOUCH_BYTES);
  for (int at = 0; bytes != NULL && at < TOUCH_BYTES; at += 4096) ((volatile char *)bytes)[at] = 1;
  sleep_usec(msec * 1000);
  _exit(0);
}

static uint64_t life(void) { return shortest + next_random() % (longest - shortest + 1); }

static void join(const char *directory) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/cgroup.procs", directory);
  int file = open(path, O_WRONLY);
  if (file < 0 || write(file, "0", 1) != 1) fail(path);
  close(file);
}

/* PARENT of the container that stays, in one hierarchy. */
static int parent_length(const char *directory) {
  const char *id = strrchr(directory, '/');
  while (id > directory && *--id != '/') {
  }
  return (int)(id - directory);
}

static void place(char *path, int hierarchy, const struct container *one, int with_id) {
  const char *directory = stays[hierarchy];
  int length = snprintf(path, PATH_MAX, "%.*s/pod%s", parent_length(directory), directory, one->uid);
  if (with_id) snprintf(path + length, PATH_MAX - length, "/%s", one->id);
}

/* What a pod's cgroup hands down to its containers'; only version 2 has such a file, and not all controllers everywhere. */
static void hand_down(const char *pod) {
  static const char *const controllers[] = {"+memory", "+cpu", "+pids", "+io"};
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%.4000s/cgroup.subtree_control", pod);
  int file = open(path, O_WRONLY);
  if (file < 0) return;
  for (int at = 0; at < 4; at++)
    if (write(file, controllers[at], strlen(controllers[at])) < 0 && errno != ENOENT && errno != EINVAL) fail(path);
  close(file);
}

static void log_paths(const struct container *one, char *pod, char *directory, char *file, char *link) {
  unsigned long long number = one->number;
  snprintf(pod, PATH_MAX, "%s/pods/soak_churn-%llu_%s", logs, number, one->uid);
  snprintf(directory, PATH_MAX, "%s/pods/soak_churn-%llu_%s/app", logs, number, one->uid);
  snprintf(file, PATH_MAX, "%s/pods/soak_churn-%llu_%s/app/0.log", logs, number, one->uid);
  snprintf(link, PATH_MAX, "%s/containers/churn-%llu_soak_app-%s.log", logs, number, one->id);
}

static void make_logs(const struct container *one) {
  char pod[PATH_MAX], directory[PATH_MAX], file[PATH_MAX], link[PATH_MAX], target[PATH_MAX];
  log_paths(one, pod, directory, file, link);
  if (mkdir(pod, 0755) < 0 || mkdir(directory, 0755) < 0) fail(pod);
  int log = open(file, O_WRONLY | O_CREAT, 0644);
  if (log < 0) fail(file);
  close(log);
  snprintf(target, sizeof target, "/var/log%.3000s", file + strlen(logs));
  if (symlink(target, link) < 0) fail(link);
}

static void remove_logs(const struct container *one) {
  char pod[PATH_MAX], directory[PATH_MAX], file[PATH_MAX], link[PATH_MAX];
  log_paths(one, pod, directory, file, link);
  if (unlink(link) < 0 || unlink(file) < 0 || rmdir(directory) < 0 || rmdir(pod) < 0) fail(pod);
}

static void make_id(char *uid, char *id) {
  uint64_t a = next_random(), b = next_random();
  snprintf(uid, 40, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(a >> 32), (unsigned)(a >> 16) & 0xffff, (unsigned)a & 0xffff,
           (unsigned)(b >> 48), (unsigned long long)(b & 0xffffffffffffu));
  for (int part = 0; part < 4; part++) snprintf(id + part * 16, 17, "%016llx", (unsigned long long)next_random());
}

static void start(uint64_t number) {
  struct container *one = alive;
  while (one < alive + ALIVE && one->pid != 0) one++;
  if (one == alive + ALIVE) fail("too many containers at once");
  char path[PATH_MAX];
  one->number = number;
  make_id(one->uid, one->id);
  make_logs(one);
  for (int at = 0; at < hierarchies; at++) {
    place(path, at, one, 0);
    if (mkdir(path, 0755) < 0) fail(path);
    hand_down(path);
    place(path, at, one, 1);
    if (mkdir(path, 0755) < 0) fail(path);
  }
  uint64_t msec = life();
  one->pid = fork();
  if (one->pid < 0) fail("fork");
  if (one->pid > 0) return;
  for (int at = 0; at < hierarchies; at++) {
    place(path, at, one, 1);
    join(path);
  }
  live(msec, "app");
}

static void end(struct container *one) {
  char path[PATH_MAX];
  for (int at = 0; at < hierarchies; at++)
    for (int with_id = 1; with_id >= 0; with_id--) {
      place(path, at, one, with_id);
      if (rmdir(path) < 0) fail(path);
    }
  remove_logs(one);
  one->pid = 0;
  gone++;
}

static void reap(void) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (status != 0) fprintf(stderr, "process %d ended with status %x\n", pid, status), exit(1);
    for (struct container *one = alive; one < alive + ALIVE; one++)
      if (one->pid == pid) end(one);
  }
}

/* The container that stays: forks, and tells how often by a pipe. */
static void build(uint64_t begin, uint64_t until, double rate, int tell) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "builder");
  for (int at = 0; at < hierarchies; at++) join(stays[at]);
  for (uint64_t number = 0; now_usec() < until; number++) {
    uint64_t due = begin + (uint64_t)(number * 1e6 / rate), now = now_usec();
    if (due > now) sleep_usec(due - now);
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    char name[16];
    snprintf(name, sizeof name, "step%llu", (unsigned long long)number % 100000);
    uint64_t msec = life();
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) live(msec, name);
    if (write(tell, "f", 1) != 1) fail("pipe");
  }
  while (wait(NULL) > 0) {
  }
  _exit(0);
}

static void count_forks(int told) {
  char bytes[4096];
  for (ssize_t length; (length = read(told, bytes, sizeof bytes)) > 0;) forked += length;
}

static pid_t start_builder(uint64_t begin, uint64_t until, double rate, int *told) {
  int ends[2];
  if (pipe(ends) < 0) fail("pipe");
  pid_t builder = rate > 0 ? fork() : 0;
  if (builder < 0) fail("fork");
  if (rate > 0 && builder == 0) build(begin, until, rate, ends[1]);
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  *told = ends[0];
  return builder;
}

static int some_alive(void) {
  for (int at = 0; at < ALIVE; at++)
    if (alive[at].pid != 0) return 1;
  return 0;
}

int main(int count, char **arguments) {
  if (count < 9) {
    fprintf(stderr, "usage: churn SECONDS CONTAINERS_PER_SECOND FORKS_PER_SECOND SHORTEST_MS LONGEST_MS SEED LOGS CGROUP...\n");
    return 2;
  }
  double containers = atof(arguments[2]), forks = atof(arguments[3]);
  shortest = strtoull(arguments[4], NULL, 10), longest = strtoull(arguments[5], NULL, 10);
  state = strtoull(arguments[6], NULL, 10), logs = arguments[7], stays = arguments + 8, hierarchies = count - 8;
  setvbuf(stdout, NULL, _IOLBF, 0);
  uint64_t begin = now_usec(), until = begin + (uint64_t)(atof(arguments[1]) * 1e6), told_at = begin, number = 0;
  int told;
  start_builder(begin, until, forks, &told);
  struct pollfd input = {.fd = 0, .events = POLLIN};
  for (uint64_t now; (now = now_usec()) < until || some_alive();) {
    for (; now < until && begin + (uint64_t)(number * 1e6 / containers) <= now; number++) start(number);
    reap();
    count_forks(told);
    if (now - told_at >= 1000000) {
      printf("%llu %llu\n", (unsigned long long)gone, (unsigned long long)forked);
      told_at = now;
    }
    if (poll(&input, 1, 2) > 0) return 1;
  }
  while (wait(NULL) > 0) {
  }
  count_forks(told);
  printf("%llu %llu\n", (unsigned long long)gone, (unsigned long long)forked);
  return 0;
}
