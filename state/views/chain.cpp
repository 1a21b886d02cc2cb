#include "state/views/chain.hpp"

#include "state/views/numbered.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::size_t furthest = 32;

}  // namespace

std::string booking_row_key(std::string_view name) {
  return "b/" + std::string(name);
}

BookingRow read_booking_row(std::string_view name, std::string_view bytes) {
  auto row = decode_booking(bytes);
  if (!row) throw ViewDamaged(booking_row_key(name));
  return *std::move(row);
}

std::optional<BookingRow> load_booking(ViewTable& views, std::string_view name) {
  const auto bytes = views.get(booking_row_key(name));
  return bytes ? std::optional(read_booking_row(name, *bytes)) : std::nullopt;
}

Chain walk_up(ViewTable& views, const BookingRow& row, std::string_view name) {
  Chain chain{std::string(name), row.key, {}};
  std::vector<std::string> path{chain.root};
  auto parent = row.rescheduled_from.value ? std::optional(row.rescheduled_from.value->uid) : std::nullopt;
  while (parent && path.size() <= furthest) {
    const auto met = std::find(path.begin(), path.end(), *parent);
    if (met != path.end()) {  // a circle
      chain.root = *std::min_element(met, path.end());
      break;
    }
    path.push_back(*parent);
    chain.root = *parent;
    const auto above = load_booking(views, *parent);
    if (above && chain.key.empty()) chain.key = above->key;
    parent = above && above->rescheduled_from.value ? std::optional(above->rescheduled_from.value->uid)
                                                    : std::nullopt;
  }
  if (chain.key.empty()) chain.key = chain.root;
  chain.ancestors.assign(path.begin() + 1, path.end());
  return chain;
}

void pin(ViewTable& views, const Chain& chain) {
  for (const auto& uid : chain.ancestors) {
    auto row = load_booking(views, uid);
    if (!row || !row->key.empty()) continue;
    row->key = chain.key;
    views.put(booking_row_key(uid), encode(*row));
  }
}

namespace {

// What was kept under the old booking's number alone may say of itself that it was moved.
void learn_old_number(ViewTable& views, BookingRow& old, const Integer& number, const Stamp& by,
                      std::vector<BookingRow>& news) {
  if (old.id.value == number) return;
  const auto numbered = learn_number(views, old, number);
  old.id.hear(number, {Weight::snapshot, by.teller, by.as_of});
  if (numbered && old.rescheduled_from.value)
    mark_rescheduled(views, {old.rescheduled_from.value->uid, old.uid, std::nullopt},
                     old.rescheduled_from.stamp, news);
}

}  // namespace

void mark_rescheduled(ViewTable& views, const Moved& moved, Stamp by, std::vector<BookingRow>& news) {
  BookingRow old = load_booking(views, moved.uid).value_or(BookingRow{});
  if (old.erased) return;
  const auto looked = render(old, {});
  old.uid = moved.uid;
  by.weight = Weight::last_word;
  if (moved.number) learn_old_number(views, old, *moved.number, by, news);
  old.status.hear(BookingStatus::cancelled, by);
  if (!moved.now.empty()) old.rescheduled_to.hear(moved.now, by);
  old.announced = true;  // the reschedule told it
  old.as_of = std::max(old.as_of, by.as_of);
  views.put(booking_row_key(moved.uid), encode(old));
  if (render(old, {}).json != looked.json) news.push_back(std::move(old));
}

void mark_ancestors(ViewTable& views, std::string uid, const std::vector<std::string>& ancestors, Stamp by,
                    std::vector<BookingRow>& news) {
  for (const auto& above : ancestors) {
    BookingRow row = load_booking(views, uid).value_or(BookingRow{});
    if (row.erased || row.rescheduled_from.value || above == uid) return;
    row.uid = uid;
    row.rescheduled_from.hear(RescheduledFrom{above, {}, {}, {}}, by);
    views.put(booking_row_key(uid), encode(row));
    mark_rescheduled(views, {above, uid, std::nullopt}, by, news);
    uid = above;
  }
}

std::vector<StateValue> states_below(ViewTable& views, const BookingRow& row) {
  std::vector<StateValue> states;
  std::vector<std::string> path{row.uid};
  auto next = row.rescheduled_to.value;
  while (next && path.size() <= furthest && std::find(path.begin(), path.end(), *next) == path.end()) {
    const auto below = load_booking(views, *next);
    if (!below) break;
    if (!below->erased)
      states.push_back({BookingUid{*next}, render(*below, walk_up(views, *below, *next).root).json});
    path.push_back(*next);
    next = below->rescheduled_to.value;
  }
  return states;
}

}  // namespace calsync
