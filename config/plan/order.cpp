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

}  // namespace

void put_in_order(Plan& plan, const Desired& desired, const Resources& live) {
  std::ranges::sort(plan.changes, before);
  std::set<std::string> made, gone;
  for (const Change& change : plan.changes) (takes_away(change) ? gone : made).insert(change.address);
  for (Change& change : plan.changes) {
    const auto& from = takes_away(change) ? live : desired.resources;
    const auto at = from.find(change.address);
    if (at == from.end()) continue;
    if (takes_away(change)) continue;
    for (const auto& address : named_by(at->second))
      if (made.contains(address)) change.needs.push_back(address);
  }
  // What is removed goes after what names it and is removed, too.
  for (Change& change : plan.changes) {
    if (!takes_away(change)) continue;
    for (const auto& other : gone) {
      const auto at = live.find(other);
      if (other == change.address || at == live.end()) continue;
      const auto names = named_by(at->second);
      if (std::ranges::find(names, change.address) != names.end()) change.needs.push_back(other);
    }
  }
}

}  // namespace calsync
