/* The directory tables of a snapshot: written by snapshot_writer_save_directory, read whole here.
 */
#pragma once
#include <sqlite3.h>
#include "base/diag.h"
#include "model/hss_directory.h"

/* *d is empty and initialised; has_… are the caller's. */
enum rc snapshot_directory_load(sqlite3 *db, struct hss_directory *d, struct diag *diag);
