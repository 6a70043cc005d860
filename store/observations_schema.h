/* The tables of observations.db. */
#pragma once

#define OBSERVATIONS_APPLICATION_ID 0x4358414f /* "CXAO" */
#define OBSERVATIONS_FORMAT_VERSION 1

/* Before the first table: what cannot be changed later. */
extern const char observations_pragmas[];
extern const char observations_schema[];
/* By enum observations_statement. */
extern const char *const observations_sql[];
