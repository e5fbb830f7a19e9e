/*
 * Forks processes at a pace and says what each one was, so that a recording of them can be compared with the truth.
 *
 *     process-storm CGROUP COUNT PER_SECOND LIFE_MS LAST_PID
 *
 * It moves into CGROUP first. Each process has a name of its own and uses CPU for half of its life. With a LAST_PID above 0 the
 * kernel is told before each fork to go on counting from there, so that the same pids are used again and again. For each one
 * line: pid, start time in clock ticks, name.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
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
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) != 0) {
  }
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file < 0 || write(file, text, strlen(text)) < 0) {
    perror(path);
    exit(1);
  }
  close(file);
}

static unsigned long long start_time(pid_t pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int file = open(path, O_RDONLY);
  ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
  if (file >= 0) close(file);
  if (length <= 0) return 0;
  text[length] = 0;
  char *at = strrchr(text, ')');
  for (int field = 2; field < 22 && at != NULL; field++) at = strchr(at + 1, ' ');
  return at == NULL ? 0 : strtoull(at + 1, NULL, 10);
}

static void live(int number, uint64_t life) {
  char name[16];
  snprintf(name, sizeof name, "storm%d", number);
  prctl(PR_SET_NAME, name);
  uint64_t start = now_usec(CLOCK_MONOTONIC), used = now_usec(CLOCK_THREAD_CPUTIME_ID);
  while (now_usec(CLOCK_THREAD_CPUTIME_ID) - used < life / 2) {
  }
  sleep_until(start + life);
  _exit(0);
}

int main(int count, char **arguments) {
  if (count != 6) return fprintf(stderr, "usage: process-storm CGROUP COUNT PER_SECOND LIFE_MS LAST_PID\n"), 2;
  char path[600], pid[16];
  snprintf(path, sizeof path, "%s/cgroup.procs", arguments[1]);
  write_file(path, "0");
  int total = atoi(arguments[2]), rate = atoi(arguments[3]);
  uint64_t life = strtoull(arguments[4], NULL, 10) * 1000, start = now_usec(CLOCK_MONOTONIC);
  snprintf(pid, sizeof pid, "%s", arguments[5]);
  for (int number = 0; number < total; number++) {
    sleep_until(start + (uint64_t)number * 1000000 / rate);
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    if (atoi(pid) > 0) write_file("/proc/sys/kernel/ns_last_pid", pid);
    pid_t child = fork();
    if (child == 0) live(number, life);
    if (child < 0) return perror("fork"), 1;
    printf("%d %llu storm%d\n", child, start_time(child), number);
  }
  while (wait(NULL) > 0) {
  }
  return 0;
}
