/*
 * needs - the system calls of a file, named beside the code that makes them
 *
 * A file that makes system calls while peers are served says so once:
 *
 *	NEEDS_SYSCALLS("accept4 close");
 *
 * The linker gathers the names (for a section whose name is a C identifier ld(1)
 * defines __start_ and __stop_), and supervisor/confine/ allows what is named, and
 * nothing else.
 */
#ifndef COMMON_NEEDS_H
#define COMMON_NEEDS_H

/* Names as in section 2 of the manual, between blanks; NUL ends a file's. */
#define NEEDS_SYSCALLS(names)                    \
	static const char needed_syscalls_here[] \
		__attribute__((used, section("needed_syscalls"), aligned(1))) = names

#endif
