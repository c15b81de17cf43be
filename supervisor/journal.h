/*
 * journal - whether standard error is the journal
 *
 * systemd puts the device and the inode of the socket it has connected to the journal
 * into JOURNAL_STREAM (systemd.exec(5)). Who inherits the variable and writes elsewhere
 * is not to take it for its own.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>

/** journal_is_standard_error() - Whether lines on standard error land in the journal */
bool journal_is_standard_error(void);

#endif
