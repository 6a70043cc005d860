/* A store and imports of derivable_record into it; trouble fails the test. */
#pragma once
#include "store/store.h"

struct store *open_store(const char *folder, enum store_mode mode);
struct store_import *begin_import(struct store *s, const char *source);
void put_records(struct store_import *i, uint32_t count);
/* A whole import; the number of its snapshot. */
uint64_t run_import(struct store *s, const char *source, uint32_t count);
/* Records in the current snapshot; -1 when there is none. */
int64_t current_count(struct store *s, const char *source);
/* Names in a folder that begin with a prefix. */
unsigned count_files(const char *folder, const char *prefix);
