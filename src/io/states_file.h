/* How each history ended, as a NumPy array: final_states.npy. */
#ifndef IO_STATES_FILE_H
#define IO_STATES_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/final_state.h"

#define STATES_FILE_NAME "final_states.npy"
#define STATES_HEADER_BYTES 512

/* Starts DIR/final_states.npy anew with room on disk for n_rows, so that a full disk shows before the
 * run and not after it. Until states_finish its header says 0 rows. Returns a descriptor that forked
 * workers may share and the caller closes, or -1 (ERR_OUTPUT). */
int states_create(const char *dir, uint64_t n_rows, struct err *e);

/* Goes on with the file of an earlier run, with room for n_rows; its rows and header stay. ERR_INPUT: it is not
 * there, or not such a file. */
int states_reopen(const char *dir, uint64_t n_rows, struct err *e);

/* Rows written so far will outlive the machine. ERR_OUTPUT. */
int states_sync(int fd, struct err *e);

/* Writes rows at their place, whoever asks and in any order; the same rows give the same bytes. */
int states_write(int fd, uint64_t first_row, const struct final_state *states, size_t count,
    struct err *e);

/* Copies rows of the file in another directory to rows of this one. ERR_INPUT: they are not there, or it is
 * no such file. */
int states_copy(int fd, uint64_t to_row, const char *dir, uint64_t from_row, uint64_t n_rows, struct err *e);

/* The array is its first n_rows: sets the header, cuts the file behind them, waits for the disk. */
int states_finish(int fd, uint64_t n_rows, struct err *e);

void states_close(int fd);

#endif
