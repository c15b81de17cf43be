#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "needs.h"

/* openat(2) is allowed where there is a file to be read again. */
NEEDS_SYSCALLS("fstat fstat64 newfstatat fstatat64 statx read close");

/**
 * read_whole() - Read until the end
 * @fd:		Descriptor of a regular file
 * @max:	Most bytes
 * @len:	Filled on success
 *
 * Return: the content, owned by the caller, or NULL with errno set.
 */
static char *read_whole(int fd, size_t max, size_t *len)
{
	size_t cap = 64 * 1024, n = 0;
	char *text = malloc(cap);

	while (text) {
		ssize_t got = read(fd, text + n, cap - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0) {
			*len = n;
			return text;
		}
		if (got < 0 || (n += (size_t)got) > max) {
			errno = got < 0 ? errno : EFBIG;
			break;
		}
		if (n == cap) {
			char *grown = realloc(text, cap *= 2);

			if (!grown)
				break;
			text = grown;
		}
	}
	free(text);
	return NULL;
}

char *file_read(const char *path, size_t max, size_t *len, const char **why)
{
	/* Non-blocking, so that a FIFO is refused rather than waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		*why = strerror(errno);
	} else if (!S_ISREG(st.st_mode)) {
		*why = "expected a regular file";
	} else {
		text = read_whole(fd, max, len);
		*why = text ? NULL : strerror(errno);
	}
	if (fd >= 0)
		close(fd);
	return text;
}
