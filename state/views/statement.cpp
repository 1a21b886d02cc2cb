#include "state/views/statement.hpp"

#include "state/events/email.hpp"

#include <algorithm>

namespace calsync {
namespace {

Result<BookingFilter> filter_of(const StatementQuery& query) {
  CALSYNC_TRY(first, "--from", parse_day(query.from));
  CALSYNC_TRY(last, "--to", parse_day(query.to));
  if (last < first) return Error{Errc::rejected, "the range ends on " + query.to + ", before it begins"};
  return BookingFilter{.event_type = query.service,
                       .team = query.team,
                       .status = query.status,
                       .from = query.zone.start_of(first),
                       .to = query.zone.start_of(std::chrono::sys_days(last) + std::chrono::days{1})};
}

StatementLine line_of(FoundBooking booking, const StatementFold& known) {
  StatementLine line;
  if (!booking.hosts.empty()) {
    line.editor = lower_ascii(booking.hosts.front().email);
    line.editor_name = booking.hosts.front().name;
  }
  // One that ends before it begins took no time; the booking itself is shown as Cal.com tells it.
  if (booking.minutes) line.minutes = std::max<std::int64_t>(0, signed_number(*booking.minutes).value_or(0));
  if (const auto price = known.price_of(booking)) {
    line.price = price->minor;
    line.currency = price->currency;
  }
  line.booking = std::move(booking);
  return line;
}

std::vector<StatementLine> lines_of(const StatementQuery& query, const BookingFilter& filter,
                                    const StatementFold& known) {
  std::vector<FoundBooking> bookings;
  for (const auto& [name, json] : known.then().json_by_name()) {
    FoundBooking booking = read_booking(name, json);
    if (filter.matches(booking)) bookings.push_back(std::move(booking));
  }
  sort_by_start(bookings);
  std::vector<StatementLine> lines;
  for (auto& booking : bookings) {
    StatementLine line = line_of(std::move(booking), known);
    if (query.editor.empty() || equal_ignoring_case(line.editor, query.editor))
      lines.push_back(std::move(line));
  }
  return lines;
}

// What an invoice depends on, each with its name.
std::vector<std::pair<std::string_view, std::string>> facts_of(const StatementLine& line) {
  const FoundBooking& booking = line.booking;
  return {{"status", booking.status ? to_text(*booking.status) : ""},
          {"start", booking.start ? to_text(*booking.start) : ""},
          {"minutes", std::to_string(line.minutes)},
          {"service", booking.event_type},
          {"team", booking.team},
          {"editor", line.editor},
          {"price", line.price ? std::to_string(*line.price) : ""},
          {"currency", line.currency},
          {"paid", booking.paid ? "yes" : "no"}};
}

std::string differences(const StatementLine& from, const StatementLine& to) {
  const auto before = facts_of(from);
  const auto after = facts_of(to);
  std::string text;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].second == after[i].second) continue;
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
    text += (text.empty() ? "" : "; ") + std::string(before[i].first) + ": " + shown(before[i].second) +
            " to " + shown(after[i].second);
  }
  return text;
}

StatementLine reversal(StatementLine line, std::string note) {
  line.kind = StatementLine::Kind::reversed;
  line.minutes = -line.minutes;
  if (line.price) line.price = -*line.price;
  line.note = std::move(note);
  return line;
}

StatementLine addition(StatementLine line, std::string note) {
  line.kind = StatementLine::Kind::added;
  line.note = std::move(note);
  return line;
}

// The booking as it is known, whether it is in the statement or not.
std::optional<StatementLine> line_at(const StatementFold& known, const std::string& name) {
  const auto& all = known.then().json_by_name();
  const auto found = all.find(name);
  if (found == all.end()) return std::nullopt;
  return line_of(read_booking(name, found->second), known);
}

std::string why_gone(const StatementLine& line, const StatementFold& known) {
  const auto now = line_at(known, line.booking.name);
  return now ? differences(line, *now) : "no longer known";
}

