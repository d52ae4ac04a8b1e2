/* Each row rests on an outcome, or a shadow decision, and on the decision before it, unless the
 * ticket was done since that decision. What a sealed record says cannot be read here: the word that
 * a start reads tells how the ticket of a sealed outcome ended, and the labels stay unknown. What a
 * ticket cost was not recorded then, except in shadow mode.
 *
 * The text must never be changed: it describes schema 3, whatever the present one is. */
#include "daemon/store/sqlite/migrate_list.h"

/* `e` is what ended, how, and the serial of its decision; its limit keeps SQLite from evaluating
 * each of that once more for each use. `o` and `d` are the records of both if they can be read. */
const char migrate_list[] =
        "INSERT OR IGNORE INTO model (name)"
        " SELECT DISTINCT CASE WHEN typeof(payload) = 'text' AND json_valid(payload)"
        " THEN substr(json_extract(payload, '$.model'), 1, 120) END AS called"
        " FROM record WHERE kind IN (0, 9) AND called <> '' LIMIT 1000;"

        "INSERT INTO listed (wall, account, ticket, class, undone, confidence, model,"
        " priority_was, priority_is, took, cost, reason)"
        " SELECT r.wall, r.account, r.ticket,"
        " (((e.ended * 8 + CASE json_extract(d.payload, '$.root_cause')"
        " WHEN 'bug' THEN 1 WHEN 'feature' THEN 2 WHEN 'refund' THEN 3 WHEN 'other' THEN 4"
        " ELSE 0 END) * 8 + CASE json_extract(d.payload, '$.urgency')"
        " WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3"
        " ELSE 0 END) * 8 + CASE json_extract(d.payload, '$.sentiment')"
        " WHEN 'positive' THEN 1 WHEN 'neutral' THEN 2 WHEN 'negative' THEN 3"
        " ELSE 0 END) * 4 + CASE WHEN d.serial IS NULL THEN 0"
        " WHEN json_extract(d.payload, '$.by_rules') THEN 2 ELSE 1 END,"
        /* taken back */
        " e.ended = 1 AND EXISTS (SELECT 1 FROM record u WHERE u.account = r.account"
        " AND u.ticket = r.ticket AND u.serial > r.serial AND u.kind = 8"
        " AND CASE WHEN typeof(u.payload) = 'text' AND json_valid(u.payload)"
        " THEN json_extract(u.payload, '$.result') = 'undone' END),"
        /* of the label that the model was least sure of */
        " CAST(round(nullif(min(ifnull(json_extract(d.payload, '$.confidence.root_cause'), 2),"
        " ifnull(json_extract(d.payload, '$.confidence.urgency'), 2),"
        " ifnull(json_extract(d.payload, '$.confidence.sentiment'), 2)), 2) * 10000) AS INTEGER),"
        " (SELECT id FROM model WHERE name = substr(json_extract(d.payload, '$.model'), 1, 120)),"
        " CASE json_extract(o.payload, '$.priority_before') WHEN 'low' THEN 1"
        " WHEN 'normal' THEN 2 WHEN 'high' THEN 3 WHEN 'urgent' THEN 4 ELSE 0 END,"
        " CASE coalesce(json_extract(o.payload, '$.priority_after'),"
        " json_extract(o.payload, '$.priority_set'),"
        " json_extract(o.payload, '$.priority_before')) WHEN 'low' THEN 1"
        " WHEN 'normal' THEN 2 WHEN 'high' THEN 3 WHEN 'urgent' THEN 4 ELSE 0 END,"
        " max(0, CAST(ifnull(json_extract(o.payload, '$.model_ms'), 0)"
        " + ifnull(json_extract(o.payload, '$.write_ms'), 0) AS INTEGER)),"
        " CAST(round(json_extract(o.payload, '$.cost') * 1000000000) AS INTEGER),"
        " CASE WHEN r.kind = 2 THEN substr(ifnull(json_extract(o.payload, '$.reason'), ''), 1,"
        " 200) ELSE '' END"

        " FROM (SELECT r.serial, CASE WHEN r.kind = 9 THEN 4"
        " WHEN typeof(r.payload) = 'text' AND json_valid(r.payload)"
        " THEN CASE json_extract(r.payload, '$.state')"
        " WHEN 'done' THEN 1 WHEN 'skipped' THEN 2 WHEN 'failed' THEN 3 END"
        " WHEN typeof(r.payload) = 'blob' THEN CASE (SELECT a.brief >> 60 FROM alive a"
        " WHERE a.serial = r.serial) WHEN 2 THEN 1 WHEN 3 THEN 2 WHEN 4 THEN 2 END END AS ended,"
        " CASE WHEN r.kind = 9 THEN r.serial ELSE (SELECT CASE WHEN d.kind = 0 THEN d.serial END"
        " FROM record d WHERE d.account = r.account AND d.ticket = r.ticket"
        " AND d.serial < r.serial AND (d.kind = 0 OR CASE WHEN d.kind = 2"
        " AND typeof(d.payload) = 'text' AND json_valid(d.payload)"
        " THEN json_extract(d.payload, '$.state') = 'done' END)"
        " ORDER BY d.serial DESC LIMIT 1) END AS decision"
        " FROM record r WHERE r.kind IN (2, 9) AND r.ticket <> 0 ORDER BY r.serial LIMIT -1) e"
        " CROSS JOIN record r ON r.serial = e.serial"
        " LEFT JOIN record o ON o.serial = e.serial"
        " AND typeof(o.payload) = 'text' AND json_valid(o.payload)"
        " LEFT JOIN record d ON d.serial = e.decision"
        " AND typeof(d.payload) = 'text' AND json_valid(d.payload)"
        " WHERE e.ended > 0 ORDER BY e.serial;";
