// What must hold when the faults are over and all is read and published.
#include "daemon/project/projection_pass.hpp"
#include "state/store/records.hpp"
#include "state/views/chain.hpp"
#include "tests/sim/oracle.hpp"

#include <algorithm>

namespace calsync::sim {
namespace {

using store::Column;
using KnownState = std::map<std::string, std::string>;

// What consumers would see of each booking, and time off as it is kept.
template <class Rows>
KnownState known_state(const Rows& rows, ViewSource& source) {
  ViewTable table(source);
  KnownState out;
  for (const auto& [key, bytes] : rows) {
    if (key.starts_with("o/")) out.emplace(key, bytes);
    if (!key.starts_with("b/")) continue;
    const auto row = decode_booking(bytes);
    out.emplace(key, render(*row, walk_up(table, *row, key.substr(2)).root).json);
  }
  return out;
}

// "accepted from 2026-…"; the start only where it is asked for.
std::string told_of(const KnownState& state, const std::string& uid, bool with_start) {
  const auto at = state.find("b/" + uid);
  if (at == state.end()) return "unknown";
  const auto booking = boost::json::parse(at->second);
  const std::string status(booking.at("status").as_string());
  return with_start ? status + " from " + std::string(booking.at("start").as_string()) : status;
}

}  // namespace

void Oracle::at_the_end(SimDisk& disk, const EventLog& log, RulesByVersion rules) {
  check_acknowledged(disk, disk.acknowledged.size());
  std::vector<RawRecord> records;
  for (RawSequence at{1}; at <= log.head().raw; at = next(at)) {
    auto record = read_raw(disk, at);
    if (!record || !record->body) return violated("raw " + std::to_string(at.value()) + " cannot be read");
    records.push_back(*std::move(record));
  }
  check_final_state(disk, records, rules);
  check_truth(disk, records);
  check_occurrences(records);
  const auto rebuilt = verify_rebuild(log, {}, rules);  // (g)
  if (!rebuilt)
    violated("rebuild: " + rebuilt.error().text());
  else if (rebuilt->first_difference)
    violated("a rebuild gives another log: " + rebuilt->difference);
}

// (d): the same facts, each once and in the order in which they happened
void Oracle::check_final_state(SimDisk& disk, const std::vector<RawRecord>& records, RulesByVersion rules) {
  std::map<std::uint64_t, std::size_t> order;
  for (std::size_t i = 0; i < cal_.facts.size(); ++i) order.emplace(fingerprint(cal_.facts[i].body), i);
  std::map<std::size_t, const RawRecord*> facts;
  for (const RawRecord& record : records) {
    const std::uint64_t mark = fingerprint(*record.body);
    const auto summary =
        store::decode_summary(disk.row_ever(Column::summary, store::key_of(record.sequence)));
    if ((summary->outcome == RecordOutcome::quarantined) != cal_.junk.contains(mark))
      return violated("raw " + std::to_string(record.sequence.value()) + " (" + summary->trigger +
                      ") became " + to_text(summary->outcome) + ": " + summary->reason);
    if (const auto known = order.find(mark); known != order.end()) facts.emplace(known->second, &record);
  }
  MemoryViews views;
  EventSequence first{1};
  for (const auto& [place, record] : facts) {
    ViewTable table(views);
    const Normalised made = apply_rules(rules.back(), *record, table, first);
    first = EventSequence{first.value() + made.events.size()};
    views.apply(table.take());
  }
  MemoryViews kept;
  for (const auto& [key, value] : disk.rows(Column::views)) kept.rows.emplace(key, value);
  const KnownState expected = known_state(views.rows, views), found = known_state(kept.rows, kept);
  if (expected == found) return;
  const auto differs = std::ranges::find_if(expected, [&](const auto& each) {
    const auto at = found.find(each.first);
    return at == found.end() || at->second != each.second;
  });
  violated("the order of deliveries decides what is known" +
           (differs == expected.end() ? std::string() : " of " + differs->first));
}

// (d): and that is what is true
void Oracle::check_truth(SimDisk& disk, const std::vector<RawRecord>& records) {
  std::set<std::uint64_t> bodies;
  for (const RawRecord& record : records) bodies.insert(fingerprint(*record.body));
  std::set<int> told;
  for (const Fact& fact : cal_.facts)
    if (bodies.contains(fingerprint(fact.body))) told.insert(fact.number);
  MemoryViews kept;
  for (const auto& [key, value] : disk.rows(Column::views)) kept.rows.emplace(key, value);
  const KnownState state = known_state(kept.rows, kept);
  for (const auto& [uid, truth] : cal_.bookings) {
    if (!std::ranges::includes(told, truth.told_by)) continue;
    const std::string truly = truth.start.empty() ? truth.status : truth.status + " from " + truth.start;
    if (const std::string told_us = told_of(state, uid, !truth.start.empty()); told_us != truly)
      return violated("booking " + uid + " is " + truly + ", the log says " + told_us);
  }
}

// An occurrence is told once, however often it arrived; so is a beginning.
void Oracle::check_occurrences(const std::vector<RawRecord>& records) {
  for (const RawRecord& record : records) {
    const auto fact = std::ranges::find_if(cal_.facts, [&](const Fact& f) { return f.body == *record.body; });
    if (fact == cal_.facts.end() || fact->trigger != "MEETING_STARTED") continue;
    if (const int times = told_["meeting.started"][fact->uid]; times != 1)
      return violated("meeting.started of " + fact->uid + " was told " + std::to_string(times) + " times");
  }
  for (const auto& [uid, times] : told_["booking.created"])
    if (times > 1)
      return violated("booking.created of " + uid + " was told " + std::to_string(times) + " times");
}

}  // namespace calsync::sim
