#include "config/resources/resource.hpp"

#include "state/events/email.hpp"

namespace calsync {
namespace {

// What stands in an address for one of "{a|b}": the first that is there.
std::string part_of(const ResourceKind& kind, const boost::json::object& fields, std::string_view names) {
  while (!names.empty()) {
    const auto end = names.find('|');
    const std::string_view name = names.substr(0, end);
    names = end == std::string_view::npos ? std::string_view() : names.substr(end + 1);
    const boost::json::value* value = fields.if_contains(name);
    if (value == nullptr || !value->is_string() || value->get_string().empty()) continue;
    const Field* field = find_field(kind.fields, name);
    const std::string text(value->get_string());
    return field != nullptr && field->form == TextForm::e_mail ? lower_ascii(text) : text;
  }
  return {};
}

}  // namespace

std::string Place::text() const {
  std::string out = file;
  if (line > 0) out += ":" + std::to_string(line);
  if (line > 0 && column > 0) out += ":" + std::to_string(column);
  return out;
}

const Endpoints& endpoints_of(const Resource& resource) {
  const ResourceKind& kind = *resource.kind;
  const bool others = !kind.other_owner.empty() && resource.fields.contains(kind.other_owner);
  return others ? kind.api_of_other : kind.api;
}

std::string address_of(const ResourceKind& kind, const boost::json::object& fields) {
  std::string out(kind.name);
  out += '/';
  std::string_view rest = kind.address;
  while (!rest.empty()) {
    const auto open = rest.find('{');
    out += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = rest.find('}', open);
    const std::string part = part_of(kind, fields, rest.substr(open + 1, close - open - 1));
    if (part.empty()) return {};
    out += part;
    rest.remove_prefix(close + 1);
  }
  return out;
}

// Goes back to the last star only: linear in the address times the pattern at worst, no recursion.
bool matches(std::string_view pattern, std::string_view address) {
  std::size_t p = 0, a = 0, star = std::string_view::npos, from = 0;
  while (a < address.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = a;
    } else if (p < pattern.size() && pattern[p] == address[a]) {
      ++p;
      ++a;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      a = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace calsync
