/* What the parts of observations.db share. */
#pragma once
#include <sys/types.h>

#include "codec/exchange_block.h"
#include "store/db.h"
#include "store/observation_batch.h"
#include "store/observations.h"
#include "store/store_private.h"

enum observations_statement {
	OBSERVATIONS_BEGIN,
	OBSERVATIONS_BEGIN_WRITE,
	OBSERVATIONS_COMMIT,
	OBSERVATIONS_ROLLBACK,
	OBSERVATIONS_SUMMARY,
	OBSERVATIONS_NEXT,
	OBSERVATIONS_SET_NEXT,
	OBSERVATIONS_PUT_BLOCK,
	OBSERVATIONS_PUT_CONTENT,
	OBSERVATIONS_PUT_TAIL,
	OBSERVATIONS_PUT_STATUS,
	OBSERVATIONS_GET_STATUS,
	OBSERVATIONS_BLOCK_OF,
	OBSERVATIONS_BLOCK_AFTER,
	OBSERVATIONS_BLOCK_BEFORE,
	OBSERVATIONS_CONTENT,
	OBSERVATIONS_RUNS_ABOVE,
	OBSERVATIONS_RUNS_BELOW,
	OBSERVATIONS_TAIL_ABOVE,
	OBSERVATIONS_TAIL_BELOW,
	OBSERVATIONS_PAGE_AT,
	OBSERVATIONS_PAGE_AFTER,
	OBSERVATIONS_PUT_PAGE,
	OBSERVATIONS_PUT_RUN,
	OBSERVATIONS_SET_RUN_STATE,
	OBSERVATIONS_BUILDING,
	OBSERVATIONS_RUNS_WITHIN,
	OBSERVATIONS_DYING,
	OBSERVATIONS_DROP_PAGES,
	OBSERVATIONS_DROP_RUN,
	OBSERVATIONS_DROP_TAIL,
	OBSERVATIONS_DROP_TAIL_OF,
	OBSERVATIONS_OLDEST,
	OBSERVATIONS_DROP_BLOCK,
	OBSERVATIONS_DROP_CONTENT,
	OBSERVATIONS_FIRST,
	OBSERVATIONS_KILL_RUNS,
	OBSERVATIONS_STATEMENTS
};

/* Which file an open connection has. */
struct file_identity {
	dev_t device;
	ino_t inode;
};

/* One block as it was read. */
struct observation_page {
	uint64_t first; /* 0: none is loaded */
	uint32_t count;
	struct byte_writer bytes;
	struct exchange_block block;
};

struct observations {
	char folder[STORE_PATH_BYTES];
	char path[STORE_PATH_BYTES];
	enum observations_mode mode;
	sqlite3 *db;
	sqlite3_stmt *statement[OBSERVATIONS_STATEMENTS];
	int lock; /* that of the only writer; -1: none */
	struct file_identity file, journal;
	bool is_made; /* the file by this, and nothing has been written to it */
	struct observation_batch batch;
	int tail_blocks;      /* whose entries are in no run yet */
	uint64_t oldest;      /* number of the oldest exchange that is kept */
	int restart_pages;    /* length of the journal from which readers are waited for */
	bool has_index_work;  /* there may be runs to merge or to remove */
	bool has_dying_run;   /* pages of runs that were given up may be left */
	bool is_index_broken; /* met damage in it: it is not added to */
	struct observation_page page;
	struct arena arena; /* of the exchange at hand */
};

enum rc observations_prepare(struct observations *o, enum observations_statement which,
			     sqlite3_stmt **out, struct diag *diag);
enum rc observations_run(struct observations *o, enum observations_statement which,
			 struct diag *diag);

/* Closes the file, keeps the batch. */
void observations_leave(struct observations *o);
/* Opens the file again when it was deleted, or another is in its place. */
enum rc observations_refresh(struct observations *o, struct diag *diag);

/* Writes a status row. Inside a transaction. */
enum rc observations_put_status(struct observations *o, const struct observation_status *status,
				struct diag *diag);

/* Copies the journal to the file as far as readers let it. What fails is left to the next time. */
void observations_checkpoint(struct observations *o);

/* Bytes of the file and its journal. */
uint64_t observations_bytes(const struct observations *o);
