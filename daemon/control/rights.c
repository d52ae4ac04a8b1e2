/* The table of rights.h. */
#include "daemon/control/rights.h"

enum entry rights_entry(enum right right, enum http_door door)
{
	static const enum entry entries[RIGHTS][HTTP_DOORS] = {
	        [RIGHT_ORDER] = {[HTTP_DOOR_CONTROL] = ENTRY_OPEN,
	                         [HTTP_DOOR_READ] = ENTRY_CLOSED,
	                         [HTTP_DOOR_TCP] = ENTRY_TOKEN},
	        [RIGHT_READ] = {[HTTP_DOOR_CONTROL] = ENTRY_OPEN,
	                        [HTTP_DOOR_READ] = ENTRY_OPEN,
	                        [HTTP_DOOR_TCP] = ENTRY_TOKEN},
	        [RIGHT_LOOK] = {[HTTP_DOOR_CONTROL] = ENTRY_OPEN,
	                        [HTTP_DOOR_READ] = ENTRY_OPEN,
	                        [HTTP_DOOR_TCP] = ENTRY_OPEN},
	        [RIGHT_SHELL] = {[HTTP_DOOR_CONTROL] = ENTRY_OPEN,
	                         [HTTP_DOOR_READ] = ENTRY_OPEN,
	                         [HTTP_DOOR_TCP] = ENTRY_OPEN},
	        [RIGHT_STATE] = {[HTTP_DOOR_CONTROL] = ENTRY_OPEN,
	                         [HTTP_DOOR_READ] = ENTRY_OPEN,
	                         [HTTP_DOOR_TCP] = ENTRY_OPEN},
	};

	return entries[right][door];
}
