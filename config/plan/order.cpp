#include "config/plan/order.hpp"

#include "config/plan/references.hpp"

#include <algorithm>

namespace calsync {
namespace {

std::ptrdiff_t rank(const ResourceKind* kind) {
  const auto kinds = all_kinds();
  return std::ranges::find(kinds, kind) - kinds.begin();
}

bool before(const Change& a, const Change& b) {
  if (takes_away(a) != takes_away(b)) return takes_away(b);
  const auto rank_a = rank(a.kind), rank_b = rank(b.kind);
  if (rank_a != rank_b) return takes_away(a) ? rank_a > rank_b : rank_a < rank_b;
  return a.address < b.address;
}

using Addresses = std::set<std::string>;

// What is made goes after what it names and is made, too.
void need_what_is_made(Change& change, const Resources& desired, const Addresses& made) {
  const auto at = desired.find(change.address);
  if (at == desired.end()) return;
  for (const auto& address : named_by(at->second))
    if (made.contains(address)) change.needs.push_back(address);
}

// What is removed goes after what names it and is removed, too.
void need_what_goes(Change& change, const Resources& live, const Addresses& gone) {
  for (const auto& other : gone) {
    const auto at = live.find(other);
    if (other == change.address || at == live.end()) continue;
    const auto names = named_by(at->second);
    if (std::ranges::find(names, change.address) != names.end()) change.needs.push_back(other);
  }
}

}  // namespace

void put_in_order(Plan& plan, const Desired& desired, const Resources& live) {
  std::ranges::sort(plan.changes, before);
  Addresses made, gone;
  for (const Change& change : plan.changes) (takes_away(change) ? gone : made).insert(change.address);
  for (Change& change : plan.changes)
    if (takes_away(change))
      need_what_goes(change, live, gone);
    else
      need_what_is_made(change, desired.resources, made);
}

}  // namespace calsync
