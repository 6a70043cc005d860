/* What the parts of the store share. */
#pragma once
#include <stdbool.h>
#include "store/catalog.h"
#include "store/store.h"

#define STORE_PATH_BYTES 4096

struct store {
	char folder[STORE_PATH_BYTES];
	struct catalog catalog;
	enum store_mode mode;
	bool is_empty; /* nothing but observations: the catalog is in memory */
	bool is_temporary;
};

enum store_file { STORE_CATALOG, STORE_SNAPSHOT, STORE_PART };

/* The path of a file of the store; number is used for snapshots. RC_IO when it is too long. */
enum rc store_path(const struct store *s, enum store_file file, uint64_t number,
		   char out[STORE_PATH_BYTES], struct diag *diag);

/* Makes a folder, 0700, and those above it; what exists stays as it is. */
enum rc store_make_folder(const char *folder, struct diag *diag);

/* Opens and locks a file, 0600, which is made when absent; flags are further ones of open(). The
 * lock lasts until *fd is closed, and dies with the process. RC_BUSY when it is held. */
enum rc store_lock_file(const char *path, int flags, int *fd, struct diag *diag);

/* Makes an empty file, 0600, which SQLite takes for an empty database; one that exists stays. */
enum rc store_create_file(const char *path, struct diag *diag);

/* Runs fill between BEGIN IMMEDIATE and COMMIT; rolls back when it or the commit fails. */
enum rc store_transaction(struct store *s,
			  enum rc (*fill)(struct store *s, void *context, struct diag *diag),
			  void *context, struct diag *diag);

/* Removes what interrupted imports left: files that nobody holds a lock on, and their rows. Inside
 * a transaction. */
enum rc store_clean(struct store *s, struct diag *diag);
