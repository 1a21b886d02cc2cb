#include "state/views/statement_text.hpp"

#include "state/events/json_text.hpp"

#include <algorithm>

namespace calsync {
namespace {

std::string emails(const std::vector<PersonSeen>& people, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < people.size(); ++i) {
    const std::string& who = people[i].email.empty() ? people[i].name : people[i].email;
    if (!who.empty()) text += (text.empty() ? "" : "; ") + who;
  }
  return text;
}

std::string number_text(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

void add_place(JsonObject& to, std::string_view name, const StatementPlace& place) {
  JsonObject one(to.key(name));
  one.add("log", place.log)
      .add("position", Integer::of(place.position.value()))
      .add("hash", to_hex(place.hash));
  one.end();
}

void add_optional(JsonObject& to, std::string_view name, const std::string& text) {
  to.add(name, text.empty() ? std::optional<std::string>() : std::optional(text));
}

void append_line(std::string& out, const StatementLine& line, const Zone& zone) {
  const FoundBooking& booking = line.booking;
  JsonObject one(out);
  one.add("line", std::string_view(to_text(line.kind))).add("uid", booking.name);
  add_optional(one, "chain", booking.chain);
  one.add("start", booking.start);
  one.add("localStart", booking.start ? std::optional(zone.local(*booking.start)) : std::nullopt);
  one.add("minutes", Integer::of(line.minutes));
  add_optional(one, "status", booking.status ? to_text(*booking.status) : "");
  add_optional(one, "service", booking.event_type);
  add_optional(one, "team", booking.team);
  add_optional(one, "editor", line.editor);
  add_optional(one, "editorName", line.editor_name);
  add_optional(one, "otherHosts", emails(booking.hosts, 1));
  add_optional(one, "attendees", emails(booking.attendees, 0));
  one.add("price", line.price ? std::optional(Integer::of(*line.price)) : std::nullopt);
  add_optional(one, "currency", line.currency);
  one.add("paid", booking.paid);
  add_optional(one, "note", line.note);
  one.end();
}

void append_total(std::string& out, const StatementTotal& total) {
  JsonObject one(out);
  add_optional(one, "editor", total.editor);
  add_optional(one, "editorName", total.editor_name);
  add_optional(one, "currency", total.currency);
  one.add("bookings", Integer::of(total.bookings)).add("minutes", Integer::of(total.minutes));
  one.add("price", total.priced ? std::optional(Integer::of(total.price)) : std::nullopt);
  one.end();
}

template <class List, class Append>
void add_list(JsonObject& to, std::string_view name, const List& list, Append append) {
  std::string& out = to.key(name);
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ',';
    append(out, list[i]);
  }
  out += ']';
}

constexpr std::string_view csv_columns[] = {
    "line",     "uid",  "chain",  "start",       "start_utc",     "minutes",    "status",
    "service",  "team", "editor", "editor_name", "other_hosts",   "attendees",  "price",
    "currency", "paid", "note",   "bookings",    "total_minutes", "total_price"};

using CsvRow = std::array<std::string, std::size(csv_columns)>;

void append_row(std::string& out, const CsvRow& row) {
  for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "," : "") + row[i];
  out += "\r\n";
}

CsvRow row_of(const StatementLine& line, const Zone& zone) {
  const FoundBooking& booking = line.booking;
  std::string local = booking.start ? zone.local(*booking.start).substr(0, 16) : std::string();
  if (!local.empty()) local[10] = ' ';
  return {to_text(line.kind),
          csv_text(booking.name),
          csv_text(booking.chain),
          local,
          booking.start ? to_text(*booking.start) : "",
          std::to_string(line.minutes),
          booking.status ? to_text(*booking.status) : "",
          csv_text(booking.event_type),
          csv_text(booking.team),
          csv_text(line.editor),
          csv_text(line.editor_name),
          csv_text(emails(booking.hosts, 1)),
          csv_text(emails(booking.attendees, 0)),
          number_text(line.price),
          csv_text(line.currency),
          booking.paid ? "yes" : "no",
          csv_text(line.note),
          "",
          "",
          ""};
}

