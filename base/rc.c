#include "base/rc.h"

const char *rc_str(enum rc rc)
{
	switch (rc) {
	case RC_OK:
		return "ok";
	case RC_NOMEM:
		return "out of memory";
	case RC_IO:
		return "input or output failed";
	case RC_FULL:
		return "no space left";
	case RC_SYNTAX:
		return "malformed input";
	case RC_LIMIT:
		return "limit exceeded";
	case RC_TRUNCATED:
		return "input ends too early";
	case RC_UNSUPPORTED:
		return "not supported";
	case RC_NOTFOUND:
		return "not found";
	case RC_BUSY:
		return "busy";
	case RC_CORRUPT:
		return "stored data is damaged";
	case RC_BUDGET:
		return "too many rejects";
	case RC_INTERRUPTED:
		return "interrupted";
	case RC_USAGE:
		return "invalid request";
	}
	return "unknown result";
}
