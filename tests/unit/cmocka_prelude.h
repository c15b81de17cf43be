/*
 * cmocka_prelude - what cmocka.h wants included before it
 */
#ifndef CMOCKA_PRELUDE_H
#define CMOCKA_PRELUDE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
