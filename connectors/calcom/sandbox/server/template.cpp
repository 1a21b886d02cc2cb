#include "connectors/calcom/sandbox/server/delivery.hpp"

namespace calsync::sandbox {

namespace json = boost::json;

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\'':
        out += "&#x27;";
        break;
      case '`':
        out += "&#x60;";
        break;
      case '=':
        out += "&#x3D;";
        break;
      default:
        out += letter;
    }
  }
  return out;
}

std::string value_at(const json::object& values, std::string_view path) {
  const json::object* here = &values;
  for (;;) {
    const auto dot = path.find('.');
    const auto* value = here->if_contains(path.substr(0, dot));
    if (value == nullptr || value->is_null()) return "";
    if (dot == std::string_view::npos)
      return value->is_string()   ? escaped(value->get_string())
             : value->is_object() ? "[object Object]"
                                  : escaped(json::serialize(*value));
    here = value->if_object();
    if (here == nullptr) return "";
    path = path.substr(dot + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string filled(std::string_view text, const json::object& values) {
  json::error_code no_json;
  json::parse(text, no_json);
  const bool is_json = !no_json;
  std::string out;
  while (!text.empty()) {
    const auto open = text.find("{{"), close = open == text.npos ? text.npos : text.find("}}", open);
    if (close == text.npos) {
      out += text;
      break;
    }
    out += text.substr(0, open);
    out += value_at(values, trimmed(text.substr(open + 2, close - open - 2)));
    text = text.substr(close + 2);
  }
  if (!is_json) return out;
  const json::value parsed = json::parse(out, no_json);
  return no_json ? "false" : json::serialize(parsed);
}

}  // namespace calsync::sandbox
