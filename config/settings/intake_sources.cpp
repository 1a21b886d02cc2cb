// intake.sources: who may post to /hooks/{id}, and the secrets that are active for each (RELIABILITY §3.3).
#include "config/settings/setting_types.hpp"
#include "config/yaml/near_name.hpp"

#include <algorithm>

namespace calsync {
namespace {

constexpr std::size_t secrets_max = 3;  // two while one is rotated, and one to spare

std::string id_problem(const std::string& id, const Sources& earlier) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (id.empty() || id.size() > 64 || !std::ranges::all_of(id, allowed))
    return "must be 1 to 64 of A-Z a-z 0-9 _ -: it is the last part of /hooks/ID";
  if (id == "git") return "git is reserved for pushes of the configuration repository: choose another";
  if (std::ranges::find(earlier, id, &IntakeSource::id) != earlier.end())
    return "another source has the same id";
  return {};
}

bool read_secrets(const YamlNode& node, const std::string& path, std::vector<SecretRef>& out,
                  Report& report) {
  if (node.kind != YamlNode::Kind::sequence || node.items.empty() || node.items.size() > secrets_max) {
    report.error(
        node.line,
        path +
            ": must be a list of 1 to 3 secret references, such as [\"file:/etc/calsync/webhook_secret\"]");
    return false;
  }
  bool good = true;
  for (const YamlNode& item : node.items) {
    SecretRef ref;
    const std::size_t errors = report.errors.size();
    if (read_value(item, path, ref, report) && ref.empty())
      report.error(item.line, path + ": an empty reference: write one, such as env:NAME");
    good = good && report.errors.size() == errors;
    if (std::ranges::find(out, ref) != out.end() && !ref.empty())
      report.warning(item.line, path + ": the same reference twice");
    out.push_back(std::move(ref));
  }
  return good;
}

bool read_source(const YamlNode& node, const std::string& path, IntakeSource& source, const Sources& earlier,
                 Report& report) {
  if (node.kind != YamlNode::Kind::map) {
    report.error(node.line,
                 path + ": must be a map: write {id: main, secrets: [\"file:/etc/calsync/webhook_secret\"]}");
    return false;
  }
  const std::size_t errors = report.errors.size();
  bool has_id = false;
  bool has_secrets = false;
  for (const YamlMember& member : node.members) {
    if (member.key == "id") {
      has_id = true;
      if (!read_value(member.value, path + ".id", source.id, report)) continue;
      if (const std::string wrong = id_problem(source.id, earlier); !wrong.empty())
        report.error(member.line, std::string(path).append(".id: ").append(wrong));
    } else if (member.key == "secrets") {
      has_secrets = true;
      read_secrets(member.value, path + ".secrets", source.secrets, report);
    } else {
      const std::string near = near_name(member.key, {"id", "secrets"});
      report.error(member.line,
                   path + "." + shown_name(member.key) + ": unknown key: " +
                       (near.empty() ? "known are id and secrets" : "did you mean " + near + "?"));
    }
  }
  if (!has_id) report.error(node.line, path + ".id: is missing: it is the last part of /hooks/ID");
  if (!has_secrets)
    report.error(node.line, path + ".secrets: is missing: no source is open to unsigned requests");
  return report.errors.size() == errors;
}

}  // namespace

bool read_value(const YamlNode& node, const std::string& path, Sources& out, Report& report) {
  if (node.kind != YamlNode::Kind::sequence || node.items.empty()) {
    report.error(node.line, path + ": must be a list of at least one {id, secrets}");
    return false;
  }
  bool good = true;
  for (const YamlNode& item : node.items) {
    IntakeSource source;
    good = read_source(item, path + "[" + std::to_string(out.size()) + "]", source, out, report) && good;
    out.push_back(std::move(source));
  }
  return good;
}

std::string show_value(const Sources& value) {
  std::string out = "[";
  for (const IntakeSource& source : value) {
    Texts secrets;
    for (const SecretRef& ref : source.secrets) secrets.push_back(ref.text());
    out += (out.size() > 1 ? ", {id: " : "{id: ") + show_value(source.id) +
           ", secrets: " + show_value(secrets) + "}";
  }
  return out + "]";
}

}  // namespace calsync