CsvRow row_of(const StatementTotal& total) {
  CsvRow row;
  row[0] = "total";
  row[9] = csv_text(total.editor);
  row[10] = csv_text(total.editor_name);
  row[14] = csv_text(total.currency);
  row[17] = std::to_string(total.bookings);
  row[18] = std::to_string(total.minutes);
  if (total.priced) row[19] = std::to_string(total.price);
  return row;
}

// Behind spaces, too, which some programs leave out, and behind quotes, which some take for the cell's own.
bool begins_as_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \""), text.size()));
  if (text.empty()) return false;
  if (std::string_view("=+-@").find(text.front()) != std::string_view::npos) return true;
  for (const std::string_view wide : {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"})
    if (text.starts_with(wide)) return true;
  return false;
}

// Control characters are no text of RFC 4180, and a tab divides cells where somebody imports it so. Line breaks stay.
std::string without_controls(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool later = i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    const bool of_two = byte == 0xc2 && later;  // U+0080 to U+009F
    const bool control = (byte < 0x20 && byte != '\r' && byte != '\n') || byte == 0x7f || of_two;
    plain += control ? ' ' : text[i];
    if (of_two) ++i;
  }
  return plain;
}

// Wherever a program may begin a cell: it may divide at semicolons or bars, and take quotes for text.
std::string without_formulas(std::string_view text) {
  std::string safe(text.starts_with('\r') || text.starts_with('\n') ? "'" : "");
  for (bool begins = true; !text.empty(); text.remove_prefix(1)) {
    if (begins && begins_as_formula(text)) safe += '\'';
    safe += text.front();
    begins = std::string_view(",;|\r\n").find(text.front()) != std::string_view::npos;
  }
  return safe;
}

}  // namespace

std::string csv_text(std::string_view text) {
  std::string field = without_formulas(without_controls(text));
  if (field.find_first_of("\",\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string place_text(const StatementPlace& at) {
  return "log " + at.log + " position " + std::to_string(at.position.value()) + " hash " + to_hex(at.hash);
}

std::string statuses_text(const StatementQuery& query) {
  std::string text;
  for (const auto status : query.status) text += (text.empty() ? "" : ", ") + std::string(to_text(status));
  return text.empty() ? "any" : text;
}

std::string statement_content(const StatementQuery& query, const Statement& statement) {
  std::string out;
  JsonObject object(out);
  object.add("format", std::string_view("calsync.statement/1"));
  object.add("from", query.from).add("to", query.to).add("timeZone", query.zone.name());
  object.add("begins", query.zone.start_of(*parse_day(query.from)));
  object.add("ends", query.zone.start_of(std::chrono::sys_days(*parse_day(query.to)) + std::chrono::days{1}));
  add_optional(object, "editor", query.editor);
  add_optional(object, "team", query.team);
  add_optional(object, "service", query.service);
  object.add("status", statuses_text(query));
  add_place(object, "place", statement.place);
  if (statement.earlier)
    add_place(object, "earlier", *statement.earlier);
  else
    object.add_text("earlier", "null");
  object.add("erasedEvents", Integer::of(std::uint64_t{statement.erased}));
  const auto line = [&query](std::string& to, const StatementLine& one) { append_line(to, one, query.zone); };
  add_list(object, "lines", statement.lines, line);
  add_list(object, "adjustments", statement.adjustments, line);
  add_list(object, "totals", statement.totals, append_total);
  object.end();
  return out;
}

std::string statement_json(std::string_view content) {
  std::string out;
  JsonObject object(out);
  object.add_text("statement", content).add("contentHash", to_hex(sha256(content))).end();
  return out + "\n";
}

std::string statement_csv(const StatementQuery& query, const Statement& statement, std::string_view content) {
  std::string out;
  CsvRow heading;
  for (std::size_t i = 0; i < heading.size(); ++i) heading[i] = csv_columns[i];
  append_row(out, heading);
  for (const auto* lines : {&statement.lines, &statement.adjustments})
    for (const auto& line : *lines) append_row(out, row_of(line, query.zone));
  for (const auto& total : statement.totals) append_row(out, row_of(total));
  CsvRow last;
  last[0] = "statement";
  last[16] =
      csv_text(query.from + " to " + query.to + " " + query.zone.name() + "; " + place_text(statement.place) +
               (statement.earlier ? "; since " + place_text(*statement.earlier) : "") + "; content " +
               to_hex(sha256(content)));
  append_row(out, last);
  return out;
}

}  // namespace calsync
