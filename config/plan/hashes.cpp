#include "config/plan/hashes.hpp"

#include "state/base/crypto.hpp"

#include <boost/json.hpp>

namespace calsync {
namespace json = boost::json;
namespace {

void append(std::string& out, const json::value& value) {
  if (const json::object* object = value.if_object()) {
    std::map<std::string_view, const json::value*> sorted;
    for (const auto& member : *object) sorted.emplace(member.key(), &member.value());
    out += '{';
    for (bool first = true; const auto& [name, one] : sorted) {
      out += (first ? "" : ",") + json::serialize(json::string(name)) + ":";
      append(out, *one);
      first = false;
    }
    out += '}';
  } else if (const json::array* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      append(out, (*array)[i]);
    }
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

void append(std::string& out, const std::string& address, const Resource& resource) {
  out += address + "\n";
  append(out, json::value(resource.fields));
  out += resource.absent ? "\nabsent\n" : "\n";
}

}  // namespace

std::string canonical(const json::value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string hash_of(const Resources& resources) {
  std::string all;
  for (const auto& [address, resource] : resources) append(all, address, resource);
  return to_hex(sha256(all));
}

std::string live_hash_of(const Plan& plan, const Resources& live) {
  std::set<std::string> addresses;
  for (const Change& change : plan.changes) {
    addresses.insert(change.renamed_from.empty() ? change.address : change.renamed_from);
    addresses.insert(change.needs.begin(), change.needs.end());
  }
  std::string all;
  for (const auto& address : addresses) {
    const auto at = live.find(address);
    if (at == live.end())
      all += address + "\nmissing\n";
    else
      append(all, address, at->second);
  }
  return to_hex(sha256(all));
}

}  // namespace calsync