std::string why_new(const StatementLine& line, const StatementFold& before) {
  const auto then = line_at(before, line.booking.name);
  return then ? differences(*then, line) : "not known before";
}

std::vector<StatementLine> adjustments(const std::vector<StatementLine>& stated, const StatementFold& before,
                                       const std::vector<StatementLine>& lines, const StatementFold& known) {
  std::map<std::string_view, const StatementLine*> was, is;
  for (const auto& line : stated) was[line.booking.name] = &line;
  for (const auto& line : lines) is[line.booking.name] = &line;
  std::vector<StatementLine> out;
  for (const auto& line : stated) {
    const auto now = is.find(line.booking.name);
    const std::string note = now == is.end() ? why_gone(line, known) : differences(line, *now->second);
    if (now != is.end() && note.empty()) continue;
    out.push_back(reversal(line, note));
    if (now != is.end()) out.push_back(addition(*now->second, note));
  }
  for (const auto& line : lines) {
    // What told it then was erased since, and what is left of it now was stated then.
    if (was.contains(line.booking.name) || before.told_and_erased(line.booking.name)) continue;
    out.push_back(addition(line, why_new(line, before)));
  }
  return out;
}

Result<void> add(std::int64_t& sum, std::int64_t more) {
  if (__builtin_add_overflow(sum, more, &sum))
    return Error{Errc::rejected, "a total does not fit into 64 bits: ask for a shorter range"};
  return {};
}

Result<void> add_to_totals(Statement& statement) {
  std::map<std::tuple<std::string, std::string, bool>, StatementTotal> totals;
  for (const auto* lines : {&statement.lines, &statement.adjustments})
    for (const auto& line : *lines) {
      StatementTotal& total = totals[{line.editor, line.currency, line.price.has_value()}];
      total.editor = line.editor;
      total.priced = line.price.has_value();
      total.currency = line.currency;
      if (total.editor_name.empty()) total.editor_name = line.editor_name;
      total.bookings += line.kind == StatementLine::Kind::reversed ? -1 : 1;
      CALSYNC_CHECK("sum", add(total.minutes, line.minutes));
      CALSYNC_CHECK("sum", add(total.price, line.price.value_or(0)));
    }
  for (auto& [key, total] : totals)
    if (total.bookings != 0 || total.minutes != 0 || total.price != 0)
      statement.totals.push_back(std::move(total));
  return {};
}

}  // namespace

const char* to_text(StatementLine::Kind kind) {
  switch (kind) {
    case StatementLine::Kind::booking:
      return "booking";
    case StatementLine::Kind::reversed:
      return "reversed";
    case StatementLine::Kind::added:
      return "added";
  }
  return "";
}

void StatementFold::begin(ViewSource& at_cut) {
  then_.begin(at_cut);
  prices_.begin(at_cut);
}

void StatementFold::take(const EventRecord& event) {
  then_.take(event);
  prices_.take(event);
  if (event.topic == Topic::bookings && event.erased) erased_.insert(event.subject);
}

Result<Statement> make_statement(const StatementQuery& query, const StatementFold& known,
                                 StatementPlace place) {
  CALSYNC_TRY(filter, "statement", filter_of(query));
  Statement statement;
  statement.lines = lines_of(query, filter, known);
  statement.place = std::move(place);
  statement.erased = known.then().erased();
  CALSYNC_CHECK("statement", add_to_totals(statement));
  return statement;
}

Result<Statement> make_statement(const StatementQuery& query, const StatementFold& before,
                                 StatementPlace earlier, const StatementFold& known, StatementPlace place) {
  CALSYNC_TRY(filter, "statement", filter_of(query));
  Statement statement;
  statement.lines = lines_of(query, filter, before);
  statement.adjustments = adjustments(statement.lines, before, lines_of(query, filter, known), known);
  statement.place = std::move(place);
  statement.earlier = std::move(earlier);
  statement.erased = known.then().erased();
  CALSYNC_CHECK("statement", add_to_totals(statement));
  return statement;
}

}  // namespace calsync
