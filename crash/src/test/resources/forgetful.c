/*
 * A disk that forgets. Preloaded into a process (LD_PRELOAD), it keeps beside one folder a second one, which holds what
 * would be left of the first if the power went now: nothing but what was made safe by fsync, fdatasync or msync, and
 * names that were made safe by fsync of their folder. After SIGKILL whoever started the process puts the two together
 * as an operating system might have left them.
 *
 * FORGETFUL_DIR     the folder, absolute, without links in it
 * FORGETFUL_SHADOW  the second one, absolute, with two empty folders at the start: files/<inode>.<count> will have what
 *                   is safe of a file, and names/=<folder, / as %> the lines "<inode>.<count> <name>" or "- <folder>"
 *                   that are safe of a folder; the empty file ready says that all that was there at the start is here
 *                   too, before which nothing else is done
 *
 * Two more files in the shadow may be made by whoever wants a fault, each for one call, which removes it:
 *
 * fail-sync         the next fdatasync, fsync or msync of a file says EIO, and what it was for is lost, as on Linux: a
 *                   second call would succeed and make nothing safe
 * fail-write        the next write says EIO
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define PATH 4096

struct tracked { dev_t dev; ino_t ino; int count; off_t from, to; }; /* [from, to) is not safe yet; to 0: nothing */

