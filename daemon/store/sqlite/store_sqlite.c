/* The table of functions that make SQLite a backend of the store. */
#include "daemon/store/sqlite/store_sqlite.h"

#include "daemon/store/sqlite/copy.h"
#include "daemon/store/sqlite/former.h"
#include "daemon/store/sqlite/rebuild.h"
#include "daemon/store/sqlite/sql.h"

const struct store_backend store_sqlite = {
        .claim = db_claim,
        .path = db_path,
        .former = former_kept,
        .open = rebuild_open,
        .rebuild = rebuild_database,
        .rest = db_rest,
        .close = db_close,
        .release = db_release,
        .put = sql_put,
        .count_alive = sql_count_alive,
        .restore = sql_restore,
        .newest_brief = sql_newest_brief,
        .history = sql_history,
        .span = sql_span,
        .decisions = sql_decisions,
        .choices = sql_choices,
        .drop_decisions = sql_drop_decisions,
        .answers = sql_answers,
        .drop_answers = sql_drop_answers,
        .erase = sql_erase,
        .purge = sql_purge,
        .erased = sql_erased,
        .erasings = sql_erasings,
        .erased_at = sql_erased_at,
        .prune = sql_prune,
        .backup = copy_backup,
        .drop_copies = former_drop,
        .counts = sql_counts,
        .drop_counts = sql_drop_counts,
        .load = sql_load,
        .save = sql_save,
        .keep = sql_keep,
        .try = sql_try,
        .told = sql_told,
};
