/*
 * What parsing kernel files costs in C, with what the recorder's parsers take from them and no more: parses a text in memory as often as
 * it is told on stdin, one number a line, and answers each with the CPU nanoseconds that it took.
 *
 *     parse flat SAMPLE KEY…     key value
 *     parse colon SAMPLE KEY…    Key:   value kB
 *     parse pairs SAMPLE KEY…    8:0 key=value key=value, summed over lines
 *     parse stat SAMPLE          /proc/PID/stat
 *     parse smaps SAMPLE KEY…    /proc/PID/smaps, summed for each name of a mapping
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_KEYS 512
#define MOST_NAMES 4096

static char text[1 << 22];
static const char *end;

struct keys {
    int count;
    const char *key[MOST_KEYS];
    int length[MOST_KEYS];
    /* The key that came next the last time: the kernel prints them in the same order each time. */
    int next[MOST_KEYS];
    int last;
};

static struct keys keys;
static uint64_t values[MOST_KEYS];

static struct name {
    const char *text;
    int length;
    uint64_t sums[MOST_KEYS];
} names[MOST_NAMES];
static int slots[2 * MOST_NAMES];
static int name_count;

static const char *number(const char *at, uint64_t *value)
{
    uint64_t sum = 0;
    for (; *at >= '0' && *at <= '9'; at++) sum = sum * 10 + (*at - '0');
    *value = sum;
    return at;
}

static const char *line_end(const char *at)
{
    const char *found = memchr(at, '\n', end - at);
    return found == NULL ? end : found;
}

static int matches(int index, const char *at, char delimiter)
{
    int length = keys.length[index];
    return memcmp(keys.key[index], at, length) == 0 && at[length] == delimiter;
}

/* The number of the key at `at`, or -1. */
static int key_at(const char *at, char delimiter)
{
    if (keys.count == 0) return -1;
    int guess = keys.next[keys.last];
    if (matches(guess, at, delimiter)) return keys.last = guess;
    for (int index = 0; index < keys.count; index++) {
        if (!matches(index, at, delimiter)) continue;
        keys.next[keys.last] = index;
        return keys.last = index;
    }
    return -1;
}

static void keyed(char delimiter, uint64_t factor)
{
    for (const char *at = text; at < end;) {
        int key = key_at(at, delimiter);
        if (key >= 0) {
            at += keys.length[key] + 1;
            while (*at == ' ' || *at == '\t') at++;
            uint64_t value;
            at = number(at, &value);
            values[key] = value * factor;
        }
        at = line_end(at) + 1;
    }
}

static void pairs(void)
{
    memset(values, 0, sizeof values[0] * keys.count);
    for (const char *at = text; at < end;) {
        while (*at != ' ' && *at != '\n') at++;
        if (*at++ == '\n') continue;
        int key = key_at(at, '=');
        if (key < 0) continue;
        uint64_t value;
        at = number(at + keys.length[key] + 1, &value);
        values[key] += value;
    }
}

/* Its name ends at the last parenthesis; from field 3 on there are only words. */
static void stat(void)
{
    static const uint64_t unit[43] = {[4] = 1, [9] = 1, [10] = 1, [12] = 1, [14] = 10000, [15] = 10000, [16] = 10000, [17] = 10000,
        [20] = 1, [22] = 1, [23] = 1, [24] = 4096, [28] = 1, [39] = 1, [40] = 1, [41] = 1, [42] = 10000};
    const char *at = memrchr(text, ')', end - text) + 2;
    values[3] = *at;
    at += 2;
    for (int field = 4; field <= 42; field++) {
        if (unit[field] != 0) {
            at = number(at, &values[field]);
            values[field] *= unit[field];
        }
        while (*at != ' ' && *at != '\n') at++;
        at++;
    }
}

static struct name *name_of(const char *at, int length)
{
    uint32_t hash = 0x811c9dc5;
    for (int index = 0; index < length; index++) hash = (hash ^ (unsigned char)at[index]) * 0x01000193;
    for (uint32_t slot = hash % (2 * MOST_NAMES);; slot = (slot + 1) % (2 * MOST_NAMES)) {
        int index = slots[slot] - 1;
        if (index >= 0 && names[index].length == length && memcmp(names[index].text, at, length) == 0) return &names[index];
        if (index >= 0) continue;
        if (name_count == MOST_NAMES) exit(1);
        slots[slot] = ++name_count;
        names[name_count - 1].text = at;
        names[name_count - 1].length = length;
        return &names[name_count - 1];
    }
}

static void smaps(void)
{
    for (int index = 0; index < name_count; index++) memset(names[index].sums, 0, sizeof names[0].sums[0] * keys.count);
    struct name *name = NULL;
    for (const char *at = text; at < end;) {
        if ((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f')) {
            for (int word = 0; word < 5; word++) {
                while (*at != ' ' && *at != '\n') at++;
                while (*at == ' ') at++;
            }
            const char *stop = line_end(at);
            name = name_of(at, stop - at);
            at = stop + 1;
            continue;
        }
        int key = key_at(at, ':');
        if (key >= 0 && name != NULL) {
            at += keys.length[key] + 1;
            while (*at == ' ') at++;
            uint64_t value;
            at = number(at, &value);
            name->sums[key] += value;
        }
        at = line_end(at) + 1;
    }
}

static void parse(const char *format)
{
    if (strcmp(format, "flat") == 0) keyed(' ', 1);
    else if (strcmp(format, "colon") == 0) keyed(':', 1024);
    else if (strcmp(format, "pairs") == 0) pairs();
    else if (strcmp(format, "stat") == 0) stat();
    else smaps();
    /* Whoever reads the values is elsewhere: they have to be in memory. */
    __asm__ volatile("" ::: "memory");
}

static uint64_t cpu_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

int main(int argc, char **argv)
{
    int file = argc < 3 ? -1 : open(argv[2], O_RDONLY);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (length <= 0) {
        fprintf(stderr, "parse FORMAT SAMPLE KEY…\n");
        return 2;
    }
    end = text + length;
    for (int index = 3; index < argc && keys.count < MOST_KEYS; index++) {
        keys.key[keys.count] = argv[index];
        keys.length[keys.count++] = strlen(argv[index]);
    }
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        uint64_t before = cpu_ns();
        for (long left = atol(line); left > 0; left--) parse(argv[1]);
        printf("%llu\n", (unsigned long long)(cpu_ns() - before));
        fflush(stdout);
    }
    return 0;
}
