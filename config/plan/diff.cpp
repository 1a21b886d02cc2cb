#include "config/plan/diff.hpp"

#include "config/plan/compare.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

const json::value& value_of(const json::object& object, std::string_view name) {
  static const json::value none;
  const json::value* value = object.if_contains(name);
  return value != nullptr ? *value : none;
}

// What was last applied tells who moved: Git, somebody in the UI, or both.
ChangeOrigin origin_of(const Field& field, const json::value& wanted, const json::value& live,
                       const Owned* owned) {
  if (owned == nullptr || !owned->applied.contains(field.name))
    return owned == nullptr ? ChangeOrigin::unknown : ChangeOrigin::git;
  const json::value& applied = value_of(owned->applied, field.name);
  const bool git = !same(field, merged(field, wanted, applied), applied);
  const bool ui = !same(field, merged(field, applied, live), live);
  if (git && ui) return ChangeOrigin::both;
  return git ? ChangeOrigin::git : ChangeOrigin::live;
}

std::string cure_of(const ResourceKind& kind, const Field& field) {
  const std::string name(field.name);
  if (kind.name == "eventType")
    return "set " + name + " in the event type's payment app in Cal.com's UI: API v2 cannot write it";
  if (kind.name == "user") return "the person sets " + name + " in their own profile: API v2 cannot write it";
  if (kind.name == "integration") return "connect what is missing: `calsync connect TEAM` prints the links";
  if (field.mutability == Mutability::create_only)
    return name + " can only be given when the " + std::string(kind.name) + " is made";
  return "API v2 cannot write " + name + ": change it in Cal.com's UI";
}

// The identity is the address; it is no difference, unless something is renamed.
bool is_identity(const ResourceKind& kind, const Field& field) {
  std::string_view rest = kind.address;
  for (auto at = rest.find(field.name); at != std::string_view::npos; at = rest.find(field.name, at + 1)) {
    const char before = at == 0 ? '{' : rest[at - 1];
    const auto end = at + field.name.size();
    const char after = end < rest.size() ? rest[end] : '}';
    if ((before == '{' || before == '|') && (after == '}' || after == '|')) return true;
  }
  return false;
}

bool was_not_taken(const Owned* owned, const std::string& pointer, const json::value& wanted) {
  return owned != nullptr && std::ranges::any_of(owned->not_taken, [&](const NotTaken& one) {
           return one.pointer == pointer && one.wanted == wanted;
         });
}

// Written where the file has changed since, or where nothing was ever applied.
bool write_only_differs(const Field& field, const json::value& wanted, const Owned* owned) {
  if (owned == nullptr) return false;
  return !owned->applied.contains(field.name) || value_of(owned->applied, field.name) != wanted;
}

class Diff {
 public:
  Diff(const Resource& desired, const Resource& live, const Owned* owned, const Policy& policy)
      : desired_(desired), live_(live), owned_(owned), policy_(policy) {}

  ResourceDiff run() {
    const bool renamed = desired_.address != live_.address;
    for (const Field& field : desired_.kind->fields) {
      if (!desired_.fields.contains(field.name) || (is_identity(*desired_.kind, field) && !renamed)) continue;
      if (is_ignored(policy_, desired_.address, "/" + std::string(field.name))) continue;
      compare(field, value_of(desired_.fields, field.name), value_of(live_.fields, field.name));
    }
    return std::move(out_);
  }

 private:
  void compare(const Field& field, const json::value& wanted, const json::value& live) {
    const std::string pointer = "/" + std::string(field.name);
    if (field.mutability == Mutability::write_only) {
      if (write_only_differs(field, wanted, owned_))
        out_.fields.push_back({pointer, nullptr, wanted, ChangeOrigin::git});
      return;
    }
    const auto found = differences(field, wanted, live);
    if (found.empty()) return;
    const ChangeOrigin origin = origin_of(field, wanted, live, owned_);
    for (const Difference& one : found) {
      if (is_ignored(policy_, desired_.address, one.pointer)) continue;
      if (field.mutability == Mutability::asserted || field.mutability == Mutability::create_only)
        out_.manual_steps.push_back(
            {desired_.address, one.pointer, one.from, one.to, cure_of(*desired_.kind, field)});
      else if (was_not_taken(owned_, one.pointer, one.to))
        out_.not_taken.push_back({desired_.address, one.pointer, one.to});
      else
        out_.fields.push_back({one.pointer, one.from, one.to, origin});
    }
  }

  const Resource& desired_;
  const Resource& live_;
  const Owned* owned_;
  const Policy& policy_;
  ResourceDiff out_;
};

}  // namespace

ResourceDiff diff(const Resource& desired, const Resource& live, const Owned* owned, const Policy& policy) {
  return Diff(desired, live, owned, policy).run();
}

ResourceDiff diff_of_new(const Resource& desired) {
  ResourceDiff out;
  for (const Field& field : desired.kind->fields) {
    const json::value* wanted = desired.fields.if_contains(field.name);
    if (wanted == nullptr) continue;
    const std::string pointer = "/" + std::string(field.name);
    if (field.mutability != Mutability::asserted)
      out.fields.push_back({pointer, nullptr, *wanted, ChangeOrigin::git});
    else if (!same(field, *wanted, nullptr))
      out.manual_steps.push_back({desired.address, pointer, nullptr, *wanted, cure_of(*desired.kind, field)});
  }
  return out;
}

bool is_ignored(const Policy& policy, std::string_view address, std::string_view pointer) {
  const auto covers = [&](const std::string& one) {
    return pointer == one ||
           (pointer.starts_with(one) && pointer.size() > one.size() && pointer[one.size()] == '/');
  };
  return std::ranges::any_of(policy.ignore, [&](const Policy::Ignore& rule) {
    return matches(rule.address, address) &&
           (rule.pointers.empty() || std::ranges::any_of(rule.pointers, covers));
  });
}

bool is_protected(const Policy& policy, std::string_view address) {
  return std::ranges::any_of(policy.protect,
                             [&](const std::string& pattern) { return matches(pattern, address); });
}

}  // namespace calsync