static char dir[PATH], shadow[PATH], fail_sync[PATH], fail_write[PATH];
static size_t dir_length;
static struct tracked files[FILES];
static int file_count, serial;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define NEXT(type, name, ...) \
    static type (*next_##name)(__VA_ARGS__); \
    if (!next_##name) next_##name = (type (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, #name)

static void die(const char *what, const char *which) {
    dprintf(2, "forgetful: %s %s\n", what, which);
    _exit(99);
}

static struct tracked *find(dev_t dev, ino_t ino) {
    for (int i = file_count; i-- > 0; )
        if (files[i].ino == ino && files[i].dev == dev) return &files[i];
    return NULL;
}

static void untrack(const char *path) {
    struct stat st;
    pthread_mutex_lock(&lock);
    if (!lstat(path, &st) && S_ISREG(st.st_mode) && st.st_nlink == 1) {
        struct tracked *file = find(st.st_dev, st.st_ino);
        if (file) *file = files[--file_count];
    }
    pthread_mutex_unlock(&lock);
}

static int inside(const char *path) {
    return dir_length && !strncmp(path, dir, dir_length) && (path[dir_length] == '/' || !path[dir_length]);
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return inside(path);
}

/* Not through the functions below. */
static ssize_t raw_pwrite(int fd, const void *data, size_t bytes, off_t at) {
    NEXT(ssize_t, pwrite64, int, const void *, size_t, off_t);
    return next_pwrite64(fd, data, bytes, at);
}
static int raw_open(const char *path, int flags, int mode) {
    NEXT(int, open64, const char *, int, ...);
    return next_open64(path, flags, mode);
}

/* Begins to watch a file of which nothing is safe. */
static struct tracked *track(const struct stat *st) {
    char name[PATH + 64];
    if (file_count == FILES) die("too many files in", dir);
    struct tracked *file = &files[file_count++];
    *file = (struct tracked) { st->st_dev, st->st_ino, ++serial, 0, 0 };
    snprintf(name, sizeof name, "%s/files/%lu.%d", shadow, (unsigned long) file->ino, file->count);
    int copy = raw_open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (copy < 0) die("can't make", name);
    close(copy);
    return file;
}

static void make_safe(int fd, struct tracked *file, off_t size) {
    char name[PATH + 64], data[65536];
    snprintf(name, sizeof name, "%s/files/%lu.%d", shadow, (unsigned long) file->ino, file->count);
    int copy = raw_open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    /* The file may have been opened for writing only. */
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    int source = raw_open(name, O_RDONLY | O_CLOEXEC, 0);
    if (copy < 0 || source < 0) die("can't copy", name);
    off_t to = file->to < size ? file->to : size;
    for (off_t at = file->from; at < to; ) {
        size_t most = to - at < (off_t) sizeof data ? (size_t) (to - at) : sizeof data;
        ssize_t got = pread(source, data, most, at);
        if (got <= 0) break;
        if (raw_pwrite(copy, data, got, at) != got) die("can't write", name);
        at += got;
    }
    NEXT(int, ftruncate64, int, off_t);
    if (next_ftruncate64(copy, size)) die("can't cut", name);
    close(source);
    close(copy);
    file->from = file->to = 0;
}

static void names_safe(const char *path) {
    char name[2 * PATH], other[2 * PATH];
    snprintf(name, sizeof name, "%s/names/=%s", shadow, path + dir_length);
    for (char *c = name + strlen(shadow) + 8; *c; c++) if (*c == '/') *c = '%';
    snprintf(other, sizeof other, "%s/new-names", shadow);
    FILE *out = fopen(other, "w");
    DIR *folder = opendir(path);
    if (!out || !folder) die("can't list", path);
    for (struct dirent *each; (each = readdir(folder)); ) {
        struct stat st;
        char full_name[2 * PATH];
        snprintf(full_name, sizeof full_name, "%s/%s", path, each->d_name);
        if (!strcmp(each->d_name, ".") || !strcmp(each->d_name, "..") || lstat(full_name, &st)) continue;
        if (S_ISREG(st.st_mode)) {
            struct tracked *file = find(st.st_dev, st.st_ino);
            if (!file) file = track(&st);
            fprintf(out, "%lu.%d %s\n", (unsigned long) file->ino, file->count, each->d_name);
        } else {
            fprintf(out, "- %s\n", each->d_name);
        }
    }
    closedir(folder);
    if (fclose(out)) die("can't write", other);
    NEXT(int, rename, const char *, const char *);
    if (next_rename(other, name)) die("can't rename to", name);
}

/* What is there at the start is safe. */
static void all_safe(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) return;
    for (struct dirent *each; (each = readdir(folder)); ) {
        char name[2 * PATH];
        struct stat st;
        snprintf(name, sizeof name, "%s/%s", path, each->d_name);
        if (!strcmp(each->d_name, ".") || !strcmp(each->d_name, "..") || lstat(name, &st)) continue;
        if (S_ISDIR(st.st_mode)) {
            all_safe(name);
        } else if (S_ISREG(st.st_mode)) {
            struct tracked *file = track(&st);
            int fd = raw_open(name, O_RDONLY | O_CLOEXEC, 0);
            file->to = st.st_size;
            make_safe(fd, file, st.st_size);
            close(fd);
        }
    }
    closedir(folder);
    names_safe(path);
}

__attribute__((constructor)) static void begin(void) {
    char ready_name[PATH + 64];
    const char *where = getenv("FORGETFUL_DIR"), *beside = getenv("FORGETFUL_SHADOW");
    if (!where || !beside) return;
    snprintf(shadow, sizeof shadow, "%s", beside);
    snprintf(dir, sizeof dir, "%s", where);
    snprintf(fail_sync, sizeof fail_sync, "%s/fail-sync", beside);
    snprintf(fail_write, sizeof fail_write, "%s/fail-write", beside);
    snprintf(ready_name, sizeof ready_name, "%s/ready", beside);
    dir_length = strlen(dir);
    all_safe(dir);
    int ready = raw_open(ready_name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (ready < 0) die("can't make", ready_name);
    close(ready);
}

static int asked(const char *what) {
    NEXT(int, unlink, const char *);
    return !access(what, F_OK) && !next_unlink(what);
}

/* The file behind a descriptor, locked, or NULL and not locked. */
static struct tracked *locked(int fd, struct stat *st) {
    if (!dir_length || fstat(fd, st) || !S_ISREG(st->st_mode)) return NULL;
    pthread_mutex_lock(&lock);
    struct tracked *file = find(st->st_dev, st->st_ino);
    if (!file) pthread_mutex_unlock(&lock);
    return file;
}

static void dirty(int fd, off_t from, off_t to) {
    struct stat st;
    int before = errno;
    struct tracked *file = to > from ? locked(fd, &st) : NULL;
    if (file) {
        if (!file->to) file->from = from;
        if (from < file->from) file->from = from;
        if (to > file->to) file->to = to;
        pthread_mutex_unlock(&lock);
    }
    errno = before;
}

/* @return whether a write must not happen, and errno says why */
static int refused(int fd) {
    struct stat st;
    if (!locked(fd, &st)) return 0;
    pthread_mutex_unlock(&lock);
    if (asked(fail_write)) {
        errno = EIO;
        return 1;
    }
    return 0;
}

static int opened(int fd, int existed, int flags, off_t size) {
    char path[PATH];
    struct stat st;
    if (fd < 0 || !dir_length || !path_of(fd, path) || fstat(fd, &st) || !S_ISREG(st.st_mode)) return fd;
    if (flags & (O_SYNC | O_DSYNC) || (flags & O_DIRECT)) die("knows nothing of O_SYNC, O_DSYNC and O_DIRECT:", path);
    pthread_mutex_lock(&lock);
    struct tracked *file = find(st.st_dev, st.st_ino);
    if (!existed && file) *file = files[--file_count]; /* Left from a file that had this inode before. */
    if (!existed || !file) track(&st);
    pthread_mutex_unlock(&lock);
    if (flags & O_TRUNC) dirty(fd, 0, size);
    return fd;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        NEXT(int, name, const char *, int, ...); \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
        struct stat st = { 0 }; \
        int existed = flags & (O_CREAT | O_TRUNC) ? !stat(path, &st) : 1; \
        return opened(next_##name(path, flags, mode), existed, flags, st.st_size); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        NEXT(int, name, int, const char *, int, ...); \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
        struct stat st = { 0 }; \
        int existed = flags & (O_CREAT | O_TRUNC) ? !fstatat(at, path, &st, 0) : 1; \
        return opened(next_##name(at, path, flags, mode), existed, flags, st.st_size); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t bytes) {
    NEXT(ssize_t, write, int, const void *, size_t);
    struct stat st;
    if (!locked(fd, &st)) return next_write(fd, data, bytes);
    pthread_mutex_unlock(&lock);
    off_t at = fcntl(fd, F_GETFL) & O_APPEND ? st.st_size : lseek(fd, 0, SEEK_CUR);
    if (refused(fd)) return -1;
    ssize_t written = next_write(fd, data, bytes);
    dirty(fd, at, at + written);
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    NEXT(ssize_t, writev, int, const struct iovec *, int);
    struct stat st;
    if (!locked(fd, &st)) return next_writev(fd, parts, count);
    pthread_mutex_unlock(&lock);
    off_t at = fcntl(fd, F_GETFL) & O_APPEND ? st.st_size : lseek(fd, 0, SEEK_CUR);
    if (refused(fd)) return -1;
    ssize_t written = next_writev(fd, parts, count);
    dirty(fd, at, at + written);
    return written;
}

#define PWRITE(name) \
    ssize_t name(int fd, const void *data, size_t bytes, off_t at) { \
        NEXT(ssize_t, name, int, const void *, size_t, off_t); \
        if (refused(fd)) return -1; \
        ssize_t written = next_##name(fd, data, bytes, at); \
        dirty(fd, at, at + written); \
        return written; \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name) \
    ssize_t name(int fd, const struct iovec *parts, int count, off_t at) { \
        NEXT(ssize_t, name, int, const struct iovec *, int, off_t); \
        if (refused(fd)) return -1; \
        ssize_t written = next_##name(fd, parts, count, at); \
        dirty(fd, at, at + written); \
        return written; \
    }
PWRITEV(pwritev)
PWRITEV(pwritev64)

#define TRUNCATE(name) \
    int name(int fd, off_t size) { \
        NEXT(int, name, int, off_t); \
        struct stat st; \
        if (fstat(fd, &st)) return -1; \
        int result = next_##name(fd, size); \
        if (!result) dirty(fd, size < st.st_size ? size : st.st_size, size < st.st_size ? st.st_size : size); \
        return result; \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define ALLOCATE(name) \
    int name(int fd, int mode, off_t at, off_t bytes) { \
        NEXT(int, name, int, int, off_t, off_t); \
        if (!(mode & FALLOC_FL_PUNCH_HOLE) && refused(fd)) return -1; \
        int result = next_##name(fd, mode, at, bytes); \
        if (!result && !(mode & FALLOC_FL_KEEP_SIZE && !(mode & FALLOC_FL_PUNCH_HOLE))) dirty(fd, at, at + bytes); \
        return result; \
    }
ALLOCATE(fallocate)
ALLOCATE(fallocate64)

static int synced(int fd, int (*next)(int)) {
    struct stat st;
    char path[PATH];
    if (!dir_length || fstat(fd, &st)) return next(fd);
    if (S_ISDIR(st.st_mode) && path_of(fd, path)) {
        int result = next(fd);
        pthread_mutex_lock(&lock);
        if (!result) names_safe(path);
        pthread_mutex_unlock(&lock);
        return result;
    }
    struct tracked *file = locked(fd, &st);
    if (!file) return next(fd);
    int result = 0;
    if (asked(fail_sync)) {
        file->from = file->to = 0;
        result = -1;
    } else if (!fstat(fd, &st)) {
        make_safe(fd, file, st.st_size);
    }
    pthread_mutex_unlock(&lock);
    if (result) errno = EIO;
    return result;
}

int fsync(int fd) {
    NEXT(int, fsync, int);
    return synced(fd, next_fsync);
}

int fdatasync(int fd) {
    NEXT(int, fdatasync, int);
    return synced(fd, next_fdatasync);
}

int unlink(const char *path) {
    NEXT(int, unlink, const char *);
    if (inside(path)) untrack(path);
    return next_unlink(path);
}

int unlinkat(int at, const char *path, int flags) {
    NEXT(int, unlinkat, int, const char *, int);
    if (path[0] == '/' && inside(path) && !(flags & AT_REMOVEDIR)) untrack(path);
    return next_unlinkat(at, path, flags);
}

int rename(const char *from, const char *to) {
    NEXT(int, rename, const char *, const char *);
    if (inside(to) && strcmp(from, to)) untrack(to);
    return next_rename(from, to);
}

#define MAP(name) \
    void *name(void *where, size_t bytes, int protection, int flags, int fd, off_t at) { \
        NEXT(void *, name, void *, size_t, int, int, int, off_t); \
        char path[PATH]; \
        if (fd >= 0 && protection & PROT_WRITE && (flags & MAP_TYPE) != MAP_PRIVATE && path_of(fd, path)) \
            die("doesn't see what is written through a map:", path); \
        return next_##name(where, bytes, protection, flags, fd, at); \
    }
MAP(mmap)
MAP(mmap64)
