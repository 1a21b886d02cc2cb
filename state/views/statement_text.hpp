// A statement as bytes: the same statement gives the same bytes, on every machine, in every time zone and locale.
#pragma once
#include "state/views/statement.hpp"

namespace calsync {

// What the statement says, as canonical JSON: what its content hash is the SHA-256 of.
std::string statement_content(const StatementQuery& query, const Statement& statement);
// {"statement": the content, "contentHash": …}, one line.
std::string statement_json(std::string_view content);
// RFC 4180, UTF-8 without a mark: one table, whose column `line` says what a row is (booking, reversed, added,
// total, statement). A text that a spreadsheet would take for a formula gets an apostrophe in front.
std::string statement_csv(const StatementQuery& query, const Statement& statement, std::string_view content);

std::string csv_text(std::string_view text);             // one field, guarded and quoted as needed
std::string place_text(const StatementPlace& at);        // "log … position … hash …"
std::string statuses_text(const StatementQuery& query);  // "accepted, pending"; "any"

}  // namespace calsync
